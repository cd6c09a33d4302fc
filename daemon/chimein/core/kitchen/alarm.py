"""The sound of a timer: two pairs of short notes, then room to speak in. Synthesised, so that it needs nothing.

The notes lie where small speakers are loud and old ears still hear, around 1 kHz with an octave above (ISO 7731 asks
for 500 to 2500 Hz). The pause after them belongs to whoever says "stop": a speaker that rings is deaf while it does.
"""

from functools import cache
from typing import Final

import numpy as np

from chimein.core.audio import DOWN_HZ

NOTE_S: Final = 0.14
GAP_S: Final = 0.08
NOTES_HZ: Final = (988.0, 1319.0)
PAIRS: Final = 3
LEVEL: Final = 0.7
"""Of full scale; the octave above takes a third of it."""
FADE_S: Final = 0.008
PAUSE_S: Final = 2.6
"""After each round: long enough for "stop the pasta timer"."""


@cache
def ring() -> bytes:
    """One round: 24 kHz mono PCM16, without the pause after it."""
    gap = np.zeros(int(GAP_S * DOWN_HZ))
    pair = [piece for hz in NOTES_HZ for piece in (_note(hz), gap)]
    sound = np.concatenate([*pair, gap] * PAIRS)
    return bytes(np.rint(sound * 32767).astype("<i2"))


def _note(hz: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    at_s = np.arange(int(NOTE_S * DOWN_HZ)) / DOWN_HZ
    tone = np.sin(2 * np.pi * hz * at_s) * 2 / 3 + np.sin(4 * np.pi * hz * at_s) / 3
    edge = np.minimum(at_s, NOTE_S - at_s) / FADE_S
    note: np.ndarray[tuple[int], np.dtype[np.float64]] = LEVEL * tone * np.minimum(edge, 1.0)
    return note
