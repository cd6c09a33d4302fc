"""The only room that meets foreign threads: a door from any of them into the loop, a latch that any may drop, and a
thread of our own for what nobody may wait for."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Full, Queue
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


class Aside:
    """A thread for what may take its time and whose end nobody awaits. `do` may be called from any thread.

    It holds up nothing, the end of the process neither: what it has not come to by then is not done. Of what is wanted
    while MOST waits, nothing is done.
    """

    MOST = 100

    def __init__(self) -> None:
        self._work: Queue[tuple[float, Callable[[], None]]] = Queue(self.MOST)
        self._thread: threading.Thread | None = None

    def do(self, in_s: float, work: Callable[[], None]) -> None:
        """In so many seconds, or later. In order; `work` must see to its own errors."""
        with suppress(Full):
            self._work.put_nowait((time.monotonic() + in_s, work))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="aside", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            at_s, work = self._work.get()
            time.sleep(max(0.0, at_s - time.monotonic()))
            work()
