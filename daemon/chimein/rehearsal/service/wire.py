"""One connection's way out: JSON text frames, and what a script may do to them."""

import asyncio
import json
from typing import Any

from websockets.asyncio.server import ServerConnection

from chimein.rehearsal.service.protocol import Json


class Wire:
    """Owned by one session; every method is for the loop's thread."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self.delay_s = 0.0
        """Every message waits so long."""
        self.is_mute = False
        """Nothing is sent any more."""

    async def send(self, message: Json) -> None:
        """Raises websockets' ConnectionClosed when the client has gone."""
        await self.send_text(json.dumps(message, separators=(",", ":")))

    async def send_text(self, text: str) -> None:
        """As it is; a script's garbage goes this way."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if not self.is_mute:
            await self._socket.send(text)

    async def receive(self) -> str | bytes:
        """The next frame. Raises websockets' ConnectionClosed."""
        return await self._socket.recv()

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code, reason)

    def drop(self) -> None:
        """Cuts TCP, without a goodbye on any layer."""
        self._transport().abort()

    def blackhole(self) -> None:
        """Neither reads nor writes from now on; pings stay unanswered."""
        self.is_mute = True
        self._transport().pause_reading()
        # websockets resumes reading whenever its queue has room: it must not get to ask.
        self._socket.transport = _Deaf(self._socket.transport)  # type: ignore[assignment]

    def _transport(self) -> asyncio.Transport:
        transport = self._socket.transport
        assert isinstance(transport, asyncio.Transport)
        return transport


class _Deaf:
    """A transport that swallows what is written and stays paused."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def resume_reading(self) -> None:
        pass

    def write(self, data: bytes) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
