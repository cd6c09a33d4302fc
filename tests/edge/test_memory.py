"""What the daemon remembers, while its file is well, in trouble, or damaged by a card that died."""

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chimein.core.machines.events import Muter
from chimein.core.money.ledger import Spent, Tally
from chimein.edge.memory import Memory
from chimein.edge.store import Store

DAY = Tally({("in", "AUDIO"): Spent(1, 0.5), ("out", "AUDIO"): Spent(2, 0.25)}, messages=1, sent_bytes=640)


def test_trouble_is_told_once_costs_the_memory_and_mutes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "chimein.sqlite").mkdir()
    memory = Memory(tmp_path / "chimein.sqlite")
    memory.keep_handle("one", of="gemini a")
    assert memory.mutes() == {Muter.UNKNOWN}, "what cannot be known is muted"
    assert memory.handle("gemini a") is None
    assert memory.tally("2026-11-23") == Tally()
    memory.close()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_more_than_fits_costs_the_day_and_not_the_daemon(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "chimein.sqlite")
    assert not memory.add_tally("2026-11-23", Tally({("in", "AUDIO"): Spent(10**30, 0.5)}))
    assert memory.trouble is not None
    assert memory.add_tally("2026-11-23", DAY)
    assert memory.tally("2026-11-23") == DAY
    memory.close()


def not_a_database(path: Path) -> None:
    path.write_bytes(b"what a dying card has left" * 500)


def a_bad_page(path: Path) -> None:
    """One that SQLite opens without a word."""
    whole = bytearray(path.read_bytes())
    page = int.from_bytes(whole[16:18], "big")
    whole[page : 2 * page] = b"\xa5" * page
    path.write_bytes(whole)


@pytest.mark.parametrize("damage", [not_a_database, a_bad_page])
def test_a_damaged_file_makes_way_for_a_new_one_that_is_muted_until_a_person_says_otherwise(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "chimein.sqlite"
    store = Store(path)
    store.keep_shopping(["milk"])
    store.close()
    damage(path)
    damaged = path.read_bytes()
    for _ in ("at once", "and after a power cut"):
        memory = Memory(path)
        assert memory.trouble is None
        assert memory.mutes() == {Muter.UNKNOWN}
        memory.close()
    assert (tmp_path / "chimein.sqlite.damaged").read_bytes() == damaged
    assert {it.name for it in tmp_path.iterdir()} == {"chimein.sqlite", "chimein.sqlite.damaged"}
    assert [(record.levelno, str(path) in record.getMessage()) for record in caplog.records] == [(logging.ERROR, True)]
    memory = Memory(path)
    memory.keep_mutes(frozenset())
    memory.keep_shopping(["eggs"])
    memory.close()
    again = Memory(path)
    assert (again.mutes(), again.shopping()) == (frozenset(), ["eggs"])
    again.close()


def test_a_file_that_is_only_in_use_is_not_given_up(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    Store(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")
    memory = Memory(path)
    assert memory.trouble is not None
    assert "locked" in memory.trouble
    assert memory.mutes() == {Muter.UNKNOWN}
    other.close()
    assert [it.name for it in tmp_path.iterdir()] == ["chimein.sqlite"]


@contextlib.contextmanager
def nothing_can_be_written(path: Path) -> Iterator[None]:
    """Everything can be read, as on a card that is full or has become read-only."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


def test_what_could_not_be_written_may_be_out_of_date_and_is_muted(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    memory = Memory(path)
    memory.keep_shopping(["milk"])
    with nothing_can_be_written(path):
        memory.keep_mutes(frozenset({Muter.SOFTWARE}))
        assert memory.shopping() == ["milk"], "it can be read all the same"
        assert memory.trouble is not None
        after_a_power_cut = Memory(path)
        assert after_a_power_cut.mutes() == {Muter.UNKNOWN}
        after_a_power_cut.close()
    memory.close()


def test_a_card_that_is_full_mutes_nobody_who_had_not_muted(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    memory = Memory(path)
    with nothing_can_be_written(path):
        memory.keep_mutes(frozenset({Muter.HARDWARE}))
        memory.keep_mutes(frozenset())
        after_a_power_cut = Memory(path)
        assert after_a_power_cut.mutes() == frozenset()
        after_a_power_cut.close()
    memory.close()


def test_a_mute_that_could_not_be_written_is_written_as_soon_as_it_can_be(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    memory = Memory(path)
    with nothing_can_be_written(path):
        memory.keep_mutes(frozenset({Muter.SOFTWARE}))
    assert memory.shopping() == []
    assert memory.trouble is None
    after_a_power_cut = Memory(path)
    assert after_a_power_cut.mutes() == {Muter.SOFTWARE}
    after_a_power_cut.close()
    memory.close()
