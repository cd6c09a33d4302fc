"""Feels the pulse of one connection: asks every few seconds for a sign of life, and says when there is none."""

import asyncio
from collections.abc import Callable

from chimein.core.errors import LinkError
from chimein.core.live.goodbye import Failure, Phase
from chimein.core.live.pulse import ASK_EVERY_S, Pulse, Sign
from chimein.flow.ports import Session

FEEL_EVERY_S = 1.0


async def probe(session: Session, pulse: Pulse, *, alive: Callable[[], None], wordless: Callable[[], None]) -> None:
    """For the connection's life. Raises LinkError when it is dead.

    `alive` is told each pong, `wordless` that the service breathes and says nothing to anything.
    """
    loop = asyncio.get_running_loop()
    asking: set[asyncio.Task[None]] = set()

    async def ask() -> None:
        asked_s = loop.time()
        try:
            await session.pong()
        except LinkError:
            return  # who receives hears of it too, and with the reason
        pulse.ponged(asked_s, loop.time())
        alive()

    ask_at = loop.time()
    try:
        while True:
            if loop.time() >= ask_at:
                question = asyncio.create_task(ask())
                asking.add(question)
                question.add_done_callback(asking.discard)
                ask_at = loop.time() + ASK_EVERY_S
            match pulse.feel(loop.time()):
                case Sign.DEAD:
                    raise LinkError(Failure(Phase.TALKING, None, "no sign of life came down any more"))
                case Sign.WORDLESS:
                    wordless()
            await asyncio.sleep(FEEL_EVERY_S)
    finally:
        for question in asking:
            question.cancel()
