"""The levels of an array's channels over time, in dB of one step, of frames of 20 ms: (frames, channels). Pure."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

LIVELY_DB: Final = 8.0
"""Over a channel's own quiet: then something sounds in it. With less nobody has spoken, and nothing can be compared."""
RING_FRAMES: Final = 25
"""How long a room answers to what was played."""


def levels_db(frames: Samples) -> Floats:
    """(n, samples, channels) → (n, channels): the mean level; of the differences, so that neither an offset nor rumble
    counts.
    """
    difference = np.diff(frames.astype(np.float32), axis=1)
    level: Floats = 10.0 * np.log10(np.mean(difference * difference, axis=1) + 1e-2)
    return level


def still_rings(sounds: NDArray[Any]) -> Flags:
    """(frames,) bool, and the same: where something sounds, or has just sounded."""
    rings: Flags = np.convolve(sounds, np.ones(RING_FRAMES))[: len(sounds)] > 0.5
    return rings
