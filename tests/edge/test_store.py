"""The state survives the end of the process, and a broken file is explained."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from chimein.core.kitchen.timers import Clock, timer
from chimein.core.machines.events import Muter
from chimein.core.money.ledger import Spent, Tally
from chimein.edge.store import DamagedError, Store, StoreError

DAY = Tally({("in", "AUDIO"): Spent(1, 0.5), ("out", "AUDIO"): Spent(2, 0.25)}, messages=1, sent_bytes=640)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path / "state" / "chimein.sqlite")
    first.keep_mutes(frozenset({Muter.HARDWARE, Muter.SOFTWARE}))
    first.keep_handle("handle-1", of="gemini a")
    first.add_tally("2026-11-23", DAY)
    first.close()
    again = Store(tmp_path / "state" / "chimein.sqlite")
    assert again.mutes() == {Muter.HARDWARE, Muter.SOFTWARE}
    assert again.handle("gemini a") == "handle-1"
    assert again.handle("gemini b") is None, "a handle is good for one model"
    assert again.tally("2026-11-23") == DAY
    assert again.tally("2026-11-24") == Tally()
    again.close()


def test_a_new_machine_knows_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "chimein.sqlite")
    assert store.mutes() == frozenset()
    assert store.handle("gemini a") is None
    store.keep_handle(None, of="gemini a")
    assert store.handle("gemini a") is None
    store.close()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    Store(tmp_path / "chimein.sqlite").close()
    assert (tmp_path / "chimein.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read as one" * 20])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "chimein.sqlite").write_bytes(content)
    with pytest.raises(DamagedError, match=r"chimein\.sqlite: file is not a database"):
        Store(tmp_path / "chimein.sqlite")


def test_an_unknown_mute_is_an_error_and_not_unmuted(tmp_path: Path) -> None:
    store = Store(tmp_path / "chimein.sqlite")
    with contextlib.closing(sqlite3.connect(tmp_path / "chimein.sqlite")) as other, other:
        other.execute("insert into fact values ('mutes', 'tinfoil')")
    with pytest.raises(StoreError, match="tinfoil"):
        store.mutes()
    store.close()


def test_timers_survive_and_those_that_are_gone_are_gone(tmp_path: Path) -> None:
    now = Clock("a boot", 50.0, 1.7e9, True)
    pasta, eggs = timer(1, "pasta", 600, now), timer(2, "eggs", 60, now)
    store = Store(tmp_path / "db")
    store.keep_timers([pasta, eggs])
    store.keep_timers([eggs])
    store.close()
    again = Store(tmp_path / "db")
    assert again.timers() == [eggs]
    assert again.timers()[0].is_wall_right is True
    again.close()


def test_the_delay_of_an_echo_is_kept_for_the_latest_pair_of_devices(tmp_path: Path) -> None:
    path = tmp_path / "chimein.sqlite"
    store = Store(path)
    assert store.echo_late("Array | Loud") is None
    store.keep_echo_late("Array | Loud", 1920)
    store.close()
    store = Store(path)
    assert store.echo_late("Array | Loud") == 1920
    assert store.echo_late("Array | Television") is None
    store.close()
