"""The machine's clocks: which boot this is, whether the wall clock can be believed, and when it next shows a time."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chimein.core.kitchen.timers import Clock, alarm, settle
from chimein.edge import clock as edge
from chimein.edge.clock import clock, next_at


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def at(text: str) -> float:
    """UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "time_of_day", "due"),
    [
        ("2026-11-27T06:00", "07:30", "2026-11-27T06:30"),
        ("2026-11-27T06:30", "07:30", "2026-11-28T06:30"),
        ("2026-11-27T23:30", "00:15", "2026-11-28T23:15"),
        ("2026-03-28T20:00", "07:30", "2026-03-29T05:30"),
        ("2026-10-24T20:00", "07:30", "2026-10-25T06:30"),
        ("2026-12-31T22:59", "00:00", "2026-12-31T23:00"),
    ],
)
def test_the_next_time_is_the_house_s_also_in_the_night_when_the_clocks_change(
    now: str, time_of_day: str, due: str
) -> None:
    assert next_at(time_of_day, at(now)) == at(due)


def test_an_hour_that_does_not_exist_still_comes() -> None:
    due = next_at("02:30", at("2026-03-28T22:00"))
    assert at("2026-03-29T00:30") <= due <= at("2026-03-29T01:30")


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24", "2026-11-26"])
@pytest.mark.parametrize("time_of_day", ["02:00", "02:30", "03:00", "03:15", "07:30"])
def test_an_alarm_stays_where_it_is_while_the_house_does(day: str, time_of_day: str) -> None:
    now = Clock(boot="1", boot_s=1e6, wall_s=at(f"{day}T19:00"), is_wall_right=True)
    it = alarm(1, "", time_of_day, now, next_at)
    for seconds in range(0, int(it.wall_due_s - now.wall_s), 300):
        assert settle(it, replace(now, wall_s=now.wall_s + seconds), next_at) is it


def test_the_house_moves_to_another_time_zone_and_no_restart_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    noon_s = at("2026-11-27T12:00")
    assert next_at("13:30", noon_s) == at("2026-11-27T12:30")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock()
    assert next_at("13:30", noon_s) == at("2026-11-28T04:30")


def test_the_wall_clock_is_believed_when_a_server_or_a_battery_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "SYNCHRONISED", tmp_path / "synchronized")
    monkeypatch.setattr(edge, "RTC", tmp_path / "since_epoch")
    assert not clock().is_wall_right
    (tmp_path / "since_epoch").write_text("1234\n")
    assert not clock().is_wall_right, "a Pi 5 without its battery"
    (tmp_path / "since_epoch").write_text(f"{int(time.time())}\n")
    assert clock().is_wall_right
    (tmp_path / "since_epoch").unlink()
    (tmp_path / "synchronized").touch()
    assert clock().is_wall_right


def test_the_boot_is_named_and_counts_on() -> None:
    first, second = clock(), clock()
    assert first.boot == second.boot != ""
    assert second.boot_s >= first.boot_s > 0
