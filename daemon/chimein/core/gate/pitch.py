"""Pitch: the strongest repetition in what is left of the sound once the noise is taken away.

Repetition is the autocorrelation of the frame, taken from its spectrum. That spectrum is first cleaned (what is near a
bin's noise floor goes) and then compressed (amplitude instead of power), or one formant, or one mode of a ringing
pot, would outweigh the row of harmonics that makes a voice.
"""

import math
from typing import Final

import numpy as np

from chimein.core.gate.hearing import PITCH_BINS, PITCH_WINDOW, Floats

LAGS: Final = (20, 106)
"""In samples of 8 kHz: 400 Hz down to 75 Hz."""
OVER_FLOOR: Final = 2.5
"""Times a bin's floor, which is a minimum: its mean noise is about that."""
OVER_FLOOR_DB: Final = 10.0 * math.log10(OVER_FLOOR)
STRONG: Final = 0.18
"""Repetition, as a share of all energy, from which a frame has a pitch."""
STEADY: Final = 0.12
"""A pitch glides by less than this share from one frame to the next; noise jumps."""
FEW_BINS, ENOUGH_BINS = 12, 32
"""Fewer clean bins than the first repeat by chance and count for nothing; from the second on they count in full."""


class PitchTrack:
    """Follows the pitch from frame to frame; remembers one lag."""

    def __init__(self) -> None:
        self._lag = 0
        self._run = 0

    def follow(self, power: Floats, noise: Floats) -> list[int]:
        """For each of five frames, how many frames its pitch has been steady, or 0.

        Takes the power, (5, PITCH_BINS), and the noise in it, of the same shape or (PITCH_BINS,).
        """
        clean = np.maximum(power - OVER_FLOOR * noise, 0.0)
        repetition = np.sqrt(clean) @ _AUTOCORRELATION
        lags = repetition[:, 1:]
        best = lags.argmax(axis=1)
        clear = np.count_nonzero(clean > 0.5 * power, axis=1)
        trust = np.minimum(np.maximum((clear - FEW_BINS) / (ENOUGH_BINS - FEW_BINS), 0.0), 1.0)
        # The lag before the shortest stands for all shorter ones: the peak of a whistle, or none at all.
        strong = (lags.max(axis=1) * trust > STRONG * repetition[:, 0]) & (best > 0)
        runs = []
        for lag, is_strong in zip((best + LAGS[0] - 1).tolist(), strong.tolist(), strict=True):
            is_steady = is_strong and abs(lag - self._lag) <= STEADY * self._lag
            self._run = self._run + 1 if is_steady else 0
            self._lag = lag
            runs.append(self._run)
        return runs


def _autocorrelation() -> Floats:
    """(PITCH_BINS, 1 + lags): from a spectrum to its autocorrelation at no lag, the one before LAGS, and LAGS."""
    lags = np.array([0, *range(LAGS[0] - 1, LAGS[1] + 1)])
    return np.cos(2.0 * np.pi * np.outer(np.arange(PITCH_BINS), lags) / (PITCH_WINDOW // 2)).astype(np.float32)


_AUTOCORRELATION: Final = _autocorrelation()
