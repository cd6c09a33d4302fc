"""A chirp: a tone that rises through the middle of what small speakers and rooms carry, found again by its shape.

A matched filter finds it far below the room's noise and tells its arrival to a fraction of a millisecond (A. Farina,
Simultaneous measurement of impulse response and distortion with a swept-sine technique, 2000).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LENGTH_S: Final = 0.3
FROM_HZ: Final = 300.0
TO_HZ: Final = 3600.0
FADE_S: Final = 0.02
LATEST_S: Final = 0.9
"""After it was played; what comes later is not it."""
CLEAR: Final = 8.0
"""Times the root mean square of the filter's answer around it: chance does not get there."""
ALIKE_S: Final = 0.004
"""Between the delays of several chirps that are believed."""


def chirp(rate_hz: int) -> NDArray[np.float64]:
    """Shape (LENGTH_S * rate_hz,), peak 1."""
    at_s = np.arange(round(LENGTH_S * rate_hz)) / rate_hz
    ratio = np.log(TO_HZ / FROM_HZ)
    phase = 2 * np.pi * FROM_HZ * LENGTH_S / ratio * (np.exp(at_s / LENGTH_S * ratio) - 1)
    edge = np.clip(np.minimum(at_s, LENGTH_S - at_s) / FADE_S, 0.0, 1.0)
    sound: NDArray[np.float64] = np.sin(phase) * edge
    return sound


@dataclass(frozen=True)
class Echo:
    """A chirp that came back."""

    delay_s: float
    """After it left the speaker, as far as the devices know themselves."""
    level_dbfs: float


def find(recording: NDArray[np.int16], rate_hz: int, started_s: float, played_s: Sequence[float]) -> Echo | None:
    """Whether the chirps played at `played_s` came back in `recording`, (n,), whose first sample is of `started_s`.

    Most of them have to come back equally late; otherwise None.
    """
    delays, levels = [], []
    shape = chirp(rate_hz)
    for at_s in played_s:
        begin = max(0, round((at_s - started_s - 0.05) * rate_hz))
        part = recording[begin : begin + round((LATEST_S + LENGTH_S) * rate_hz)].astype(np.float64)
        if len(part) <= len(shape):
            continue
        size = 1 << (len(part) + len(shape)).bit_length()
        answer = np.fft.irfft(np.fft.rfft(part, size) * np.conj(np.fft.rfft(shape, size)), size)
        answer = np.abs(answer[: len(part) - len(shape)])
        best = int(np.argmax(answer))
        if answer[best] > CLEAR * float(np.sqrt(np.median(answer**2)) + 1e-9):
            delays.append(started_s + (begin + best) / rate_hz - at_s)
            amplitude = answer[best] / float(shape @ shape)
            levels.append(20 * float(np.log10(amplitude / 32768 + 1e-9)))
    if not delays:
        return None
    middle = float(np.median(delays))
    alike = [abs(delay - middle) <= ALIKE_S for delay in delays]
    if sum(alike) * 2 <= len(played_s):
        return None
    return Echo(middle, float(np.median(levels)))
