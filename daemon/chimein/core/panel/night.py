"""How bright the lamp is, by the clock of the house."""

from datetime import datetime

from chimein.core.config import LampSettings
from chimein.core.kitchen.quiet import period, quiet_until


def brightness(lamp: LampSettings, now: datetime) -> float:
    """0..1, at that time of day."""
    is_night = quiet_until(map(period, lamp.night), now) is not None
    return (lamp.night_brightness if is_night else lamp.brightness) / 100
