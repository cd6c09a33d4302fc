"""How bright the lamp is: by day, and in the dark, which is its own night by the clock as well as the hours of quiet.

The two darks are one and do not multiply. A light that stays, which is the red of muted alone, is treated apart. It is
never dimmed away: the lamp would say that it listens. And on a pin it is full by day, whatever the brightness: a pin is
dimmed by pulses that software makes, hundreds of wake-ups a second for as long as the light stays. In the dark the
owner has asked for less light, and gets it at that price.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chimein.core.config import LampSettings
from chimein.core.kitchen.quiet import period, quiet_until

FAINTEST: Final = 0.02
"""Of its brightness a light that stays keeps so much: 5 of the 255 steps of a ring."""


@dataclass(frozen=True)
class Brightness:
    """Both 0..1."""

    changing: float
    """Of a light that blinks."""
    steady: float
    """Of a light that stays."""


def is_night(lamp: LampSettings, now: datetime) -> bool:
    """By the clock of the house."""
    return quiet_until(map(period, lamp.night), now) is not None


def brightness(lamp: LampSettings, *, is_dark: bool, by_pulses: bool) -> Brightness:
    """`by_pulses`: the lamp is dimmed by software, as an LED on a pin is."""
    asked = (lamp.night_brightness if is_dark else lamp.brightness) / 100
    return Brightness(asked, 1.0 if by_pulses and not is_dark else max(FAINTEST, asked))
