"""A sound child's manners towards the daemon that started it: die with it, speak to it in frames, listen to it.

Nothing here waits for the daemon to be quick; the daemon, in turn, kills whoever does not answer.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from chimein.core.errors import ChimeinError
from chimein.sound.frames import Kind, Unpacker, pack

PR_SET_PDEATHSIG: Final = 1
URGENT: Final = -10


class Parent:
    """The daemon, seen from its child. Made once, first of all, in the child's main thread."""

    def __init__(self) -> None:
        """Claims stdout for frames: whatever a library prints from now on goes where the noise goes."""
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with contextlib.suppress(PermissionError):  # the unit allows it; a shell may not
            os.nice(URGENT)  # and never real time: a hung child must not win
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.SIG_IGN)  # the daemon decides when a child ends, also when systemd stops it
        self._pipe = os.dup(sys.stdout.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        self._unpacker = Unpacker()
        self._poll = select.poll()
        self._poll.register(0, select.POLLIN)

    def watch(self, fd: int) -> None:
        """`listen` returns when this file is readable, too."""
        self._poll.register(fd, select.POLLIN)

    def forget(self, fd: int) -> None:
        """Before that file is closed."""
        self._poll.unregister(fd)

    def listen(self, timeout_s: float | None) -> list[tuple[Kind, bytes]]:
        """What the daemon has said by then; ends this process when the daemon is no more."""
        ready = self._poll.poll(None if timeout_s is None else max(0.0, timeout_s) * 1000)
        if not any(fd == 0 for fd, _ in ready):
            return []
        data = os.read(0, 1 << 16)
        if not data:
            os._exit(0)
        return self._unpacker.feed(data)

    def say(self, frame: bytes) -> None:
        """Waits while the pipe is full; ends this process when nobody reads it any more."""
        try:
            rest = memoryview(frame)
            while rest:
                rest = rest[os.write(self._pipe, rest) :]
        except BrokenPipeError:
            os._exit(0)

    def give_up(self, error: Exception) -> NoReturn:
        """Tells the daemon why and ends, without a word to PortAudio, which might never return from it."""
        self.say(pack(Kind.FAILED, str(error).encode()))
        os._exit(1)


def serve(work: Callable[[Parent, list[str]], None]) -> NoReturn:
    """The life of a child: `work`, and the way out of it."""
    parent = Parent()
    try:
        work(parent, sys.argv[1:])
    except (ChimeinError, OSError) as error:
        parent.give_up(error)
    os._exit(0)
