"""The book of days on real SQLite: it adds, and is read without being touched."""

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from chimein.core.errors import ChimeinError, NotAllowedError
from chimein.core.live.facts import Usage
from chimein.core.money.ledger import Tally
from chimein.edge.book import read_days
from chimein.edge.store import Store, StoreError

TURN = Tally().with_sent(32_000).plus(Usage({"AUDIO": 25, "TEXT": 3}, {"AUDIO": 4}, cached_tokens=2), {})
EVER = ("0001-01-01", "9999-12-31")


def test_a_day_is_added_to(tmp_path: Path) -> None:
    store = Store(tmp_path / "chimein.sqlite")
    for _ in range(3):
        store.add_tally("2026-11-26", TURN)
    store.add_tally("2026-11-27", Tally().with_spoken(10))
    day = store.tally("2026-11-26")
    assert (day.tokens("in", "AUDIO"), day.tokens("in", "TEXT"), day.messages, day.sent_s) == (75, 9, 3, 3.0)
    assert day.usd == pytest.approx(3 * TURN.usd)
    assert list(store.tallies("2026-11-26", "2026-11-30")) == ["2026-11-26", "2026-11-27"]
    assert list(store.tallies("2026-11-27", "2026-11-27")) == ["2026-11-27"]
    store.close()


def test_a_failed_write_leaves_the_day_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    store = Store(path)
    store.add_tally("2026-11-26", TURN)
    with contextlib.closing(sqlite3.connect(path)) as other, other:
        other.execute("drop table counted")
    with pytest.raises(StoreError):
        store.add_tally("2026-11-26", TURN)
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("select sum(tokens) from spending").fetchone() == (32,)
    store.close()


def test_it_is_read_while_the_daemon_has_it_open_and_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    store = Store(path)
    store.add_tally("2026-11-26", TURN)
    before = path.read_bytes()
    assert read_days(path, *EVER) == {"2026-11-26": TURN}
    assert path.read_bytes() == before
    store.close()


def test_a_database_in_which_no_day_was_written_has_none(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    sqlite3.connect(path).close()
    assert read_days(path, *EVER) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_who_may_not_read_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    Store(path).close()
    path.chmod(0)
    with pytest.raises(NotAllowedError, match="sudo chimein usage"):
        read_days(path, *EVER)


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    path.write_bytes(b"no database at all, and long enough to be looked at " * 40)
    with pytest.raises(ChimeinError, match="file is not a database"):
        read_days(path, *EVER)
