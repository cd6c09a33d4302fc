"""A mark on disk for each press of which the loop has not heard yet: if the daemon dies in between, it starts muted.

Set in the button's thread, after the ear has been shut; so nothing here waits for the disk to be safe (no fsync). That
outlives a `kill -9` and the watchdog; a power cut within the few seconds until the kernel writes may undo it.
"""

import contextlib
import itertools
from collections import deque
from pathlib import Path

PREFIX = "pressed."


class PressMarks:
    """Files in `directory`. `set` is for the button's thread, the rest for the loop."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
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
                if path not in self._set:
                    path.unlink(missing_ok=True)

    def set(self) -> None:
        """A press has shut the ear. A disk that takes no mark costs the mark: the ear is shut all the same."""
        path = self._directory / f"{PREFIX}{next(self._numbers)}"
        with contextlib.suppress(OSError):
            path.touch()
        self._set.append(path)

    def unset(self) -> None:
        """The loop has heard of the oldest press, and has written down what came of it."""
        with contextlib.suppress(OSError, IndexError):
            self._set.popleft().unlink(missing_ok=True)
