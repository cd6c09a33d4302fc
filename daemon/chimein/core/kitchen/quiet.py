"""Quiet hours: when a house does not want to be spoken to. `22:00-07:00`, or for some days: `Sat-Sun 22:00-09:00`.

A period that ends before it begins ends on the next day; its days are those on which it begins.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PERIOD: Final = re.compile(
    r"(?:(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))? )?"
    r"(?P<start>(?:[01]\d|2[0-3]):[0-5]\d)-(?P<end>(?:[01]\d|2[0-3]):[0-5]\d)"
)


@dataclass(frozen=True)
class Period:
    """One line of the schedule."""

    days: frozenset[int]
    """0 is Monday."""
    start_min: int
    """Minutes after midnight."""
    end_min: int

    def end_of(self, now: datetime) -> datetime | None:
        """When the period in which `now` lies is over; None outside of it."""
        for begins in (now, now - timedelta(days=1)):
            midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
            length_min = (self.end_min - self.start_min) % (24 * 60) or 24 * 60
            start = midnight + timedelta(minutes=self.start_min)
            end = start + timedelta(minutes=length_min)
            if midnight.weekday() in self.days and start <= now < end:
                return end
        return None


def period(text: str) -> Period:
    """Reads one line. Raises ValueError that says how to write it."""
    match = _PERIOD.fullmatch(text.strip())
    names = [match[group] for group in ("first", "last") if match[group]] if match else []
    if match is None or not all(name in DAYS for name in names):
        raise ValueError('must be like "22:00-07:00" or "Sat-Sun 22:00-09:00", in quotes; days are Mon to Sun')
    first, last = (DAYS.index(names[0]), DAYS.index(names[-1])) if names else (0, 6)
    days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return Period(frozenset(days), _minutes(match["start"]), _minutes(match["end"]))


def quiet_until(periods: Iterable[Period], now: datetime) -> datetime | None:
    """When the quiet hours in which `now` lies are over; None while there are none."""
    return max((end for one in periods if (end := one.end_of(now)) is not None), default=None)


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
