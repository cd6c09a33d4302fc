"""When one connection is left for another: at the next moment at which nobody would notice, and in any case in time."""

import asyncio
from collections.abc import Callable

QUIET_POLL_S = 0.2
GOAWAY_MARGIN_S = 1.5
"""Leave so long before the service would cut the connection, or a quarter of what it gives where that is less."""
GOAWAY_DEFAULT_S = 30.0


class TimeToLeave(Exception):
    """Leave this connection for a new one; nothing is wrong."""


class Leaving:
    """One per conversation."""

    def __init__(self, is_in_use: Callable[[], bool]) -> None:
        """`is_in_use()` says that now is no moment to change the connection."""
        self._is_in_use = is_in_use
        self._by: float | None = None
        self.wanted = asyncio.Event()
        """Set while somebody wants another connection than the present one."""

    def begin(self) -> None:
        """A connection is being made: it is the one that was wanted."""
        self.wanted.clear()
        self._by = None

    def want(self, within_s: float) -> None:
        """Another connection, in so many seconds at the latest."""
        self._by = asyncio.get_running_loop().time() + within_s
        self.wanted.set()

    def go_away(self, left_s: float | None) -> None:
        """The service gives so many seconds, or does not say."""
        left_s = GOAWAY_DEFAULT_S if left_s is None else max(0.0, left_s)
        self.want(left_s - min(GOAWAY_MARGIN_S, left_s / 4))

    async def when_quiet(self) -> None:
        """Raises TimeToLeave, once that is wanted and nobody would notice."""
        loop = asyncio.get_running_loop()
        await self.wanted.wait()
        while self._is_in_use() and (self._by is None or loop.time() < self._by):
            await asyncio.sleep(QUIET_POLL_S)
        raise TimeToLeave
