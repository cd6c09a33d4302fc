"""Days and what they have cost, as `chimein usage` prints them: JSON for programs, a table for people.

The days may come from a daemon of another version: what is missing in them counts as nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from chimein.core.answers import number
from chimein.core.money.ledger import Tally

Json = dict[str, object]
Day = Mapping[str, object]
"""One day: `day` (ISO) and what Tally.to_json says."""
Column = tuple[str, str]
"""A way (in, out) and a modality."""

MOST_DAYS: Final = 3660
"""To be shown at a time."""
_FIRST: Final = ("AUDIO", "TEXT", "THOUGHTS")
"""The order of columns; others follow by name."""


def first_day(last: str, days: int) -> str:
    """The first of so many days that end with `last`; ISO dates."""
    return (date.fromisoformat(last) - timedelta(days=days - 1)).isoformat()


def every_day(first: str, last: str) -> list[str]:
    """All days from one to the other, both included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=number)).isoformat() for number in range((end - start).days + 1)]


def days_json(days: Mapping[str, Tally]) -> list[Json]:
    """Those that cost something or heard something, the oldest first."""
    return [{"day": day, **tally.to_json()} for day, tally in sorted(days.items()) if tally != Tally()]


def columns(days: Iterable[Day]) -> list[Column]:
    """Every way and modality that occurs."""
    found = {(way, kind) for day in days for way in ("in", "out") for kind in _by_kind(day, way)}
    return sorted(found, key=lambda column: (column[0], *_place(column[1])))


def tokens(day: Day, column: Column) -> int:
    return int(_number(_by_kind(day, column[0]).get(column[1])))


def usd(day: Day) -> float:
    return _number(day.get("usd"))


def table(days: Sequence[Day]) -> list[str]:
    """Lines of a table: a day each, tokens by way and modality, our own count of sound, money; and the sum of all."""
    found = columns(days)
    head = ["day", *(f"{way} {_name(kind)}" for way, kind in found), "sent", "received", "USD"]
    rows = [[str(day.get("day", "?")), *_cells(day, found)] for day in days]
    if len(days) > 1:
        rows.append(["together", *_sums(days, found)])
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return ["  ".join(_aligned(cell, place, widths) for place, cell in enumerate(row)) for row in (head, *rows)]


def own_count(days: Sequence[Day]) -> str:
    """One sentence that can be held against the columns: our own seconds, as tokens."""
    up, down = (sum(_number(day.get(key)) for day in days) for key in ("sent_tokens", "received_tokens"))
    return f"by our own count {up:,.0f} tokens of sound went up, each once, and {down:,.0f} came down"


def _aligned(cell: str, place: int, widths: Sequence[int]) -> str:
    return cell.ljust(widths[0]) if place == 0 else cell.rjust(widths[place])


def _cells(day: Day, found: Sequence[Column]) -> list[str]:
    seconds = [_duration(_number(day.get(key))) for key in ("sent_s", "received_s")]
    return [*(f"{tokens(day, column):,}" for column in found), *seconds, f"{usd(day):.4f}"]


def _sums(days: Sequence[Day], found: Sequence[Column]) -> list[str]:
    seconds = [_duration(sum(_number(day.get(key)) for day in days)) for key in ("sent_s", "received_s")]
    return [
        *(f"{sum(tokens(day, column) for day in days):,}" for column in found),
        *seconds,
        f"{sum(map(usd, days)):.4f}",
    ]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _name(kind: str) -> str:
    letters = "".join(letter for letter in kind if letter.isprintable())
    return letters.lower()[:20] or "?"


def _place(kind: str) -> tuple[int, str]:
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), kind)


def _by_kind(day: Day, way: str) -> Mapping[str, object]:
    ways = day.get("tokens")
    kinds = ways.get(way) if isinstance(ways, Mapping) else None
    return kinds if isinstance(kinds, Mapping) else {}


def _number(value: object) -> float:
    return number(value) or 0.0
