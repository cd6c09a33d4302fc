from datetime import datetime

import pytest

from chimein.core.config import LampSettings
from chimein.core.panel.night import brightness

LAMP = LampSettings(brightness=60, night=["22:00-07:00"], night_brightness=5)


@pytest.mark.parametrize(
    ("at", "percent"), [("21:59", 60), ("22:00", 5), ("00:00", 5), ("06:59", 5), ("07:00", 60), ("12:00", 60)]
)
def test_the_lamp_is_dim_at_night(at: str, percent: int) -> None:
    assert brightness(LAMP, datetime.fromisoformat(f"2026-11-26 {at}")) == percent / 100


def test_without_a_night_there_is_none() -> None:
    assert brightness(LampSettings(), datetime(2026, 11, 26, 3)) == 0.6
