"""How bright the lamp is: by day, and in the dark, which is its own night by the clock as well as the hours of quiet.

The two darks are one and do not multiply. A light that stays, which is the red of muted alone, is never dimmed away:
the lamp would say that it listens.

An LED on a pin is dimmed by pulses that software makes, at two hundred wake-ups a second for each. So on pins half the
brightness and more is simply on, a level below a half is off, and there are no pulses; whoever asks for less light than
that gets it at that price. (lgpio itself wakes up fifty times a second from when it is opened on, pulses or not.)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chimein.core.config import LampSettings
from chimein.core.kitchen.quiet import period, quiet_until

FAINTEST: Final = 0.02
"""Of its brightness a light that stays keeps so much: 5 of the 255 steps of a ring."""
HALF: Final = 0.5


@dataclass(frozen=True)
class Brightness:
    share: float = 1.0
    """Of all that the lamp can, 0..1."""
    is_binary: bool = False
    """It is on or off, and nothing in between."""

    def of(self, level: float, *, is_steady: bool) -> float:
        """What a level 0..1 of a light becomes."""
        if self.is_binary:
            return 1.0 if level >= HALF else 0.0
        return level * (max(FAINTEST, self.share) if is_steady else self.share)


def is_night(lamp: LampSettings, now: datetime) -> bool:
    """By the clock of the house."""
    return quiet_until(map(period, lamp.night), now) is not None


def brightness(lamp: LampSettings, *, is_dark: bool, is_pins: bool) -> Brightness:
    """`is_pins`: the lamp is LEDs on pins."""
    asked = (lamp.night_brightness if is_dark else lamp.brightness) / 100
    return Brightness(1.0, is_binary=True) if is_pins and asked >= HALF else Brightness(asked)
