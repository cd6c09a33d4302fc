"""A command's end of the control socket where both may say something at any moment: keys go up, news comes down."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from chimein.edge.control_client import ANSWER_S, Answer, connect, deaf, read, send


class Talk:
    """Belongs to the loop. `answers` may be gone through once."""

    def __init__(self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._command = command
        self._reader = reader
        self._writer = writer

    def say(self, **words: object) -> None:
        """Another word to the same command. After the daemon has gone it does nothing: the answers tell."""
        self._writer.write(json.dumps({**words, "command": self._command}).encode() + b"\n")

    async def answers(self) -> AsyncIterator[Answer]:
        """As they come; ends when the daemon goes away. Raises the errors that it answers with, and ChimeinError where
        it says nothing for `ANSWER_S`."""
        try:
            while line := await asyncio.wait_for(self._reader.readline(), ANSWER_S):
                yield read(line)
        except ConnectionError:
            return
        except TimeoutError:
            raise deaf() from None


@asynccontextmanager
async def talk(command: str, *, sockets: Sequence[Path] | None = None, **fields: object) -> AsyncIterator[Talk]:
    """Errors as for control_client.ask."""
    line = connect(sockets, ANSWER_S)
    try:
        send(line, command, fields)
        line.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=line)
    except BaseException:
        line.close()
        raise
    try:
        yield Talk(command, reader, writer)
    finally:
        writer.close()
