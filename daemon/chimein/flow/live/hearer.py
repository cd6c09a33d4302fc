"""Lets a command hear what comes of the line that it has put into the conversation."""

import asyncio
import weakref
from collections.abc import AsyncIterator

from chimein.core.errors import ChimeinError
from chimein.core.live.facts import Fact, Interrupted, ReplyAudio, SentText, SpokenText, TurnComplete
from chimein.flow.live.words import Words

ANSWER_S = 30.0
"""So long at most between two words of an answer, and before the first."""
WAITING = 1000
"""Facts that wait for whoever asked. More are dropped: nobody reads them, and the caller is about to be hung up on."""


class Hearer:
    """`know` is told every fact of the conversation."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._listening: weakref.WeakSet[asyncio.Queue[Fact]] = weakref.WeakSet()  # as long as somebody has the answer

    def know(self, fact: Fact) -> None:
        if isinstance(fact, Interrupted | ReplyAudio | SentText | SpokenText | TurnComplete):
            for queue in self._listening:
                if not queue.full():
                    queue.put_nowait(fact)

    def ask(self, text: str) -> AsyncIterator[str]:
        """Puts the text into the conversation, at once, and gives the pieces of what is said about it, as text.

        Raises ChimeinError: at once where there is no connection, later when nothing came of it.
        """
        queue: asyncio.Queue[Fact] = asyncio.Queue(WAITING)
        self._listening.add(queue)
        self._words.ask(text)
        return self._answer(queue, text)

    async def _answer(self, queue: "asyncio.Queue[Fact]", text: str) -> AsyncIterator[str]:
        has_gone_up = is_of_another = False
        while True:
            fact = await self._next(queue)
            if not has_gone_up:
                has_gone_up = isinstance(fact, SentText) and fact.text == text
            elif isinstance(fact, Interrupted):
                is_of_another = True  # what was being said when the text came: its end is not ours
            elif isinstance(fact, TurnComplete):
                if not is_of_another:
                    return
                is_of_another = False
            elif isinstance(fact, SpokenText) and not is_of_another:
                yield fact.text

    async def _next(self, queue: "asyncio.Queue[Fact]") -> Fact:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await queue.get()
        except TimeoutError:
            raise ChimeinError(f"nothing came of it for {ANSWER_S:.0f} s: see `chimein why`") from None
