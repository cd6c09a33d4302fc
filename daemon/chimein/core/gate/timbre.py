"""Timbre: how a sound's level is spread over the bands, whatever its level. A mouth that talks keeps changing it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.floor import trailing_means
from chimein.core.gate.hearing import BANDS, BLOCK_FRAMES, Floats

MEMORY: Final = 40
"""Frames, 0.8 s: long enough for two syllables."""
LEAST_DB, MOST_DB = -3.0, 45.0
"""Excess over the floor is bounded, so that neither silence nor one loud band is all there is to a timbre."""
AUDIBLE_DB: Final = 1.0
"""Stand-out from which a frame has a timbre."""


class Timbre:
    """Remembers the band levels of the last 0.8 s, and compares them only when asked."""

    def __init__(self) -> None:
        self._excess = np.zeros((MEMORY + BLOCK_FRAMES - 1, BANDS), dtype=np.float32)
        self._standout = np.zeros(MEMORY + BLOCK_FRAMES - 1, dtype=np.float32)

    def remember(self, excess: Floats, standout: Floats) -> None:
        """Takes the excess over the floor, (5, BANDS) dB, and the stand-out, (5,) dB."""
        self._excess[:-BLOCK_FRAMES] = self._excess[BLOCK_FRAMES:]
        self._excess[-BLOCK_FRAMES:] = excess
        self._standout[:-BLOCK_FRAMES] = self._standout[BLOCK_FRAMES:]
        self._standout[-BLOCK_FRAMES:] = standout

    def sameness(self) -> NDArray[np.float64]:
        """(5,) 0 to 1: at each frame of the last block, how well the audible timbres of the last 0.8 s agree.

        The length of the mean of unit vectors: 1 for a motor or a beep, however it is switched on and off; 0.5 to 0.85
        for most talk.
        """
        shape = np.clip(self._excess, LEAST_DB, MOST_DB)
        shape -= shape.mean(axis=1, keepdims=True)
        audible = self._standout > AUDIBLE_DB
        shape *= (audible / (np.sqrt((shape**2).sum(axis=1)) + 1e-6))[:, None]
        length: NDArray[np.float64] = np.sqrt(((_LAST.T @ shape) ** 2).sum(axis=1))
        return length / np.maximum(audible @ _LAST, 1.0 / MEMORY)


_LAST: Final = trailing_means(MEMORY + BLOCK_FRAMES - 1, MEMORY)
