from datetime import datetime

import pytest

from chimein.core.config import LampSettings
from chimein.core.panel.night import FAINTEST, Brightness, brightness, is_night

LAMP = LampSettings(brightness=60, night=["22:00-07:00"], night_brightness=5)
ON_OR_OFF = Brightness(1.0, is_binary=True)


@pytest.mark.parametrize(
    ("at", "expected"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
def test_the_lamp_has_a_night(at: str, expected: bool) -> None:
    assert is_night(LAMP, datetime.fromisoformat(f"2026-11-26 {at}")) is expected


def test_without_a_night_there_is_none() -> None:
    assert not is_night(LampSettings(), datetime(2026, 11, 26, 3))


@pytest.mark.parametrize(
    ("is_dark", "is_pins", "expected"),
    [
        (False, False, Brightness(0.6)),
        (True, False, Brightness(0.05)),
        (False, True, ON_OR_OFF),  # no pulses
        (True, True, Brightness(0.05)),
    ],
)
def test_day_and_dark(is_dark: bool, is_pins: bool, expected: Brightness) -> None:
    assert brightness(LAMP, is_dark=is_dark, is_pins=is_pins) == expected


def test_who_asks_for_less_than_half_on_pins_gets_it() -> None:
    assert brightness(LampSettings(brightness=50), is_dark=False, is_pins=True) == ON_OR_OFF
    assert brightness(LampSettings(brightness=49), is_dark=False, is_pins=True) == Brightness(0.49)


def test_what_is_on_or_off_takes_half_a_level_for_on() -> None:
    assert [ON_OR_OFF.of(level, is_steady=False) for level in (0.0, 0.3, 0.5, 1.0)] == [0.0, 0.0, 1.0, 1.0]
    assert Brightness(0.6).of(0.5, is_steady=False) == pytest.approx(0.3)


def test_muted_is_never_dimmed_away() -> None:
    for is_dark in (False, True):
        dark = brightness(LampSettings(brightness=0, night_brightness=0), is_dark=is_dark, is_pins=False)
        assert dark.of(1.0, is_steady=True) == FAINTEST
        assert dark.of(1.0, is_steady=False) == 0.0
