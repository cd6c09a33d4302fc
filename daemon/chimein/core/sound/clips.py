"""Which channels of an array are cut off: amplified so much that speech does not fit into them. Pure."""

from typing import Final

import numpy as np

from chimein.core.audio import Samples
from chimein.core.sound.levels import Flags

CLIPS: Final = 0.02
"""Share of a channel's lively frames that are cut off, from which on it is not heard while another one is whole..."""
FEW_FRAMES: Final = 100
FADES: Final = 1 - 1 / 2000
"""...of the last 2000 or so: some minutes of talk. Ten seconds without a shout prove nothing."""
FLAT_SAMPLES: Final = 4
"""Neighbours that stand at a frame's very top or bottom: it is cut off there, at full scale or below..."""
TOP: Final = 32_700
FULL_SAMPLES: Final = 2
"""Even so few, neighbours or not, at full scale."""
LOUD: Final = 1000
"""...if that is not just the last bits of a hiss."""


class Clips:
    """Counted while something sounds. Those of a shout are remembered until enough others were whole."""

    def __init__(self, channels: int) -> None:
        self._lively, self._cut = np.zeros((2, channels))  # frames, the older ones counting less

    def count(self, frames: Samples, is_lively: Flags) -> None:
        """(n, samples, channels) and (n, channels): frames of 20 ms, and whether something sounds in them."""
        fades = FADES ** is_lively.sum(axis=0)
        self._lively = fades * self._lively + is_lively.sum(axis=0)
        self._cut = fades * self._cut + (is_lively & _are_clipped(frames)).sum(axis=0)

    @property
    def often(self) -> Flags:
        """(channels,)."""
        return np.asarray(self._cut > CLIPS * np.maximum(self._lively, FEW_FRAMES))


def _are_clipped(frames: Samples) -> Flags:
    """(n, channels): neighbouring samples stand at the very top or bottom, which no voice does by itself."""
    cut: Flags = ((frames >= TOP) | (frames <= -TOP)).sum(axis=1) >= FULL_SAMPLES
    for extreme in (frames.max(axis=1, keepdims=True), frames.min(axis=1, keepdims=True)):
        is_loud = np.abs(extreme[:, 0].astype(np.int32)) >= LOUD
        if not is_loud.any():
            continue
        at_extreme = frames == extreme
        run = at_extreme[:, : 1 - FLAT_SAMPLES].copy()
        for step in range(1, FLAT_SAMPLES):
            run &= at_extreme[:, step : frames.shape[1] - FLAT_SAMPLES + 1 + step]
        cut |= run.any(axis=1) & is_loud
    return cut
