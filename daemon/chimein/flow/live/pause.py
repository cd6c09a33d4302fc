"""Waits between two attempts to reach the service: as long as what went wrong wants it, and not a moment longer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from chimein.core.live.backoff import CAP_S
from chimein.core.live.goodbye import Failure, Phase, Remedy

OWNER_WAIT_S = 300.0
"""Between attempts that only the owner can make succeed. A changed configuration ends the wait."""
SLOW_WAIT_S = 60.0
"""Where a quota is used up and the service does not say for how long."""
LONGEST_ASKED_S = 900.0
"""Who asks for more is called all the same: a quota can be raised, and a wrong number must make nobody deaf."""
LEAST_WAIT_S = 0.25
"""Between two attempts, however long the first took."""
SETTLE_S = 0.5
"""After news of the network: an address comes before its route, and neither is to be hammered with."""


class Pause:
    """One per conversation."""

    def __init__(self, waits_s: Callable[[], Iterator[float]], wanted: Callable[[], Awaitable[object]]) -> None:
        """`waits_s()` begins a new back-off. `wanted()` returns as soon as somebody has said what waits to go up."""
        self._waits_s = waits_s
        self._wanted = wanted
        self._waits = waits_s()
        self._network_came = asyncio.Event()

    def begin_anew(self) -> None:
        """The next failure is the first of its row."""
        self._waits = self._waits_s()

    def network_came(self) -> None:
        """An interface, an address or a route is there that was not."""
        self._network_came.set()

    def attempt_begins(self) -> None:
        """What the network gained before counts for this attempt, and not for the one after it."""
        self._network_came.clear()

    async def between(self, remedy: Remedy, failure: Failure, took_s: float, *, change: asyncio.Event) -> None:
        """Until the next attempt, after one that took so long.

        A changed configuration is worth an attempt at once. So is a network that came, wherever the network may have
        been to blame. And no wait is long for somebody who has just spoken.
        """
        longest_s = next(self._waits)
        shortest_s = min(longest_s, CAP_S)
        match remedy:
            case Remedy.WITHOUT_HANDLE | Remedy.WITHOUT_FEATURE:
                return
            case Remedy.OWNER:
                shortest_s = longest_s = OWNER_WAIT_S
            case Remedy.SLOWLY:
                asked_s = SLOW_WAIT_S if failure.retry_after_s is None else min(failure.retry_after_s, LONGEST_ASKED_S)
                shortest_s = longest_s = longest_s + asked_s
                took_s = 0.0  # it counts from the answer
            case Remedy.KNOCK:
                longest_s = shortest_s
        heeds_network = remedy is not Remedy.SLOWLY and (remedy is not Remedy.OWNER or failure.phase is Phase.REACHING)
        news = [change, self._network_came] if heeds_network else [change]
        await _any_of([one.wait for one in news], max(LEAST_WAIT_S, shortest_s - took_s))
        if longest_s > shortest_s and not any(one.is_set() for one in news):
            await _any_of([*(one.wait for one in news), self._wanted], longest_s - shortest_s)
        if any(one.is_set() for one in news):
            self.begin_anew()
            if not change.is_set():
                await asyncio.sleep(SETTLE_S)


async def _any_of(things: Sequence[Callable[[], Awaitable[object]]], within_s: float) -> None:
    """Until one of them returns, or for so long."""
    tasks = [asyncio.ensure_future(one()) for one in things]
    try:
        await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
