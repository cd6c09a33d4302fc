"""Keeps the tools of other servers at hand: asks each what it has, again and again, and says when that has changed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from chimein.core.errors import ChimeinError
from chimein.core.kitchen.tools import Tool

RETRY_S = 5.0
RETRY_CAP_S = 300.0
LOOK_AGAIN_S = 600.0

_log = logging.getLogger(__name__)


class Lender(Protocol):
    """A server that has tools."""

    @property
    def name(self) -> str: ...

    async def tools(self) -> list[Tool]:
        """Those that may be used. Raises ChimeinError."""

    async def close(self) -> None: ...


class Borrowed:
    """`changed()` is called when there are other tools than before."""

    def __init__(self, lend: Callable[[], Sequence[Lender]], *, changed: Callable[[], None]) -> None:
        """`lend()` makes the servers, anew for each configuration."""
        self._lend = lend
        self._changed = changed
        self._found: dict[str, list[Tool]] = {}
        self._is_stale = asyncio.Event()

    @property
    def tools(self) -> list[Tool]:
        """All that are known now."""
        return [tool for tools in self._found.values() for tool in tools]

    def renew(self) -> None:
        """Another configuration: other servers, or none."""
        self._found = {}
        self._is_stale.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            self._is_stale.clear()
            lenders = self._lend()
            looking = [asyncio.create_task(self._look(one), name=f"tools of {one.name}") for one in lenders]
            try:
                await self._is_stale.wait()
            finally:
                for task in looking:
                    task.cancel()
                if looking:
                    await asyncio.wait(looking)
                for one in lenders:
                    await one.close()

    async def _look(self, one: Lender) -> None:
        wait_s, is_well = RETRY_S, True
        while True:
            try:
                found = await one.tools()
            except ChimeinError as error:
                _log.log(logging.WARNING if is_well else logging.DEBUG, "no tools of %s: %s", one.name, error)
                is_well = False
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_CAP_S)
                continue
            wait_s, is_well = RETRY_S, True
            before = self._found.get(one.name, [])
            self._found[one.name] = found
            if [_told(tool) for tool in found] != [_told(tool) for tool in before]:
                _log.info("%s lends %d tools", one.name, len(found))
                self._changed()
            await asyncio.sleep(LOOK_AGAIN_S)


def _told(tool: Tool) -> tuple[object, ...]:
    """What the model is told of it."""
    return (tool.name, tool.description, tool.parameters)
