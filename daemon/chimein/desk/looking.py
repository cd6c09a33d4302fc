"""`status`, which answers `why` as well, and `watch`: how things are."""

import asyncio
from collections.abc import AsyncIterator

from chimein.desk import Answer, Family, Request
from chimein.desk.view import View

WATCH_PERIOD_S = 0.2


def looking(view: View) -> Family:
    """The commands of this family."""

    async def once(request: Request) -> Answer:
        return {"picture": view.to_json()}

    async def watch(request: Request) -> AsyncIterator[Answer]:
        return _pictures(view)

    return {"status": once, "watch": watch}


async def _pictures(view: View) -> AsyncIterator[Answer]:
    while True:
        yield {"picture": view.to_json()}
        await asyncio.sleep(WATCH_PERIOD_S)
