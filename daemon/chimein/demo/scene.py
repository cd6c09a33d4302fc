"""The sound of the demo's kitchen: what its guests say, and what hums behind them. No files, no clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import UP_HZ, Samples
from chimein.rehearsal.sound import voices

CONVERSATION: Final = (
    "I really love cooking!",
    "Oh yes, me too! My favorite is French cuisine.",
    "I really like Italian food; do you know how to make a pizza?",
)
GUESTS: Final = ("ben", "dave")
PAUSES_S: Final = (1.5, 2.5, 2.0)
"""How long nobody says a word after a line, in turn; longer while an answer is awaited or heard."""
NOISE_DBFS: Final = -50.0
"""About 30 dB below the guests."""
CLINK_FIRST_S, CLINK_EVERY_S = 5.0, 17.0
"""The room has to be known first: of what clinks in the first two seconds nobody knows what it is."""
_LOOP_S: Final = 34
_FULL_SCALE: Final = 32768.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """What a guest has to say, and how it sounds."""

    speaker: str
    text: str
    sound: Samples

    @property
    def duration_s(self) -> float:
        return len(self.sound) / UP_HZ


def speak(texts: Sequence[str]) -> list[Line]:
    """The lines, said by the guests in turn. Blocks for about a second a line. Raises VoiceError."""
    return [
        Line(guest, text, voices.say(text, guest, UP_HZ))
        for guest, text in zip((GUESTS * len(texts))[: len(texts)], texts, strict=True)
    ]


def kitchen(samples: int) -> Samples:
    """So many samples of a kitchen at 16 kHz in which nobody talks: a fridge, a fan, now and then a clink."""
    noise = _fridge() + _fan()
    noise *= 10 ** (NOISE_DBFS / 20) / np.sqrt(np.mean(np.square(noise)))
    for start_s in np.arange(CLINK_FIRST_S, _LOOP_S - 1, CLINK_EVERY_S):
        clink = _clink()
        at = int(start_s * UP_HZ)
        noise[at : at + len(clink)] += clink
    whole = _samples(noise)
    rounds = np.tile(whole, samples // len(whole) + 1)
    return np.asarray(rounds[:samples], dtype=np.int16)


def mixed(background: Samples, line: Samples) -> Samples:
    """Both at once, of the same length; clipped where it is too much."""
    loud = background.astype(np.int32) + line
    return np.asarray(np.clip(loud, -32768, 32767), dtype=np.int16)


def _fridge() -> Floats:
    """Mains hum and its harmonics, swelling slowly."""
    t = np.arange(_LOOP_S * UP_HZ) / UP_HZ
    hum = sum(np.sin(2 * np.pi * 50 * harmonic * t) / harmonic for harmonic in (1, 2, 3, 4, 6))
    return np.asarray(hum * (1.0 + 0.2 * np.sin(2 * np.pi * t / _LOOP_S)))


def _fan() -> Floats:
    """Noise that falls by 6 dB an octave above 200 Hz; always the same noise."""
    white = np.random.default_rng(seed=1889).standard_normal(_LOOP_S * UP_HZ)
    spectrum = np.fft.rfft(white)
    frequency_hz = np.fft.rfftfreq(len(white), 1 / UP_HZ)
    return np.fft.irfft(spectrum / np.maximum(frequency_hz / 200, 1.0), len(white)) * 1.5


def _clink() -> Floats:
    """A glass is put down, across the room: three partials that die away within 150 ms."""
    t = np.arange(int(0.15 * UP_HZ)) / UP_HZ
    partials = sum(np.sin(2 * np.pi * hz * t) for hz in (2310.0, 3720.0, 5480.0))
    return np.asarray(partials * np.exp(-t / 0.025) * 0.008)


def _samples(sound: Floats) -> Samples:
    return np.asarray(np.rint(np.clip(sound, -1.0, 1.0) * (_FULL_SCALE - 1)), dtype=np.int16)
