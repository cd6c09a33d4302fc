"""What sound is in this house: rates, frame sizes, and how loud a piece of it is.

PCM is always signed 16 bit little endian mono: ``bytes`` on its way, ``int16`` arrays where somebody calculates.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

UP_HZ: Final = 16_000
"""What the Live API hears: 16 kHz mono PCM16."""
DOWN_HZ: Final = 24_000
"""What the Live API says: 24 kHz mono PCM16."""
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = UP_HZ * FRAME_MS // 1000
SAMPLE_BYTES: Final = 2
SILENCE_DBFS: Final = -100.0
"""What a level is called that has no sound in it at all."""

Samples = NDArray[np.int16]


def samples(pcm: bytes) -> Samples:
    """The int16 samples, shape (n,), of PCM bytes; a view, not a copy."""
    return np.frombuffer(pcm, dtype="<i2")


def duration_s(pcm_bytes: int, rate_hz: int) -> float:
    """Seconds of mono PCM16 in so many bytes."""
    return pcm_bytes / SAMPLE_BYTES / rate_hz


def level_dbfs(sound: Samples) -> float:
    """Root mean square level in dB relative to a full-scale square wave; SILENCE_DBFS for nothing at all."""
    if len(sound) == 0:
        return SILENCE_DBFS
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    if power == 0.0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power)) - 20.0 * float(np.log10(32768.0)))
