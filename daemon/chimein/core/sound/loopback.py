"""Which channel of an array repeats what is being played: the one whose sound the others repeat a little later. Pure.

A room's echo needs at least the time through a converter and the air, a millisecond, while the microphones of one array
hear each other's sound within less than that, and what an array has worked on comes after its microphones, not before.
The lag is found by generalised cross-correlation with phase transform (C. Knapp and G. Carter, The generalized
correlation method for estimation of time delay, 1976).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

WINDOW_S: Final = 1.0
"""What is looked at at a time."""
ABOUT_HZ: Final = 16_000
LEADS_S: Final = 0.001
LONGEST_S: Final = 0.4
"""What comes back later is not looked for."""
CLEAR: Final = 7.0
"""Times the root mean square of the correlation: chance does not get there."""
LIVELY_DB: Final = 8.0
"""Over its own quiet: then something sounds in it."""
SURE: Final = 2
"""Windows in which it led the others, more than those in which it did not."""
VOUCHED: Final = -5
"""Likewise the other way: what has been one among others for so long is a microphone, and not looked at any more. The
look is the expensive part: once a second, 3 ms for six channels on one x86 core."""


class LoopbackFinder:
    """Of one array. What is found stays found."""

    def __init__(self, channels: int, rate_hz: int) -> None:
        self.found: Flags = np.zeros(channels, dtype=np.bool_)
        self._step = max(1, round(rate_hz / ABOUT_HZ))
        self._rate_hz = rate_hz / self._step
        self._votes = np.zeros(channels, dtype=np.int64)
        self._sound: list[Floats] = []

    def hear(self, block: Samples) -> None:
        """(frames, channels)."""
        whole = block[: len(block) // self._step * self._step]
        self._sound.append(whole.reshape(-1, self._step, block.shape[1]).mean(axis=1, dtype=np.float32))
        while sum(map(len, self._sound[1:])) > WINDOW_S * self._rate_hz:
            self._sound.pop(0)

    def look(self, levels: Floats) -> None:
        """`levels`, (frames of 20 ms, channels), dB: the last second of them is what is looked at."""
        if levels.shape[1] < 2 or len(levels) < 50:
            return
        now = levels[-50:]
        is_lively = now.max(axis=0) > np.percentile(levels, 10, axis=0) + LIVELY_DB
        is_open = is_lively & ~self.found & (self._votes > VOUCHED)
        if is_lively.sum() < 2 or not is_open.any():
            return
        leads = self._leads(np.flatnonzero(is_lively))
        self._votes += leads
        self.found |= self._votes >= SURE

    def _leads(self, lively: NDArray[np.intp]) -> NDArray[np.int64]:
        """(channels,): 1 for one that leads most of those in which it is heard, -1 for one that does not."""
        sound = np.concatenate(self._sound)[:, lively]
        size = 1 << (2 * len(sound) - 1).bit_length()
        spectrum = np.fft.rfft(sound - sound.mean(axis=0), size, axis=0)
        spectrum /= np.abs(spectrum) + 1e-3
        reach, least = int(LONGEST_S * self._rate_hz), round(LEADS_S * self._rate_hz)
        votes = np.zeros(len(self.found), dtype=np.int64)
        for place, number in enumerate(lively):
            others = [other for other in range(len(lively)) if other != place]
            likeness = np.fft.irfft(spectrum[:, others] * np.conj(spectrum[:, [place]]), size, axis=0)
            likeness = np.concatenate([likeness[-reach:], likeness[: reach + 1]])
            peak, lag = likeness.max(axis=0), likeness.argmax(axis=0) - reach
            is_clear = peak > CLEAR * np.sqrt(np.mean(likeness**2, axis=0))
            behind, beside = (is_clear & (lag >= least)).sum(), (is_clear & (np.abs(lag) < least)).sum()
            if behind + beside:
                votes[number] = 1 if behind > beside else -1
        return votes
