"""When a house does not want to be spoken to."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.kitchen.quiet import period, quiet_until

FRIDAY = datetime(2026, 11, 27)


def at(text: str, day: int = 0) -> datetime:
    return FRIDAY.replace(day=FRIDAY.day + day, hour=int(text[:2]), minute=int(text[3:]))


@pytest.mark.parametrize(
    ("lines", "now", "until"),
    [
        (["22:00-07:00"], at("21:59"), None),
        (["22:00-07:00"], at("22:00"), at("07:00", 1)),
        (["22:00-07:00"], at("03:00"), at("07:00")),
        (["22:00-07:00"], at("07:00"), None),
        (["13:00-14:30"], at("13:10"), at("14:30")),
        (["13:00-13:00"], at("12:00"), at("13:00")),
        (["Sat-Sun 22:00-09:00"], at("23:00"), None),
        (["Sat-Sun 22:00-09:00"], at("23:00", 1), at("09:00", 2)),
        (["Fri 22:00-09:00"], at("08:00", 1), at("09:00", 1)),
        (["Sat-Thu 22:00-09:00"], at("23:00"), None),
        (["22:00-07:00", "Fri 21:00-09:00"], at("22:30"), at("09:00", 1)),
        ([], at("03:00"), None),
    ],
)
def test_schedule(lines: list[str], now: datetime, until: datetime | None) -> None:
    assert quiet_until(map(period, lines), now) == until


@pytest.mark.parametrize("text", ["", "22-7", "22:00", "24:00-07:00", "Sunday 22:00-07:00", "Xyz 22:00-07:00", "1320"])
def test_what_is_no_period_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="22:00-07:00"):
        period(text)


@given(
    start=st.integers(0, 1439), end=st.integers(0, 1439),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
)  # fmt: skip
def test_the_end_is_ahead_and_it_is_over_then(start: int, end: int, now: datetime) -> None:
    one = period(f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}")
    until = quiet_until([one], now)
    if until is not None:
        assert until > now
        assert quiet_until([one], until) is None or start == end
