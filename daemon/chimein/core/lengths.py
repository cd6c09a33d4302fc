"""Lengths and times of day as people write and say them: `10m`, `1h30m`, `07:30`; "10 minutes", "12 minutes ago"."""

import re
from typing import Final

from chimein.core.errors import UsageError

_UNITS_S: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_NAMES: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


def seconds(text: str) -> float:
    """`90s`, `10m`, `1h30m`, `1.5 hours`. Raises UsageError that says how to write it."""
    words = text.strip().lower()
    parts = _PART.findall(words)
    is_whole = _PART.sub("", words).replace(" and ", " ").replace(",", " ").strip() == ""
    if not parts or not is_whole or not all(unit in _NAMES for _, unit in parts):
        raise UsageError(f"{_shown(text)} is no length of time: write it as 90s, 10m, 1h30m")
    return sum(float(count) * _UNITS_S[_NAMES[unit]] for count, unit in parts)


def time_of_day(text: str) -> str:
    """`7:30` as `07:30`. Raises UsageError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{_shown(text)} is no time of day: write it as 07:30 or 19:05")
    return f"{int(match[1]):02d}:{match[2]}"


def is_time_of_day(text: str) -> bool:
    return _TIME.fullmatch(text.strip()) is not None


def spoken(length_s: float) -> str:
    """As one says it, in its two largest units: "1 hour and 30 minutes"."""
    rest = max(0, round(length_s))
    if rest >= 3600:
        rest = round(rest / 60) * 60  # nobody counts the seconds of hours
    parts = []
    for name, unit_s in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, unit_s)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " and ".join(parts[:2]) or "0 seconds"


def counted(length_s: float) -> str:
    """As a display counts it down: `9:59`, `1:05:00`; never less than what is left."""
    rest = max(0, int(-(-length_s // 1)))
    hours, minutes, rest = rest // 3600, rest // 60 % 60, rest % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _shown(text: str) -> str:
    line = "".join(letter if letter.isprintable() else "?" for letter in text[:40])
    return f"“{line}”"
