"""The service manager: what systemd is told about the daemon, and the one place that knows systemd-python.

Outside systemd every word is a no-op, and systemd-python is not even imported. Nothing here may raise because systemd
cannot be reached: a speaker that cannot say READY can still speak. The words are those of sd_notify(3).
"""

import logging
import os
import time
from collections.abc import Callable
from typing import Final

JournalSend = Callable[..., None]
"""systemd.journal.send(MESSAGE, FIELD=value, …)."""

_STATUS_CHARACTERS: Final = 200
"""systemctl shows STATUS on one line; more than this helps nobody."""

log = logging.getLogger(__name__)


class ServiceManager:
    """Tells systemd how the daemon is. Every method may be called at any time, in the loop's thread; none waits."""

    def __init__(self) -> None:
        self._notify = _load_notify() if os.environ.get("NOTIFY_SOCKET") else None
        self._last_status: str | None = None
        self._has_complained = False

    def ready(self, status: str = "") -> None:
        """The button and the lamp tell the truth from here on; also ends a reload."""
        self._say("READY=1", *self._changed(status))

    def status(self, text: str) -> None:
        """One plain line for `systemctl status`; sent only when it has changed."""
        lines = self._changed(text)
        if lines:
            self._say(*lines)

    def watchdog(self) -> None:
        """The loop and the microphone's process are alive."""
        self._say("WATCHDOG=1")

    def reloading(self) -> None:
        """A reload begins; `ready()` must follow, whether the new file was taken or refused."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self, status: str = "") -> None:
        """The daemon is leaving of its own will."""
        self._say("STOPPING=1", *self._changed(status))

    def watchdog_period_s(self) -> float | None:
        """How often `watchdog()` should be called: half of systemd's limit. None when nobody waits for it."""
        if self._notify is None:
            return None
        try:
            limit_us = int(os.environ.get("WATCHDOG_USEC", "0"))
            meant_pid = int(os.environ.get("WATCHDOG_PID", os.getpid()))
        except ValueError:
            return None
        if limit_us <= 0 or meant_pid != os.getpid():
            return None
        return limit_us / 1e6 / 2

    def _changed(self, status: str) -> list[str]:
        line = " ".join(status.split())[:_STATUS_CHARACTERS]
        if not line or line == self._last_status:
            return []
        self._last_status = line
        return [f"STATUS={line}"]

    def _say(self, *lines: str) -> None:
        if self._notify is None:
            return
        try:
            self._notify("\n".join(lines))
        except OSError as error:
            level = logging.DEBUG if self._has_complained else logging.WARNING
            self._has_complained = True
            log.log(level, "systemd does not take %s: %s", lines[0], error)


def journal_send() -> JournalSend | None:
    """How to write a journal entry with fields, when stderr leads to the journal and systemd-python is there."""
    if not stderr_is_journal():
        return None
    try:
        from systemd import journal
    except ImportError:
        return None
    send: JournalSend = journal.send
    return send


def stderr_is_journal() -> bool:
    """Whether stderr is the journal's own stream; `2>file` in a unit is not (systemd.exec(5), $JOURNAL_STREAM)."""
    device, _, inode = os.environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        found = os.fstat(2)
        return (int(device), int(inode)) == (found.st_dev, found.st_ino)
    except (ValueError, OSError):
        return False


def _load_notify() -> Callable[[str], object] | None:
    try:
        from systemd import daemon
    except ImportError:
        log.warning("systemd waits for a word from chimein, but systemd-python is missing: install python3-systemd")
        return None
    notify: Callable[[str], object] = daemon.notify
    return notify
