"""A mark on disk for each press of which the loop has not heard yet: if the daemon dies in between, it starts muted.

Set in the button's thread, after the ear has been shut. To make the file takes no card: the kernel has it, and it
outlives a `kill -9` and the watchdog. To have it on the card takes a card's time, which neither a finger nor the loop
waits for: it is done aside, and only for a press that the loop has not heard of by then, for what the loop hears it
writes down itself. So a power cut cannot undo a press either, from HEARD_S and a card's time after it.
"""

import contextlib
import itertools
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

PREFIX = "pressed."
HEARD_S: Final = 0.1
"""A loop that lives has heard of a press by then, and written down what it meant."""

Aside = Callable[[float, Callable[[], None]], None]
"""Has work done in another thread, so many seconds from now, without waiting for it."""


class PressMarks:
    """Files in `directory`. `set` is for the button's thread, the rest for the loop."""

    def __init__(self, directory: Path, *, aside: Aside) -> None:
        self._directory = directory
        self._aside = aside
        self._numbers = itertools.count()
        self._set: deque[Path] = deque()

    def left_over(self) -> bool:
        """Whether an earlier life of the daemon ended before it had heard of a press.

        False where the directory cannot be read: then the memory in it cannot either, and that is a mute of its own.
        """
        try:
            return any(path.name.startswith(PREFIX) for path in self._directory.iterdir())
        except OSError:
            return False

    def clear(self) -> None:
        """Forget those of an earlier life: the mute that they stood for is remembered elsewhere."""
        with contextlib.suppress(OSError):
            for path in self._directory.glob(f"{PREFIX}*"):
                if path not in tuple(self._set):  # a copy: the button's thread may add to it meanwhile
                    path.unlink(missing_ok=True)

    def set(self) -> None:
        """A press has shut the ear. A disk that takes no mark costs the mark: the ear is shut all the same."""
        path = self._directory / f"{PREFIX}{next(self._numbers)}"
        with contextlib.suppress(OSError):
            path.touch()
        self._set.append(path)
        self._aside(HEARD_S, lambda: _make_safe(path))

    def unset(self) -> None:
        """The loop has heard of the oldest press, and has written down what came of it."""
        with contextlib.suppress(OSError, IndexError):
            self._set.popleft().unlink(missing_ok=True)


def _make_safe(path: Path) -> None:
    """Onto the card with it, if the loop has not heard of it by now."""
    with contextlib.suppress(OSError):
        for place in (path, path.parent):  # an empty file is its name, and that is in the directory
            descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
