"""Frames of the Live service that the SDK cannot read: who asked for a tool in one of them waits for an answer."""

import json
from collections.abc import Iterator
from typing import Any

from chimein.core.live.facts import ToolCalled


class Frames:
    """Stands before the SDK's socket and remembers the latest frame, for when the SDK cannot read it."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.latest: bytes | str = b""

    @classmethod
    def of(cls, session: Any) -> "Frames | None":
        try:
            frames = cls(session._ws)
        except AttributeError:  # an SDK that keeps its connection elsewhere: what it cannot read is lost
            return None
        session._ws = frames
        return frames

    async def recv(self, *args: Any, **kwargs: Any) -> bytes | str:
        self.latest = b""
        self.latest = await self._socket.recv(*args, **kwargs)
        return self.latest

    def calls(self) -> Iterator[ToolCalled]:
        """The tool calls of the latest frame."""
        return _calls_in(self.latest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def _calls_in(frame: bytes | str) -> Iterator[ToolCalled]:
    """The tool calls of a message that the SDK could not read: arguments that are a list, a name that is missing. Who
    asked waits for an answer all the same."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        return
    asked = message.get("toolCall") if isinstance(message, dict) else None
    calls = asked.get("functionCalls") if isinstance(asked, dict) else None
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, dict) and isinstance(call.get("id"), str | int):
            args = call.get("args", {})
            yield ToolCalled(str(call["id"]), str(call.get("name") or ""), args if isinstance(args, dict) else None)
