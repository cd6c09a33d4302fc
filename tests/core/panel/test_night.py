from datetime import datetime

import pytest

from chimein.core.config import LampSettings
from chimein.core.panel.night import FAINTEST, Brightness, brightness, is_night

LAMP = LampSettings(brightness=60, night=["22:00-07:00"], night_brightness=5)


@pytest.mark.parametrize(
    ("at", "expected"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
def test_the_lamp_has_a_night(at: str, expected: bool) -> None:
    assert is_night(LAMP, datetime.fromisoformat(f"2026-11-26 {at}")) is expected


def test_without_a_night_there_is_none() -> None:
    assert not is_night(LampSettings(), datetime(2026, 11, 26, 3))


@pytest.mark.parametrize(
    ("is_dark", "by_pulses", "expected"),
    [
        (False, False, Brightness(0.6, 0.6)),
        (True, False, Brightness(0.05, 0.05)),
        (False, True, Brightness(0.6, 1.0)),  # no pulses for a light that stays
        (True, True, Brightness(0.05, 0.05)),
    ],
)
def test_day_and_dark(is_dark: bool, by_pulses: bool, expected: Brightness) -> None:
    assert brightness(LAMP, is_dark=is_dark, by_pulses=by_pulses) == expected


def test_muted_is_never_dimmed_away() -> None:
    lamp = LampSettings(brightness=0, night_brightness=0)
    for is_dark in (False, True):
        assert brightness(lamp, is_dark=is_dark, by_pulses=False) == Brightness(0.0, FAINTEST)
