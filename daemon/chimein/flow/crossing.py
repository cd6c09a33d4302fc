"""The only room that meets foreign threads: a door from any of them into the loop."""

import asyncio
import threading
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
