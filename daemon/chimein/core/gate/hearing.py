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
PITCH_WINDOW: Final = 1024
"""Of one in which a pitch is looked for, 64 ms: in 32 ms the harmonics of a low voice, 90 Hz apart, run into one."""
VOICE_HZ: Final = (150, 3500)
"""Where voices show their pitch, and where energy is measured."""
PITCH_BINS: Final = VOICE_HZ[1] * PITCH_WINDOW // UP_HZ + 1
"""Bins of a PITCH_WINDOW up to there..."""
LOWEST_PITCH_BIN: Final = -(-VOICE_HZ[0] * PITCH_WINDOW // UP_HZ)
"""...and the first that counts."""

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
    """(5, PITCH_BINS) power per bin of a PITCH_WINDOW; nothing below VOICE_HZ. Noise has as much as in a WINDOW."""
    bands: Floats
    """(5, 16) mean power per bin of each band, in squared samples of a WINDOW, dB."""
    energy: Floats
    """(5,) energy within VOICE_HZ, dB."""
    level_dbfs: float


class _Spectra:
    """Cuts blocks into overlapping windows; remembers the sound that the next block's first window begins with."""

    def __init__(self, length: int, bins: int) -> None:
        self._bins = bins
        self._window = (np.hanning(length) * math.sqrt(WINDOW / length)).astype(np.float32)
        self._sound = np.zeros(length - FRAME_SAMPLES + BLOCK_SAMPLES, dtype=np.float32)
        self._windows = sliding_window_view(self._sound, length)[::FRAME_SAMPLES]  # (5, length), always current

    def wipe(self) -> None:
        self._sound.fill(0.0)

    def of(self, block: Samples) -> Floats:
        """(5, bins) power per bin."""
        self._sound[:-BLOCK_SAMPLES] = self._sound[BLOCK_SAMPLES:]
        self._sound[-BLOCK_SAMPLES:] = block
        spectrum = np.fft.rfft(self._windows * self._window)[:, : self._bins]
        return np.square(np.abs(spectrum)).astype(np.float32, copy=False)


class Hearing:
    """What a block of sound amounts to; remembers the 52 ms before it."""

    def __init__(self) -> None:
        hz = np.fft.rfftfreq(WINDOW, 1 / UP_HZ)
        hz = hz[hz < BAND_EDGES_HZ[-1]]
        self._short, self._long = _Spectra(WINDOW, len(hz)), _Spectra(PITCH_WINDOW, PITCH_BINS)
        members = [(hz >= low) & (hz < high) for low, high in pairwise(BAND_EDGES_HZ)]
        bands = np.stack(members, axis=1).astype(np.float32)
        self._band_bins = bands.sum(axis=0)
        self._to_bands = bands / self._band_bins
        self._voice = ((hz >= VOICE_HZ[0]) & (hz <= VOICE_HZ[1])).astype(np.float32)
        # Both halves of the spectrum count; a window's power is shared by its bins.
        self._to_mean_square = 2.0 / (WINDOW * float((np.hanning(WINDOW) ** 2).sum()))

    def wipe(self) -> None:
        self._short.wipe()
        self._long.wipe()

    def hear(self, block: Samples) -> Heard:
        """What is heard in BLOCK_SAMPLES samples."""
        short = self._short.of(block)
        band_power = short @ self._to_bands + QUIET_POWER
        energy = 10.0 * np.log10(short @ self._voice + QUIET_POWER * self._voice.sum())
        long = self._long.of(block)
        long[:, :LOWEST_PITCH_BIN] = 0.0
        level_dbfs = self.dbfs(band_power.sum(axis=0) / BLOCK_FRAMES - QUIET_POWER)
        return Heard(long, 10.0 * np.log10(band_power), energy, level_dbfs)

    def bands(self, block: Samples) -> Floats:
        """Of what is heard in BLOCK_SAMPLES samples the levels per band alone, for less."""
        levels: Floats = 10.0 * np.log10(self._short.of(block) @ self._to_bands + QUIET_POWER)
        return levels

    def dbfs(self, band_power: Floats) -> float:
        """The level, dB of full scale, of a sound with this mean power per bin in each band."""
        mean_square = self._to_mean_square * float(band_power @ self._band_bins)
        return max(SILENCE_DBFS, 10.0 * math.log10(max(mean_square, 1e-9)) - _FULL_SCALE_DB)
