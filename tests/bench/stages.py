"""Stopwatches on the way of the sound: who had a piece of it in hand, and when. For the bench alone.

A stage is a public method of a part of the daemon; while it is watched, what it takes or gives is noted with the time.
"""

import functools
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

Note = Callable[[float, Any], None]


@contextmanager
def watched(owner: type, method: str, note: Note, *, gives: bool = False) -> Iterator[None]:
    """`note(at_s, what)`: what the method was called with first or, with `gives`, what it returned; monotonic s."""
    original = inspect.getattr_static(owner, method)

    @functools.wraps(original)
    def plain(self: Any, *args: Any, **named: Any) -> Any:
        note(time.monotonic(), args[0])
        return original(self, *args, **named)

    @functools.wraps(original)
    async def waiting(self: Any, *args: Any, **named: Any) -> Any:
        given = await original(self, *args, **named)
        note(time.monotonic(), given)
        return given

    setattr(owner, method, waiting if gives else plain)
    try:
        yield
    finally:
        setattr(owner, method, original)


@contextmanager
def all_watched(*watches: tuple[type, str, Note, bool]) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, method, note, gives in watches:
            stack.enter_context(watched(owner, method, note, gives=gives))
        yield
