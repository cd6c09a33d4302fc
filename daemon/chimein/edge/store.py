"""What survives a power cut: one SQLite file with who muted, the resumption handle, the kitchen timers, the shopping
list, and each day's money (book.py).

Written only when something changed, and rarely: SD cards wear. A rollback journal with `synchronous=EXTRA` is SQLite's
own way of fsync and rename: with FULL the removal of the journal may not have reached the card when the power goes, and
the next start takes back what had been committed a second ago (seen). How the daemon lives with a file that cannot be
read or written: memory.py.
"""

import contextlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Final

from chimein.core.kitchen.timers import Timer
from chimein.core.machines.events import Muter
from chimein.core.money.ledger import Tally
from chimein.edge.book import Book, whole

_SCHEMA: Final = """
create table if not exists fact (name text primary key, value text not null) strict;
create table if not exists timer (number integer primary key, name text not null, length_s real not null,
                                  at text not null, boot text not null, boot_due_s real not null,
                                  wall_due_s real not null, is_wall_right integer not null,
                                  seen_left_s real not null) strict;
create table if not exists refused (model text not null, feature text not null, day text not null,
                                    primary key (model, feature)) strict;
"""

_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class StoreError(OSError):
    """The state cannot be read or kept; the message says which file and why."""


class DamagedError(StoreError):
    """The file is no database, or no longer a whole one: it will not mend by itself."""


class Store:
    """The daemon's memory. Not thread safe. Every method raises StoreError."""

    def __init__(self, path: Path) -> None:
        """Reads the whole file once, to see whether it is sound: SQLite would notice a bad page when it needs it."""
        self._path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2.0)
            try:
                self._db.execute("pragma synchronous=extra")
                self._db.executescript(_SCHEMA)
                self._book = Book(self._db)
                path.chmod(0o600)
                (found,) = self._db.execute("pragma quick_check(1)").fetchone()
                if found != "ok":
                    raise DamagedError(f"{path}: {found}")
            except BaseException:
                self._db.close()
                raise

    def mutes(self) -> frozenset[Muter]:
        """Who had muted when the power went; empty on a new machine."""
        text = self._fact("mutes")
        try:
            return frozenset(Muter(word) for word in text.split()) if text else frozenset()
        except ValueError as unknown:
            raise StoreError(f"{self._path}: {unknown}") from unknown

    def keep_mutes(self, mutes: frozenset[Muter]) -> None:
        self._keep("mutes", " ".join(sorted(muter.value for muter in mutes)))

    def muted_since(self) -> str | None:
        """When the mute that was kept began, as ISO 8601."""
        return self._fact("muted since") or None

    def keep_muted_since(self, since: str | None) -> None:
        self._keep("muted since", since or "")

    def handle(self, of: str) -> str | None:
        """The newest resumption handle of the last conversation, if that was with this service and model."""
        return self._fact("handle") or None if self._fact("handle of") == of else None

    def keep_handle(self, handle: str | None, of: str) -> None:
        if self._fact("handle of") != of:
            self._keep("handle", "")  # never one model's handle under another's name, whatever happens in between
            self._keep("handle of", of)
        self._keep("handle", handle or "")

    def refused(self, model: str, since: str) -> frozenset[str]:
        """The features that the service has refused for a model on that day (ISO date) or later."""
        with self._explained():
            rows = self._db.execute("select feature from refused where model = ? and day >= ?", (model, since))
            return frozenset(str(feature) for (feature,) in rows)

    def keep_refused(self, model: str, feature: str, day: str) -> None:
        with self._explained():
            self._db.execute("insert or replace into refused values (?, ?, ?)", (model, feature, day))

    def tally(self, day: str) -> Tally:
        """What the day (ISO date) has cost so far."""
        with self._explained():
            return self._book.day(day)

    def add_tally(self, day: str, more: Tally) -> None:
        """Adds to what the day has cost."""
        with self._explained():
            self._book.add(day, more)

    def tallies(self, first: str, last: str) -> dict[str, Tally]:
        """The days from `first` to `last`, both included, that have cost anything."""
        with self._explained():
            return self._book.days(first, last)

    def timers(self) -> list[Timer]:
        """Every timer that was kept."""
        with self._explained():
            rows = self._db.execute("select * from timer order by number").fetchall()
        return [replace(Timer(*row), is_wall_right=bool(row[7])) for row in rows]

    def keep_timers(self, timers: Collection[Timer]) -> None:
        """These and no others, all or nothing."""
        with self._explained(), whole(self._db):
            self._db.execute("delete from timer")
            self._db.executemany("insert into timer values (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, timers))

    def persona(self) -> tuple[str, str] | None:
        """What the configuration said when a persona was last chosen, and which that was."""
        kept = (self._fact("persona") or "").split()
        return (kept[0], kept[1]) if len(kept) == 2 else None

    def keep_persona(self, persona: tuple[str, str]) -> None:
        self._keep("persona", " ".join(persona))

    def volume(self) -> tuple[int, int] | None:
        """What the configuration said when another volume was last asked for, and which that was; percent."""
        kept = (self._fact("volume") or "").split()
        return (int(kept[0]), int(kept[1])) if len(kept) == 2 else None

    def keep_volume(self, volume: tuple[int, int]) -> None:
        self._keep("volume", "{} {}".format(*volume))

    def echo_late(self, devices: str) -> int | None:
        """By how many samples this microphone hears this speaker later than reckoned; None for a pair that is new."""
        kept = json.loads(self._fact("echo late") or "{}")
        return int(kept["late_samples"]) if kept.get("devices") == devices else None

    def keep_echo_late(self, devices: str, late_samples: int) -> None:
        """Of the latest pair alone: another one has other delays."""
        self._keep("echo late", json.dumps({"devices": devices, "late_samples": late_samples}, ensure_ascii=False))

    def shopping(self) -> list[str]:
        """What is on the shopping list."""
        items = json.loads(self._fact("shopping list") or "[]")
        return [str(item) for item in items]

    def keep_shopping(self, items: Sequence[str]) -> None:
        self._keep("shopping list", json.dumps(items, ensure_ascii=False))

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def _fact(self, name: str) -> str | None:
        with self._explained():
            row = self._db.execute("select value from fact where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def _keep(self, name: str, value: str) -> None:
        if (self._fact(name) or "") == value:
            return
        with self._explained():
            self._db.execute("insert or replace into fact values (?, ?)", (name, value))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except sqlite3.DatabaseError as error:
            is_damage = getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
            raise (DamagedError if is_damage else StoreError)(f"{self._path}: {error}") from error
        except (sqlite3.Error, OSError, UnicodeError, OverflowError) as error:
            raise StoreError(f"{self._path}: {error}") from error
