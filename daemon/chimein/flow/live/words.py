"""What goes up beside the speech: lines of text, and what became of the tools that the model called.

Neither outlives its connection. Who asks with a text is told at once when there is none; a tool's answer means nothing
to the next connection, which does not know the call.
"""

import asyncio
from collections.abc import Callable, Collection

from chimein.core.errors import ChimeinError
from chimein.core.live.facts import Fact, Oddity, SentText, ToolAnswered, ToolCalled
from chimein.flow.live.toolbox import Toolbox
from chimein.flow.ports import Session

WAITING = 256
"""Words that wait to be sent. More: nobody takes them, and the connection is about to be given up."""


class Words:
    """One of these outlives all connections."""

    def __init__(self, toolbox: Toolbox | None = None) -> None:
        self._toolbox = toolbox or Toolbox()
        self._waiting: asyncio.Queue[str | ToolAnswered] = asyncio.Queue(WAITING)
        self._is_connected = False

    @property
    def is_busy(self) -> bool:
        """Something is being done for the model, or waits to be sent: not the moment to change the connection."""
        return self._toolbox.is_busy or not self._waiting.empty()

    @property
    def is_connected(self) -> bool:
        return self._is_connected

    def ask(self, text: str) -> None:
        """A line of text into the conversation, now. Raises ChimeinError while there is no connection."""
        if not self._is_connected:
            raise ChimeinError("there is no connection to the service now: see `chimein why`")
        self._put(text)

    def called(self, call: ToolCalled) -> Oddity | None:
        """The model wants something done. An Oddity cannot be answered."""
        if self._waiting.full():
            return Oddity("more tool calls than can be answered: one is left out")
        return self._toolbox.begin(call, self._put)

    def cancelled(self, call_ids: Collection[str]) -> None:
        self._toolbox.cancel(call_ids)

    def heard(self) -> None:
        """The service has gone on after what it was told."""
        self._toolbox.heard()

    async def carry(self, session: Session, *, observe: Callable[[Fact], None], sent: Callable[[], None]) -> None:
        """Sends what comes, until the connection ends. Raises LinkError. `sent()` after each: a word may come of it."""
        self._is_connected = True
        while True:
            words = await self._waiting.get()
            if isinstance(words, ToolAnswered):
                await session.answer_call(words)
                observe(words)
            else:
                await session.send_text(words)
                observe(SentText(words))
            sent()

    def drop(self) -> None:
        """The connection is gone, and what waits with it."""
        self._is_connected = False
        self._toolbox.forsake()
        while not self._waiting.empty():
            self._waiting.get_nowait()

    def _put(self, words: str | ToolAnswered) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(words)
