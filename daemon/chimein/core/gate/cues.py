"""The cues of speech: it stands out, swings, falls as well as rises, glides, and neither rings nor drones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chimein.core.audio import Samples
from chimein.core.gate.floor import Floor, Smoothing, trailing_means
from chimein.core.gate.hearing import BANDS, BLOCK_FRAMES, PITCH_BINS, Floats, Heard
from chimein.core.gate.pitch import OVER_FLOOR_DB, PitchTrack
from chimein.core.gate.playback import PlaybackFloor, of_bins
from chimein.core.gate.timbre import Timbre

EXPECTED_FLOOR_DB: Final = 45.0
"""Per bin: what a quiet room and a microphone's hiss amount to (-68 dBFS), assumed until the room is known."""
NOTICEABLE_DB: Final = 3.0
"""Excess over the floor, which is a minimum, that noise alone makes."""
ENOUGH_DB: Final = 12.0
"""Excess beyond which a band says no more: one loud band is not speech."""
SUSTAINED_DB: Final = 9.0
"""A vowel stays within so much of the loudest frame of the last half second; what rings dies away and does not."""
EVENLY_DB: Final = 2.0
"""What rings loses less than this from one frame to the next, and never gains; a voice, or noise, does as it likes."""
LOW_BANDS: Final = 4
"""180 to 640 Hz, where a voice is strongest, however high; what rings, drips or hisses is elsewhere."""
BUSY_DB: Final = 2.0
"""Standing out by more than this counts as doing something."""
GAP: Final = 4
"""Frames of silence that do not end a word."""
HISTORY: Final = 40
"""Frames that the cues look back on, 0.8 s."""

MASKED_DB: Final = 3.0
"""A canceller takes the room's noise away with the echo, and gives it back in its pauses: while something is played no
floor is learned that is lower than the room's was before by more than this."""

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Cues:
    """What speaks for speech in a block; arrays have one value per frame, shape (5,)."""

    standout: Column
    """Mean excess of all bands over their floors, dB, over 0.1 s."""
    standout_low: Column
    """The same of the LOW_BANDS."""
    standout_long: Column
    """Of all, over 0.3 s; what the second stage calls loud."""
    busy: Column
    """Share of the last 0.8 s that stood out at all, 0 to 1."""
    glide: Column
    """Mean length in frames, over 0.5 s, of the run of steady pitch that each sustained frame stands in."""
    swing: Column
    """Standard deviation of the energy over 0.6 s, dB."""
    ringing: Column
    """Share of the last 0.5 s in which the energy died away evenly, 0 to 1: near 1 after something was struck."""
    fall: float
    """How far the energy has come down from a peak within the last 0.6 s, dB, at the deepest; for the whole block."""
    floor_bands: Floats
    """(16,) the floor, dB per bin; under the speaker's own voice, what that may amount to."""
    is_played_to: bool
    """The speaker lets something be heard, and the floor follows it."""
    standing: list[int]
    """For each frame, since how many frames something has stood out, but for a gap or two; at most HISTORY."""


class CueFinder:
    """Everything it remembers is levels, pitch lags and floors; no sound."""

    def __init__(self) -> None:
        self._fast, self._slow = Smoothing(BANDS, 0.5), Smoothing(BANDS, 0.2)
        self._floor = Floor(BANDS, EXPECTED_FLOOR_DB)
        self._bin_slow = Smoothing(PITCH_BINS, 0.15)
        self._bin_floor = Floor(PITCH_BINS, 10 ** (EXPECTED_FLOOR_DB / 10))
        self._pitch = PitchTrack()
        self._timbre = Timbre()
        self._playback = PlaybackFloor()
        self._history = np.zeros((7, HISTORY))
        self._standout, self._standout_low, self._busy, self._glide, self._ringing = self._history[:5]
        self._energy, self._energy_squared = self._history[5:]
        self._last_half_second = sliding_window_view(self._energy[-BLOCK_FRAMES - 24 :], 25)  # (5, 25), always current
        self._masked: tuple[Floats, Floats] | tuple[None, None] = (None, None)
        self._is_new = True
        self._standing = self._gap = 0

    def find(self, heard: Heard, played: Samples | None = None, *, is_in_time: bool = False) -> Cues:
        """The cues of the next block; `played`, what the speaker lets be heard meanwhile, is no cue."""
        echo = None if played is None else self._playback.expect(played, heard.bands, is_in_time=is_in_time)
        least, least_bins = (None, None) if not self._playback.is_recent else self._masked
        floor = self._floor.learn(self._slow.smooth(heard.bands), at_least=least)
        noise = self._bin_floor.learn(self._bin_slow.smooth(heard.power), at_least=least_bins)
        if not self._playback.is_recent:
            self._masked = floor - MASKED_DB, noise * 10 ** (-MASKED_DB / 10)
        if echo is not None:
            floor = np.maximum(floor, echo)
            noise = np.maximum(noise, of_bins(echo - OVER_FLOOR_DB))
        excess = self._fast.smooth(heard.bands) - (floor + NOTICEABLE_DB)
        standouts = np.minimum(np.maximum(excess, 0.0), ENOUGH_DB)
        standout = standouts.mean(axis=1)
        runs = self._pitch.follow(heard.power, noise)
        self._remember(standout, standouts[:, :LOW_BANDS].mean(axis=1), heard.energy, runs)
        self._timbre.remember(heard.bands - floor, standout)
        means = self._history @ _MEANS
        all_bands, low, busy, glide, ringing, mean, mean_square = means
        swing = np.sqrt(np.maximum(mean_square[_M30] - mean[_M30] ** 2, 0.0))
        return Cues(
            all_bands[_M5],
            low[_M5],
            all_bands[_M15],
            busy[_M40],
            glide[_M25],
            swing,
            ringing[_M25],
            self._fall(),
            floor if echo is None else floor[-1],
            echo is not None,
            self._stand(standout),
        )

    def sameness(self) -> Column:
        """(5,) how alike the timbres of the last 0.8 s are, 0 to 1: one more cue, for the block found last.

        Near 1 for a machine or a beep. It is worth its cost only while the door is open.
        """
        return self._timbre.sameness()

    def _remember(self, standout: Floats, standout_low: Floats, energy: Floats, runs: list[int]) -> None:
        if self._is_new:  # the beginning itself is no swing
            self._energy[:] = energy[0]
            self._energy_squared[:] = self._energy**2
            self._is_new = False
        self._history[:, :-BLOCK_FRAMES] = self._history[:, BLOCK_FRAMES:]
        new = slice(-BLOCK_FRAMES, None)
        self._standout[new] = standout
        self._standout_low[new] = standout_low
        self._busy[new] = standout > BUSY_DB
        self._energy[new] = energy
        self._energy_squared[new] = self._energy[new] ** 2
        sustained = self._energy[new] > self._last_half_second.max(axis=1) - SUSTAINED_DB
        self._glide[new] = runs * sustained
        change = np.diff(self._energy[-BLOCK_FRAMES - 1 :])
        self._ringing[new] = (change < 0.0) & (change > -EVENLY_DB)

    def _stand(self, standout: Floats) -> list[int]:
        standing = []
        for is_busy in (standout > BUSY_DB).tolist():
            self._gap = 0 if is_busy else self._gap + 1
            self._standing = min(self._standing + 1, HISTORY) if self._gap <= GAP else 0
            standing.append(self._standing)
        return standing

    def _fall(self) -> float:
        """Over the mean of three frames each, or noise alone would fall by some dB."""
        total = np.cumsum(self._energy[-33:])
        smooth = (total[3:] - total[:-3]) / 3
        return float((np.maximum.accumulate(smooth) - smooth).max())


_MEANS: Final = trailing_means(HISTORY, 5, 15, 25, 30, HISTORY)
_M5, _M15, _M25, _M30, _M40 = (slice(at, at + BLOCK_FRAMES) for at in range(0, 5 * BLOCK_FRAMES, BLOCK_FRAMES))
