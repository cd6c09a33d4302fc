"""`ask` and `persona`: a line into the conversation, and whom one talks to."""

from collections.abc import AsyncIterator

from chimein.core.errors import UsageError
from chimein.desk import Answer, Family, Request
from chimein.flow.live.hearer import Hearer
from chimein.flow.live.personas import Personas

LONGEST = 4000
"""Letters of a line: about a thousand tokens."""


def talking(hearer: Hearer, personas: Personas) -> Family:
    """The commands of this family."""

    async def ask(request: Request) -> AsyncIterator[Answer]:
        text = request.get("text")
        if not isinstance(text, str) or not text.strip():
            raise UsageError("ask what?")
        if len(text) > LONGEST:
            raise UsageError(f"a line has at most {LONGEST} letters")
        return _said(hearer.ask(text.strip()))

    async def persona(request: Request) -> Answer:
        name = request.get("name")
        if isinstance(name, str):
            personas.choose(name)
        return {"persona": personas.chosen, "personas": personas.names}

    return {"ask": ask, "persona": persona}


async def _said(pieces: AsyncIterator[str]) -> AsyncIterator[Answer]:
    async for piece in pieces:
        yield {"said": piece}
