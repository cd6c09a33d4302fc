"""ServiceManager against a real datagram socket in systemd's place."""

import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chimein.edge import service
from chimein.edge.service import ServiceManager


class Systemd:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def heard(self) -> list[list[str]]:
        """Everything said since the last call: one list of lines per message."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode().splitlines())
            except BlockingIOError:
                return messages

    def dies(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    pytest.importorskip("systemd.daemon")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "notify")
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        manager = Systemd(path)
        yield manager
        manager.dies()


def test_a_whole_life(systemd: Systemd) -> None:
    chimein = ServiceManager()
    chimein.ready("offline: no network")
    chimein.watchdog()
    chimein.status("online")
    chimein.stopping()
    assert systemd.heard() == [
        ["READY=1", "STATUS=offline: no network"],
        ["WATCHDOG=1"],
        ["STATUS=online"],
        ["STOPPING=1"],
    ]


def test_an_unchanged_status_is_not_sent_again(systemd: Systemd) -> None:
    chimein = ServiceManager()
    for text in ("online", "online", "muted", "online", " online\n"):
        chimein.status(text)
    assert systemd.heard() == [["STATUS=online"], ["STATUS=muted"], ["STATUS=online"]]


def test_ready_is_sent_every_time_because_it_ends_a_reload(systemd: Systemd) -> None:
    chimein = ServiceManager()
    chimein.ready("online")
    systemd.heard()
    before_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    chimein.reloading()
    chimein.ready("online")
    after_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    reloading, ready = systemd.heard()
    assert reloading[0] == "RELOADING=1"
    said_us = int(reloading[1].removeprefix("MONOTONIC_USEC="))
    assert before_us <= said_us <= after_us
    assert ready == ["READY=1"]


def test_a_status_is_one_line_and_cannot_smuggle_another_word(systemd: Systemd) -> None:
    ServiceManager().status("broken\nSTOPPING=1" + "x" * 5000)
    ((line,),) = systemd.heard()
    assert re.fullmatch(r"STATUS=broken STOPPING=1x+", line)
    assert len(line) < 300


def test_a_systemd_that_has_gone_is_complained_of_once_and_survived(
    systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    chimein = ServiceManager()
    systemd.dies()
    chimein.ready("online")
    chimein.watchdog()
    assert [record.levelname for record in caplog.records if record.levelno >= 30] == ["WARNING"]


def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    chimein = ServiceManager()
    chimein.ready("online")
    chimein.status("muted")
    chimein.watchdog()
    chimein.reloading()
    chimein.stopping()
    assert chimein.watchdog_period_s() is None


@pytest.mark.parametrize(
    ("usec", "pid", "period_s"),
    [
        ("30000000", None, 15.0),
        ("30000000", "me", 15.0),
        ("30000000", "1", None),
        ("0", None, None),
        ("soon", None, None),
        ("30000000", "nobody", None),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_it_bites(
    systemd: Systemd, monkeypatch: pytest.MonkeyPatch, usec: str, pid: str | None, period_s: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if pid is not None:
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "me" else pid)
    assert ServiceManager().watchdog_period_s() == period_s


def test_the_journal_is_recognised_by_the_file_behind_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{stderr.st_dev}:{stderr.st_ino}")
    assert service.stderr_is_journal()
    monkeypatch.setenv("JOURNAL_STREAM", f"{stderr.st_dev}:{stderr.st_ino + 1}")
    assert not service.stderr_is_journal()
    assert service.journal_send() is None
    monkeypatch.setenv("JOURNAL_STREAM", "nonsense")
    assert not service.stderr_is_journal()
    monkeypatch.delenv("JOURNAL_STREAM")
    assert not service.stderr_is_journal()
