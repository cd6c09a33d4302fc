"""One connection's life: setup, then listening and answering side by side, then the close frame."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from chimein.core.errors import ChimeinError
from chimein.rehearsal.service import protocol, setup
from chimein.rehearsal.service.context import Conversation
from chimein.rehearsal.service.faults import perform
from chimein.rehearsal.service.house import House
from chimein.rehearsal.service.listener import Listener
from chimein.rehearsal.service.protocol import INTERNAL, INVALID, Refusal
from chimein.rehearsal.service.script import INSTEAD, Fault
from chimein.rehearsal.service.setup import Dialect, Setup
from chimein.rehearsal.service.turns import Turns
from chimein.rehearsal.service.wire import Wire


class Session:
    """`run` serves the connection until it ends. The attributes are for the script's faults."""

    def __init__(self, socket: ServerConnection, house: House, number: int, dialect: Dialect) -> None:
        self.wire = Wire(socket)
        self.house = house
        self.number = number
        self.turns: Turns | None = None
        self.is_hanging = False
        """Reads on, never answers."""
        self._dialect = dialect
        self._conversation: Conversation | None = None
        self._listener: Listener | None = None
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Returns when the socket is closed; raises nothing of its own."""
        code, reason = 1000, ""
        try:
            async with self._tasks:
                await self._serve()
        except* Refusal as group:
            refusal = _first(group, Refusal)
            code, reason = refusal.code, refusal.reason
            self.house.record.note("refused", connection=self.number, code=code, reason=reason)
        except* ConnectionClosed:
            pass
        except* ChimeinError as group:
            refusal = Refusal(INTERNAL, f"The rehearsal service failed: {_first(group, ChimeinError)}")
            code, reason = refusal.code, refusal.reason
            self.house.record.note("failed", connection=self.number, reason=str(_first(group, ChimeinError)))
        finally:
            if self._conversation is not None:
                self._conversation.is_open = False
            counts = self._listener.counts() if self._listener else {}
            self.house.record.note("closed", connection=self.number, code=code, reason=reason, **counts)
        with contextlib.suppress(ConnectionClosed, OSError):
            await self.wire.close(code, reason)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """A task that ends with the connection."""
        self._tasks.create_task(work, name=name)

    async def strike(self, on: str, nth: int) -> Fault | None:
        """Lets the script's faults for this moment happen; returns one that wants to be a line's answer."""
        instead = None
        for fault in self.house.script.strike(on, nth, self.number):
            if on == "line" and fault.do in INSTEAD:
                instead = fault
            else:
                self.house.record.note("fault", connection=self.number, on=on, do=fault.do)
                await perform(fault, self)
        return instead

    async def _serve(self) -> None:
        accepted, conversation = await self._accept()
        await self.strike("setup", 1)
        while self.is_hanging:
            await self.wire.receive()
        self.turns = Turns(self.wire, self.house, accepted, conversation, self.strike)
        self._listener = Listener(accepted, self.house, self.turns, self.strike, self.number)
        await self.wire.send(protocol.setup_complete(f"session-{self.number}-{self.house.secret()}"))
        self.spawn(self.turns.run(), "turns")
        self.spawn(self._listener.understand(), "ears")
        await self.turns.offer_handle()
        await self.strike("ready", 1)
        while True:
            kind, content = protocol.read(await self.wire.receive())
            if not self.is_hanging:
                await self._listener.take(kind, content)
            elif (blob := content.get("audio")) is not None:
                self.house.record.heard(protocol.audio(blob))

    async def _accept(self) -> tuple[Setup, Conversation]:
        kind, content = protocol.read(await self.wire.receive())
        if kind != "setup":
            raise Refusal(INVALID, f"setup must be the first message; got {kind}.")
        accepted = setup.accept(content, self._dialect)
        if accepted.handle is not None:
            conversation = self.house.handles.take_up(accepted.handle, accepted.model.name)
        else:
            conversation = Conversation(accepted.model.name)
        self._conversation = conversation
        self.house.record.note("setup", connection=self.number, resumed=bool(accepted.handle), setup=accepted.raw)
        return accepted, conversation


def _first(group: BaseExceptionGroup[Any], kind: type[Any]) -> Any:
    """The first leaf of that kind; groups nest."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            return _first(error, kind)
        if isinstance(error, kind):
            return error
    raise AssertionError(group)
