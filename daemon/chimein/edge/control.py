"""The control socket: how commands reach the running daemon. Its file's group and mode decide who may ask.

One JSON object per line each way: ``{"command": "status"}`` → ``{"ok": true, …}`` or
``{"ok": false, "error": "…", "exit_status": 77}``. A handler that returns an async iterator instead of a dict answers
with one line per item and then hangs up (`watch`); the caller ends it by hanging up, or with any word. One that returns
a function is given the further requests of the caller, and streams its answers likewise (`listen`).

Everything is bounded: the length of a line, the number of callers, how long one may stay silent, how long an answer may
take, and how far a reader of a stream may fall behind before it is dropped. The other end is in control_client.py.
"""

import asyncio
import contextlib
import errno
import grp
import json
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from chimein.core.errors import ChimeinError, UsageError

Answer = Mapping[str, object]
Requests = AsyncIterator[dict[str, object]]
Dialogue = Callable[[Requests], AsyncIterator[Answer]]
"""What the caller sends from then on, until it hangs up → a stream of answers."""
Handler = Callable[[str, dict[str, object]], Awaitable[Answer | AsyncIterator[Answer] | Dialogue]]
"""(command, the whole request) → an answer without "ok", a stream of them, or a dialogue. ChimeinErrors are told to the
caller."""

LINE_BYTES: Final = 64 * 1024
CALLERS: Final = 32
IDLE_S: Final = 30.0
ANSWER_S: Final = 10.0
DRAIN_S: Final = 5.0
_BUFFER_BYTES: Final = 64 * 1024

log = logging.getLogger(__name__)


async def serve(
    path: Path,
    handler: Handler,
    *,
    group: str = "chimein",
    idle_s: float = IDLE_S,
    answer_s: float = ANSWER_S,
    drain_s: float = DRAIN_S,
) -> "ControlServer":
    """Listens at `path` until `close()`; the directory must exist.

    A socket that a dead daemon left is replaced. Raises ChimeinError when another daemon answers there, or when the
    socket cannot be made.
    """
    listener = await asyncio.to_thread(_listen, path, group)
    server = ControlServer(path, listener, handler, idle_s=idle_s, answer_s=answer_s, drain_s=drain_s)
    await server._start()
    return server


class ControlServer:
    """A listening control socket; an async context manager that closes itself."""

    def __init__(
        self, path: Path, listener: socket.socket, handler: Handler, *, idle_s: float, answer_s: float, drain_s: float
    ) -> None:
        self._path = path
        self._inode = path.stat().st_ino
        self._listener = listener
        self._handler = handler
        self._idle_s = idle_s
        self._answer_s = answer_s
        self._drain_s = drain_s
        self._callers: set[asyncio.Task[None]] = set()
        self._known_faults: set[tuple[str, type[BaseException]]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "ControlServer":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    @property
    def callers(self) -> int:
        """How many are connected."""
        return len(self._callers)

    async def close(self) -> None:
        """Hangs up on everybody and takes the socket away. May be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for caller in self._callers:
            caller.cancel()
        if self._callers:
            await asyncio.wait(self._callers, timeout=1.0)
        with contextlib.suppress(OSError):
            if self._path.stat().st_ino == self._inode:  # a successor's socket stays
                self._path.unlink()

    async def _start(self) -> None:
        self._server = await asyncio.start_unix_server(self._accept, sock=self._listener, limit=LINE_BYTES)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._meet(reader, writer), name="control caller")
        self._callers.add(task)
        task.add_done_callback(self._callers.discard)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(high=_BUFFER_BYTES)
        try:
            if len(self._callers) > CALLERS:
                await self._write(writer, _refusal("too many commands talk to chimein at the same time", 1))
            else:
                await self._converse(reader, writer)
            writer.close()
            async with asyncio.timeout(self._drain_s):
                await writer.wait_closed()
        except (ConnectionError, TimeoutError):
            pass  # gone, silent for too long, or too slow: nobody is left to be told
        finally:
            writer.transport.abort()  # close alone would keep for ever what a stopped reader never takes

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                async with asyncio.timeout(self._idle_s):
                    line = await reader.readuntil()
            except asyncio.IncompleteReadError as rest:
                line = rest.partial  # a last line without its end is still a request
            except asyncio.LimitOverrunError:
                await self._write(writer, _refusal(f"a request has at most {LINE_BYTES} bytes", UsageError.exit_status))
                return
            if line.strip() and not await self._answer(line, reader, writer):
                return
            if not line.endswith(b"\n"):
                return

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; whether the caller may ask another."""
        command = "?"
        try:
            command, request = _parse(line)
            async with asyncio.timeout(self._answer_s):
                answer = await self._handler(command, request)
            if isinstance(answer, AsyncIterator):
                await self._stream(answer, asyncio.ensure_future(reader.read(1)), writer)
                return False
            if callable(answer):
                never = asyncio.get_running_loop().create_future()  # it reads for itself, and notices a hanging up
                await self._stream(answer(_requests(reader)), never, writer)
                return False  # the end of the line is how the caller learns the end of the stream
            await self._write(writer, {"ok": True, **answer})
        except ChimeinError as error:
            await self._write(writer, _refusal(str(error), error.exit_status))
        except ConnectionError:
            raise
        except TimeoutError:
            await self._write(writer, _refusal(f"{command} took too long", 1))
        except Exception as error:
            self._complain(command, error)
            await self._write(writer, _refusal("chimein made a mistake; its journal says more", 1))
        return True

    async def _stream(
        self, answers: AsyncIterator[Answer], hung_up: "asyncio.Future[Any]", writer: asyncio.StreamWriter
    ) -> None:
        """Sends what comes until it ends or the caller hangs up, also while nothing comes."""
        try:
            while True:
                coming = asyncio.ensure_future(anext(answers))
                try:
                    await asyncio.wait((coming, hung_up), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not coming.done():
                        await _cancelled(coming)
                if coming.cancelled():
                    raise ConnectionResetError("the caller hung up")
                try:
                    answer = coming.result()
                except StopAsyncIteration:
                    return
                if hung_up.done():
                    raise ConnectionResetError("the caller hung up")
                await self._write(writer, {"ok": True, **answer})
        finally:
            await _cancelled(hung_up)
            close = getattr(answers, "aclose", None)
            if close is not None:
                await close()

    async def _write(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        """Raises ConnectionError when the caller is gone or has not read for `drain_s`."""
        writer.write(json.dumps(answer, allow_nan=False, ensure_ascii=False).encode() + b"\n")
        try:
            async with asyncio.timeout(self._drain_s):
                await writer.drain()
        except TimeoutError:
            log.debug("a command that does not read its answers was dropped")
            raise ConnectionAbortedError("too slow") from None

    def _complain(self, command: str, error: Exception) -> None:
        fault = (command, type(error))
        level = logging.DEBUG if fault in self._known_faults else logging.ERROR
        if len(self._known_faults) < CALLERS:  # command is the caller's word: do not collect without end
            self._known_faults.add(fault)
        log.log(level, "the command %r failed inside chimein", command[:40], exc_info=error)


async def _cancelled(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, ConnectionError, StopAsyncIteration):
        await task


async def _requests(reader: asyncio.StreamReader) -> Requests:
    """Until the caller hangs up, or says what is no request."""
    while True:
        try:
            yield _parse(await reader.readuntil())[1]
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, UsageError):
            return


def _parse(line: bytes) -> tuple[str, dict[str, object]]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("a request is one line of JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("command"), str):
        raise UsageError('a request is a JSON object with a "command"')
    return request["command"], request


def _refusal(error: str, exit_status: int) -> Answer:
    return {"ok": False, "error": error, "exit_status": exit_status}


def _listen(path: Path, group: str) -> socket.socket:
    """A bound, listening socket at `path`. Made under another name and moved, so nobody meets it half made."""
    _refuse_if_taken(path)
    making = path.with_name(f".ctl.{os.getpid()}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        making.unlink(missing_ok=True)
        listener.bind(str(making))
        _open_to_group(making, group)
        listener.listen(CALLERS)
        making.rename(path)
    except OSError as error:
        listener.close()
        with contextlib.suppress(OSError):
            making.unlink(missing_ok=True)
        raise ChimeinError(f"the control socket {path} cannot be made: {error.strerror or error}") from error
    return listener


def _refuse_if_taken(path: Path) -> None:
    try:
        kind = path.lstat().st_mode
    except OSError:
        return  # free, or bind will say why not
    if not stat.S_ISSOCK(kind):
        raise ChimeinError(f"{path} is not a socket: remove it")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(1.0)
        result = knock.connect_ex(str(path))
    if result not in (errno.ECONNREFUSED, errno.ENOENT):
        raise ChimeinError(f"another chimein is running already: it answers on {path}")


def _open_to_group(path: Path, group: str) -> None:
    """0660 for the group chimein where it exists and we may give it; else our own user alone."""
    path.chmod(0o600)
    try:
        wanted = grp.getgrnam(group).gr_gid
        if path.stat().st_gid != wanted:  # the unit's sandbox forbids chown, and its group is this one anyway
            os.chown(path, -1, wanted)
    except (KeyError, PermissionError):
        return
    path.chmod(0o660)
