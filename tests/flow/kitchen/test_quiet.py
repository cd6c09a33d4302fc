"""Quiet hours that begin and end, with time that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from chimein.core.config.kitchen import QuietSettings
from chimein.core.errors import UsageError
from chimein.core.machines import events as e
from chimein.flow.kitchen.quiet import QuietHours
from helpers import clock
from helpers.stage import running

EVENING = datetime(2026, 11, 27, 21, 0)


class Stage:
    def __init__(self, *hours: str) -> None:
        self._began_s = asyncio.get_running_loop().time()
        self.events: list[e.Event] = []
        self.quiet = QuietHours(QuietSettings(hours=list(hours)), now=self.now, happened=self.events.append)

    def now(self) -> datetime:
        return EVENING + timedelta(seconds=asyncio.get_running_loop().time() - self._began_s)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def kept(*hours: str) -> AsyncIterator[Stage]:
    stage = Stage(*hours)
    async with running(stage.quiet.run()):
        await asyncio.sleep(0)
        yield stage


@clock.jumping
async def test_for_as_long_as_somebody_asked() -> None:
    async with kept() as stage:
        stage.quiet.begin(1800)
        assert stage.quiet.until == EVENING + timedelta(minutes=30)
        await asyncio.sleep(1790)
        assert stage.kinds() == ["QuietBegan"]
        await asyncio.sleep(20)
        assert stage.kinds() == ["QuietBegan", "QuietEnded"]
        assert stage.quiet.until is None


@clock.jumping
async def test_by_the_schedule_and_woken_until_its_next_time() -> None:
    async with kept("22:00-07:00") as stage:
        await asyncio.sleep(3600 + 2)
        assert stage.kinds() == ["QuietBegan"]
        stage.quiet.end()
        await asyncio.sleep(3600)
        assert stage.kinds() == ["QuietBegan", "QuietEnded"]
        await asyncio.sleep(24 * 3600)
        assert stage.kinds()[2:] == ["QuietBegan"]


@clock.jumping
async def test_the_longer_of_both_counts() -> None:
    async with kept("22:00-23:00") as stage:
        stage.quiet.begin(3 * 3600)
        await asyncio.sleep(2.5 * 3600)
        assert stage.kinds() == ["QuietBegan"]
        for length_s in (0, -1, 90_000, float("nan")):
            with pytest.raises(UsageError):
                stage.quiet.begin(length_s)
        stage.quiet.use(QuietSettings(hours=["00:00-12:00"]))
        await asyncio.sleep(3600)
        assert stage.kinds() == ["QuietBegan"]
