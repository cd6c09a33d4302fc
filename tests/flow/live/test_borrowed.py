"""Tools of other servers that come, go and change, with time that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chimein.core.errors import ChimeinError
from chimein.core.kitchen.tools import Outcome, Tool
from chimein.flow.live.borrowed import LOOK_AGAIN_S, RETRY_CAP_S, Borrowed
from helpers import clock
from helpers.stage import running


def lamp(description: str = "A lamp.") -> Tool:
    return Tool("home_lamp", description, "home", {"type": "object"}, lambda arguments: Outcome("on"))


class FakeLender:
    name = "home"

    def __init__(self) -> None:
        self.lends: list[Tool] | None = [lamp()]
        self.asked = 0
        self.is_open = True

    async def tools(self) -> list[Tool]:
        self.asked += 1
        if self.lends is None:
            raise ChimeinError("cannot be reached")
        return list(self.lends)

    async def close(self) -> None:
        self.is_open = False


class Stage:
    def __init__(self) -> None:
        self.lender = FakeLender()
        self.changes = 0
        self.borrowed = Borrowed(lambda: [self.lender], changed=self._change)

    def _change(self) -> None:
        self.changes += 1


@asynccontextmanager
async def on_stage(stage: Stage) -> AsyncIterator[Stage]:
    async with running(stage.borrowed.run()):
        await asyncio.sleep(0.1)
        yield stage


@clock.jumping
async def test_what_has_not_changed_is_no_news() -> None:
    async with on_stage(Stage()) as stage:
        assert [tool.name for tool in stage.borrowed.tools] == ["home_lamp"]
        await asyncio.sleep(3 * LOOK_AGAIN_S)
        assert (stage.lender.asked, stage.changes) == (4, 1)
        stage.lender.lends = [lamp("Another lamp.")]
        await asyncio.sleep(LOOK_AGAIN_S)
        assert stage.changes == 2


@clock.jumping
async def test_a_server_that_is_away_is_asked_again_and_more_rarely() -> None:
    stage = Stage()
    stage.lender.lends = None
    async with on_stage(stage):
        await asyncio.sleep(3600)
        assert 10 < stage.lender.asked < 25
        assert stage.borrowed.tools == []
        stage.lender.lends = [lamp()]
        await asyncio.sleep(RETRY_CAP_S + 1)
        assert [tool.name for tool in stage.borrowed.tools] == ["home_lamp"]
        stage.lender.lends = None
        await asyncio.sleep(LOOK_AGAIN_S)
        assert stage.borrowed.tools, "what was known stays known"


@clock.jumping
async def test_another_configuration_begins_anew_and_the_old_servers_are_closed() -> None:
    async with on_stage(Stage()) as stage:
        old, stage.lender = stage.lender, FakeLender()
        stage.lender.lends = []
        stage.borrowed.renew()
        await asyncio.sleep(1)
        assert not old.is_open
        assert stage.borrowed.tools == []
