"""The money of each day, in the store's database: tokens and dollars by modality, and our own count of sound.

spending   one row for each day, way (in, out) and modality
counted    one row for each day: what is no token
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chimein.core.errors import ChimeinError, NotAllowedError
from chimein.core.money.ledger import Spent, Tally, Way

_SCHEMA: Final = """
create table if not exists spending (day text not null, way text not null, modality text not null,
    tokens integer not null, usd real not null, primary key (day, way, modality)) strict, without rowid;
create table if not exists counted (day text primary key, cached_tokens integer not null, messages integer not null,
    sent_bytes integer not null, spoken_bytes integer not null, covered_sent_bytes integer not null,
    covered_spoken_bytes integer not null) strict, without rowid;
"""
_COUNTED: Final = (
    "cached_tokens",
    "messages",
    "sent_bytes",
    "spoken_bytes",
    "covered_sent_bytes",
    "covered_spoken_bytes",
)
"""Columns, and Tally's names for them, in its order."""


class Book:
    """The tables of one open database. Raises sqlite3.Error; whoever owns the connection explains it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(_SCHEMA)

    def day(self, day: str) -> Tally:
        """What the day (ISO date) has cost so far."""
        return self.days(day, day).get(day, Tally())

    def days(self, first: str, last: str) -> dict[str, Tally]:
        """The days from `first` to `last`, both included, that have cost anything, the oldest first."""
        return _days(self._db, first, last)

    def add(self, day: str, more: Tally) -> None:
        """Adds to the day, the whole or nothing. Not a total: whoever could not read the day cannot spoil it."""
        with whole(self._db):
            self._db.executemany(
                "insert into spending values (?, ?, ?, ?, ?) on conflict do update"
                " set tokens = tokens + excluded.tokens, usd = usd + excluded.usd",
                [(day, way, modality, spent.tokens, spent.usd) for (way, modality), spent in more.spent.items()],
            )
            self._db.execute(
                f"insert into counted values (?, {', '.join('?' * len(_COUNTED))}) on conflict do update set "
                + ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTED),
                (day, *(getattr(more, name) for name in _COUNTED)),
            )


def read_days(path: Path, first: str, last: str) -> dict[str, Tally]:
    """The days of a database that nobody has open, without writing to it.

    Raises NotAllowedError when it may not be read, ChimeinError when it cannot be.
    """
    if not os.access(path, os.R_OK):
        raise NotAllowedError(f"{path} may not be read: only chimein itself and root may; try `sudo chimein usage`")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return _days(db, first, last) if _has(db, "spending") else {}
    except sqlite3.Error as error:
        raise ChimeinError(f"{path}: {error}") from error


def _days(db: sqlite3.Connection, first: str, last: str) -> dict[str, Tally]:
    spent: dict[str, dict[tuple[Way, str], Spent]] = {}
    for day, way, modality, tokens, usd in db.execute(
        "select * from spending where day between ? and ? order by day, way, modality", (first, last)
    ):
        spent.setdefault(day, {})[way, modality] = Spent(tokens, usd)
    counted = {
        day: numbers
        for day, *numbers in db.execute(
            f"select day, {', '.join(_COUNTED)} from counted where day between ? and ?", (first, last)
        )
    }
    nothing = [0] * len(_COUNTED)
    return {day: Tally(spent.get(day, {}), *counted.get(day, nothing)) for day in sorted(spent.keys() | counted.keys())}


def _has(db: sqlite3.Connection, table: str) -> bool:
    return db.execute("select 1 from sqlite_master where type = 'table' and name = ?", (table,)).fetchone() is not None


@contextlib.contextmanager
def whole(db: sqlite3.Connection) -> Iterator[None]:
    """Everything that is written within, or nothing."""
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")
