"""From samples to what the gate hears of them: power per bin and level per band, five frames at a time."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chimein.core.audio import FRAME_SAMPLES, SILENCE_DBFS, UP_HZ, Samples

Floats = NDArray[np.float32]

BLOCK_FRAMES: Final = 5
"""Frames judged together: NumPy costs per call, not per number."""
BLOCK_SAMPLES: Final = BLOCK_FRAMES * FRAME_SAMPLES
WINDOW: Final = 512
"""Samples of one spectrum, 32 ms; spectra stand one frame apart."""
LOWEST_BIN: Final = 5
"""156 Hz."""
PITCH_BINS: Final = 113
"""Bins up to 3.5 kHz, where voices show their pitch."""

BAND_EDGES_HZ: Final = (180, 280, 380, 500, 640, 800, 980, 1200, 1450, 1750, 2100, 2500, 3000, 3600, 4400, 5500, 7000)
"""About a third of an octave each, the resolution of an ear."""
BANDS: Final = len(BAND_EDGES_HZ) - 1

QUIET_POWER: Final = 300.0
"""Power per bin that is added to everything, a hiss of -88 dBFS: quieter than any microphone's own, so that digital
silence is a very quiet room and not an infinitely quiet one."""

_FULL_SCALE_DB: Final = 20.0 * math.log10(32768.0)


@dataclass(frozen=True)
class Heard:
    """One block. Rows are its five frames."""

    power: Floats
    """(5, PITCH_BINS) power per bin, in squared samples; nothing below LOWEST_BIN."""
    bands: Floats
    """(5, 16) mean power per bin of each band, dB."""
    energy: Floats
    """(5,) energy under 3.5 kHz, dB."""
    level_dbfs: float


class Hearing:
    """Cuts blocks into overlapping windows; remembers the 12 ms that the next block's first window begins with."""

    def __init__(self) -> None:
        hz = np.fft.rfftfreq(WINDOW, 1 / UP_HZ)
        members = [(hz >= low) & (hz < high) for low, high in pairwise(BAND_EDGES_HZ)]
        bands = np.stack(members, axis=1).astype(np.float32)
        self._band_bins = bands.sum(axis=0)
        self._to_bands = bands / self._band_bins
        self._window = np.hanning(WINDOW).astype(np.float32)
        # Both halves of the spectrum count; a window's power is shared by its bins.
        self._to_mean_square = 2.0 / (WINDOW * float(self._window @ self._window))
        self._sound = np.zeros(WINDOW - FRAME_SAMPLES + BLOCK_SAMPLES, dtype=np.float32)
        self._windows = sliding_window_view(self._sound, WINDOW)[::FRAME_SAMPLES]  # (5, WINDOW), always current

    def wipe(self) -> None:
        self._sound.fill(0.0)

    def hear(self, block: Samples) -> Heard:
        """What is heard in BLOCK_SAMPLES samples."""
        sound = self._sound
        sound[: WINDOW - FRAME_SAMPLES] = sound[BLOCK_SAMPLES:]
        sound[WINDOW - FRAME_SAMPLES :] = block
        spectrum = np.fft.rfft(self._windows * self._window)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)
        band_power = power @ self._to_bands + QUIET_POWER
        voice = power[:, :PITCH_BINS]
        voice[:, :LOWEST_BIN] = 0.0
        energy = 10.0 * np.log10(voice.sum(axis=1) + QUIET_POWER * PITCH_BINS)
        return Heard(
            voice, 10.0 * np.log10(band_power), energy, self.dbfs(band_power.sum(axis=0) / BLOCK_FRAMES - QUIET_POWER)
        )

    def dbfs(self, band_power: Floats) -> float:
        """The level, dB of full scale, of a sound with this mean power per bin in each band."""
        mean_square = self._to_mean_square * float(band_power @ self._band_bins)
        return max(SILENCE_DBFS, 10.0 * math.log10(max(mean_square, 1e-9)) - _FULL_SCALE_DB)
