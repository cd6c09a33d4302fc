"""The three cues of speech: it stands out from the floor, it swings, and it has a pitch that glides."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.floor import Floor, Smoothing
from chimein.core.gate.hearing import (
    BAND_EDGES_HZ,
    BLOCK_FRAMES,
    LOWEST_BIN,
    PITCH_BINS,
    WINDOW,
    Floats,
    Heard,
)

EXPECTED_FLOOR_DB: Final = 45.0
"""Per bin: what a quiet room and a microphone's hiss amount to (-68 dBFS), assumed until the room is known."""
NOTICEABLE_DB: Final = 3.0
"""Excess over the floor, which is a minimum, that noise alone makes."""
ENOUGH_DB: Final = 12.0
"""Excess beyond which a band says no more: one loud band is not speech."""
SLOWEST_LAG: Final = 106
"""Lags are counted at 8 kHz: 75 Hz..."""
FASTEST_LAG: Final = 20
"""...to 400 Hz."""
HISTORY: Final = 40
"""Frames that the cues look back on, 0.8 s."""

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Cues:
    """Per frame of a block, each an array of shape (5,)."""

    standout: Column
    """Mean excess of all bands over their floors, dB, over 0.1 s."""
    standout_long: Column
    """The same over 0.3 s."""
    busy: Column
    """Share of the last 0.8 s that stood out at all, 0 to 1."""
    swing: Column
    """Standard deviation of the energy over 0.6 s, dB."""
    glide: Column
    """Mean length in frames, over 0.5 s, of the run of steady pitch that each frame stands in."""
    floor_bands: Floats
    """(16,) the floor, dB per bin."""


class CueFinder:
    """Everything it remembers is levels, pitch lags and floors; no sound."""

    def __init__(self) -> None:
        self._fast, self._slow, self._bin_slow = Smoothing(0.5), Smoothing(0.2), Smoothing(0.15)
        self._band_floor = Floor(len(BAND_EDGES_HZ) - 1, EXPECTED_FLOOR_DB)
        self._bin_floor = Floor(PITCH_BINS, 10 ** (EXPECTED_FLOOR_DB / 10))
        self._pitch = PitchTrack()
        self._history = np.zeros((5, HISTORY))
        self._is_new = True
        self._means = _window_means((5, 15, 25, 30, HISTORY))

    def find(self, heard: Heard) -> Cues:
        floor = self._band_floor.learn(self._slow.smooth(heard.bands))
        excess = self._fast.smooth(heard.bands) - (floor + NOTICEABLE_DB)
        standout = np.clip(excess, 0.0, ENOUGH_DB).mean(axis=1)
        noise = self._bin_floor.learn(self._bin_slow.smooth(heard.power))
        runs = self._pitch.follow(heard.power, noise)
        past = self._history
        if self._is_new:  # the beginning itself is no swing
            past[1], past[2] = heard.energy[0], heard.energy[0] ** 2
            self._is_new = False
        past[:, :-BLOCK_FRAMES] = past[:, BLOCK_FRAMES:]
        past[0, -BLOCK_FRAMES:] = standout
        past[1, -BLOCK_FRAMES:] = heard.energy
        past[2, -BLOCK_FRAMES:] = heard.energy.astype(np.float64) ** 2
        past[3, -BLOCK_FRAMES:] = runs
        past[4, -BLOCK_FRAMES:] = standout > 2.0
        m5, m15, m25, m30, m40 = (past @ self._means).reshape(5, 5, BLOCK_FRAMES).swapaxes(0, 1)
        swing = np.sqrt(np.maximum(m30[2] - m30[1] ** 2, 0.0))
        return Cues(m5[0], m15[0], m40[4], swing, m25[3], floor)


class PitchTrack:
    """Follows the strongest repetition in what is left of the sound once the noise is taken away."""

    def __init__(self) -> None:
        self._lag = 0
        self._run = 0

    def follow(self, power: Floats, noise: Floats) -> list[int]:
        """For each of the five frames, how many frames its pitch has been steady, 0 for none."""
        gain = np.maximum(1.0 - 2.5 * noise / (power + 1.0), 0.0)
        gain[:, :LOWEST_BIN] = 0.0
        repetition = np.fft.irfft(power * gain, WINDOW // 2)
        lags = repetition[:, FASTEST_LAG : SLOWEST_LAG + 1]
        best = lags.argmax(axis=1)
        width = np.clip(((gain > 0.5).sum(axis=1) - 6) / 10, 0.0, 1.0)
        strength = lags.max(axis=1) / (repetition[:, 0] + 1e-9) * width
        runs = []
        for lag, strong in zip((best + FASTEST_LAG).tolist(), (strength > 0.35).tolist(), strict=True):
            steady = strong and abs(lag - self._lag) <= 0.12 * self._lag
            self._run = self._run + 1 if steady else 0
            self._lag = lag
            runs.append(self._run)
        return runs


def _window_means(lengths: tuple[int, ...]) -> NDArray[np.float64]:
    """A matrix (HISTORY, len(lengths) * 5): history @ it: means of the last so many frames, at each frame of a block.

    Near the beginning of the history a window is cut, by at most four frames of the longest.
    """
    frame = np.arange(HISTORY)[:, None]
    now = np.arange(HISTORY - BLOCK_FRAMES, HISTORY)
    windows = [(frame <= now) & (frame > now - length) for length in lengths]
    return np.concatenate([window / window.sum(axis=0) for window in windows], axis=1)
