"""The only room that meets foreign threads: a door from any of them into the loop, and a latch that any may drop."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Inlet(Generic[T]):
    """What a foreign thread puts in is handed to `receive` in the loop, in order. Made in the loop."""

    def __init__(self, receive: Callable[[T], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._receive = receive

    def put(self, item: T) -> None:
        """From any thread. After the loop has ended it does nothing: there is nobody left to tell."""
        if threading.get_ident() == self._thread:
            self._receive(item)
            return
        try:
            self._loop.call_soon_threadsafe(self._receive, item)
        except RuntimeError:  # the loop is closed
            return


class Latch:
    """Dropped by any thread, at once and without waiting; lifted by the loop, once for each drop that it has heard of.

    While it is down nothing opens and nothing leaves: what the drop meant has not been decided yet. To append to a
    deque and to take from it are atomic; counting would not be.
    """

    def __init__(self) -> None:
        self._drops: deque[None] = deque()

    @property
    def is_down(self) -> bool:
        return bool(self._drops)

    def drop(self) -> None:
        """From any thread."""
        self._drops.append(None)

    def lift(self) -> None:
        """The loop's: one drop has been heard of. Without one it does nothing."""
        if self._drops:
            self._drops.popleft()
