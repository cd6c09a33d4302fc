"""Noise floors: the least that slow levels have been within the last 2.4 s."""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.hearing import BLOCK_FRAMES, Floats

STRETCH_BLOCKS: Final = 2
"""The minimum is kept per stretch of 200 ms..."""
STRETCHES: Final = 12
"""...and forgotten after so many. Longer than a breathless sentence's loudest part, shorter than anyone's patience with
a hood that has been switched on."""


class Smoothing:
    """One-pole smoothing of a whole block: y = y + alpha * (x - y) for each frame in turn, per column."""

    def __init__(self, columns: int, alpha: float) -> None:
        frame = np.arange(BLOCK_FRAMES)
        age = frame[:, None] - frame
        of_block = np.where(age >= 0, alpha * (1 - alpha) ** np.maximum(age, 0), 0.0)
        of_past = (1 - alpha) ** (frame + 1)
        self._weights = np.column_stack([of_past, of_block]).astype(np.float32)
        self._past_and_block = np.empty((1 + BLOCK_FRAMES, columns), dtype=np.float32)
        self._is_new = True

    def smooth(self, block: Floats) -> Floats:
        """(5, columns) → the same. The first block ever is smoothed as if its first frame had always been."""
        both = self._past_and_block
        both[1:] = block
        if self._is_new:
            both[0] = block[0]
            self._is_new = False
        smoothed: Floats = self._weights @ both
        both[0] = smoothed[-1]
        return smoothed


class Floor:
    """The running minimum of n columns, which learns at once downwards and after 2.4 s upwards.

    It begins at `expected`: what is louder than that at the start counts as sound and not as floor until the room has
    been heard for 2.4 s, so the first word is not mistaken for the room.
    """

    def __init__(self, columns: int, expected: float) -> None:
        self._stretches: deque[Floats] = deque([np.full(columns, expected, dtype=np.float32)], maxlen=STRETCHES)
        self._stretches_least = self._stretches[0]
        self._current = np.full(columns, np.inf, dtype=np.float32)
        self._blocks = 0

    def learn(self, block: Floats, *, at_least: Floats | None = None) -> Floats:
        """Takes (5, n) smoothed levels; the floors, (n,). What is lower than `at_least`, (n,), is learned as that."""
        least = block.min(axis=0)
        if at_least is not None:
            least = np.maximum(least, at_least)
        self._current = np.minimum(self._current, least)
        floor: Floats = np.minimum(self._current, self._stretches_least)
        self._blocks += 1
        if self._blocks == STRETCH_BLOCKS:
            self._blocks = 0
            self._stretches.append(self._current)  # the oldest falls out: at first what was expected
            self._stretches_least = np.min(np.array(self._stretches), axis=0)
            self._current = np.full_like(self._current, np.inf)
        return floor


def trailing_means(frames: int, *lengths: int) -> NDArray[np.float64]:
    """(frames, len(lengths) * 5): history @ it: means of the last so many of its frames, at each frame of a block.

    The history ends with that block. A window that reaches back beyond its beginning is cut there.
    """
    frame = np.arange(frames)[:, None]
    now = np.arange(frames - BLOCK_FRAMES, frames)
    windows = [(frame <= now) & (frame > now - length) for length in lengths]
    return np.concatenate([window / window.sum(axis=0) for window in windows], axis=1)
