"""Short sounds for what cannot be seen from across the kitchen: shut, open again, out of touch, a timer that nobody
heard. Synthesised here.

A falling pair for shut, a rising one for open, a low double for a connection that is gone, up and down for a timer:
told apart by their shape, as the lights are by their rhythm. Half as loud as the voice, and each shorter than a
syllable.
"""

from enum import Enum
from typing import Final

import numpy as np

from chimein.core.audio import DOWN_HZ
from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Hours, Life

NOTE_S: Final = 0.06
LEVEL: Final = 0.15
"""Of full scale: -16 dBFS at the peak."""
_LOW, _MIDDLE, _HIGH, _REST = 330.0, 523.0, 784.0, 0.0


class Earcon(Enum):
    MUTED = (_HIGH, _MIDDLE)
    UNMUTED = (_MIDDLE, _HIGH)
    OUT_OF_TOUCH = (_LOW, _REST, _LOW)
    MISSED = (_MIDDLE, _HIGH, _MIDDLE)

    @property
    def pcm(self) -> bytes:
        """24 kHz mono PCM16."""
        return b"".join(_note(hz) for hz in self.value)


def wanted(now: Appliance) -> bool:
    """Whether a sound may be made of this moment at all: not while it wakes or leaves, nor in quiet hours."""
    return now.life is Life.AWAKE and now.hours is Hours.USUAL


def _note(hz: float) -> bytes:
    time_s = np.arange(round(NOTE_S * DOWN_HZ)) / DOWN_HZ
    swell = np.sin(np.pi * time_s / NOTE_S) ** 2
    wave = np.sin(2 * np.pi * hz * time_s) if hz else np.zeros(len(time_s))
    return (LEVEL * 32767 * swell * wave).astype("<i2").tobytes()
