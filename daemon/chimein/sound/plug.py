"""Whether a card is still the one that was found: PortAudio itself never says that it has gone.

The kernel does, by taking its name out of /dev/snd, and says so to whoever has asked (inotify): a look costs nothing
while nothing happens, and comes at once when something does.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from chimein.core.sound.devices import Way

LOOK_S: Final = 0.5
"""Where the kernel does not want to be asked: it grants every user so many watches, and they may be spent."""
IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE = 0x40, 0x80, 0x100, 0x200
EVENTS_BYTES: Final = 4096


class Plug:
    """One device's name in /dev/snd. Another inode under the same name is another plug, even in the same port."""

    def __init__(self, pcm: str | None, way: Way, *, root: Path = Path("/")) -> None:
        """`pcm` as in Device; what is no hardware cannot be pulled."""
        self._node: Path | None = None
        if pcm is not None:
            card, _, number = pcm.removeprefix("hw:").partition(",")
            self._node = root / "dev/snd" / f"pcmC{card}D{number}{'c' if way is Way.IN else 'p'}"
        self._inode = self._look()
        self.changes = None if self._node is None or self._inode is None else _watch(self._node.parent)
        """A file that can be read when it is time for a look; None where there is nothing to see, or no such file."""

    @property
    def look_s(self) -> float | None:
        """How often to look unasked; None: never."""
        return LOOK_S if self._inode is not None and self.changes is None else None

    @property
    def is_in(self) -> bool:
        if self.changes is not None:
            with suppress(BlockingIOError):
                os.read(self.changes, EVENTS_BYTES)
        return self._look() == self._inode

    def _look(self) -> int | None:
        try:
            return None if self._node is None else self._node.stat().st_ino
        except OSError:
            return None


def _watch(folder: Path) -> int | None:
    """A file that can be read once names in the folder have come or gone; None where the kernel refuses it."""
    libc = ctypes.CDLL(None)
    fd: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    wanted = IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE
    if fd >= 0 and libc.inotify_add_watch(fd, os.fsencode(folder), wanted) < 0:
        os.close(fd)
        return None
    return fd if fd >= 0 else None
