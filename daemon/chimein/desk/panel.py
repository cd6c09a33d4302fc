"""`panel`: the lamp, live, in somebody's terminal, and a button there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

from chimein.core.live.facts import EarReport
from chimein.core.machines.appliance import Appliance
from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.finger import far_away
from chimein.desk import Answer, Dialogue, Family, Request
from chimein.flow.panel.terminals import Terminal, Terminals

LOOK_S = 0.2
"""Between two looks at the level."""
STILL_HERE_S = 2.0
"""Whoever looks on hears something at least so often, and knows by that that the lamp is not of yesterday."""


def panel(
    terminals: Terminals, *, ear: Callable[[], EarReport | None], state: Callable[[], Appliance], has_button: bool
) -> Family:
    """The commands of this family."""

    def seen() -> Answer:
        report = ear()
        return {"link": state().link.value, "ear": asdict(report) if report else None}

    async def dialogue(requests: AsyncIterator[Request]) -> AsyncIterator[Answer]:
        with terminals.joins(far_away(has_button=has_button)) as terminal:
            fingers = asyncio.ensure_future(_fingers(requests, terminal))
            news = asyncio.ensure_future(terminal.news())
            last: Answer = {}
            told_s = _now_s()
            try:
                while not fingers.done():
                    await asyncio.wait({fingers, news}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                    if news.done():
                        yield news.result()
                        news = asyncio.ensure_future(terminal.news())
                    elif last != (now := seen()) or _now_s() > told_s + STILL_HERE_S:
                        last, told_s = now, _now_s()
                        yield now
            finally:
                news.cancel()
                fingers.cancel()
                await asyncio.wait({news, fingers})

    async def begin(request: Request) -> Dialogue:
        return dialogue

    return {"panel": begin}


async def _fingers(requests: AsyncIterator[Request], terminal: Terminal) -> None:
    """Until the caller hangs up, or says nonsense."""
    async for request in requests:
        try:
            terminal.touched(ButtonEdge(request.get("edge")))
        except ValueError:
            return


def _now_s() -> float:
    return asyncio.get_running_loop().time()
