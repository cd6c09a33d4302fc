"""The heartbeat: the service manager is told that the loop and the ear have moved, and nothing else counts as life."""

import asyncio
from collections.abc import Callable


async def beat(period_s: float, *, has_moved: Callable[[], bool], tell: Callable[[], None]) -> None:
    """For ever: `tell()` each period in which `has_moved()`. That this runs at all is the proof of the loop."""
    while True:
        await asyncio.sleep(period_s)
        if has_moved():
            tell()


async def every(period_s: float, do: Callable[[], None], *, at_once: bool = False) -> None:
    """For ever: `do()` each period, and at once if that is wanted."""
    if at_once:
        do()
    while True:
        await asyncio.sleep(period_s)
        do()


class Movement:
    """Whether a counter has moved since it was last asked about; a muted ear need not move."""

    def __init__(self, count: Callable[[], int], *, may_rest: Callable[[], bool]) -> None:
        self._count = count
        self._may_rest = may_rest
        self._last = count()

    def __call__(self) -> bool:
        before, self._last = self._last, self._count()
        return self._last != before or self._may_rest()
