"""The door: TLS on loopback, the two paths, the API key; then a Session per connection."""

import asyncio
import contextlib
import http
import logging
import re
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from chimein.core.errors import ChimeinError
from chimein.rehearsal.service import certificate
from chimein.rehearsal.service.house import House
from chimein.rehearsal.service.protocol import INVALID, POLICY, Refusal
from chimein.rehearsal.service.session import Session
from chimein.rehearsal.service.setup import Dialect

_DEVELOPER: Final = re.compile(
    r"/+ws/google\.ai\.generativelanguage\.(v1|v1beta|v1alpha)\.GenerativeService\.BidiGenerateContent(?:\?.*)?"
)
_VERTEX: Final = re.compile(
    r"/+ws/google\.cloud\.aiplatform\.(v1|v1beta1)\.LlmBidiService/BidiGenerateContent(?:\?.*)?"
)
_CONSTRAINED: Final = re.compile(
    r"/+ws/google\.ai\.generativelanguage\.(v1alpha)\.GenerativeService\.BidiGenerateContentConstrained(?:\?.*)?"
)
_MAX_MESSAGE_BYTES: Final = 8 << 20
_CLOSE_S: Final = 1.0


class Service:
    """The rehearsal service, between entering and leaving. Everything happens on the loop that entered."""

    def __init__(self, house: House, port: int = 0, host: str = "127.0.0.1") -> None:
        self._house = house
        self._host = host
        self.port = port
        """The real one once entered."""
        self._scratch = tempfile.TemporaryDirectory(prefix="chimein-rehearsal-")
        self._papers = certificate.make(Path(self._scratch.name))
        self._server: Server | None = None
        self._connections = 0
        self._sessions: set[asyncio.Task[None]] = set()
        self._reopening: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None

    @property
    def env(self) -> dict[str, str]:
        """What a client needs in its environment."""
        base = f"https://{self._host}:{self.port}"
        return {
            "GOOGLE_GEMINI_BASE_URL": base,
            "GOOGLE_VERTEX_BASE_URL": base,
            "SSL_CERT_FILE": str(self._papers.authority),
            "GOOGLE_API_KEY": self._house.script.api_key or "rehearsal",
        }

    async def __aenter__(self) -> "Service":
        try:
            await self._open()
            if self._house.script.answers == "judge":
                self._warming = asyncio.create_task(self._warm_up(), name="read WordNet")
            if self._house.script.ears == "real":
                await self._house.ears.warm_up("ears")
        except BaseException:  # told to end while it loads, for instance
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in (self._reopening, self._warming):
            if task is not None:
                task.cancel()
        for session in self._sessions:
            session.cancel()
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), _CLOSE_S)
        await self._house.ears.close()
        await self._house.wits.close()
        self._house.record.close()
        self._scratch.cleanup()

    async def _open(self) -> None:
        quiet = logging.getLogger("chimein.rehearsal.websockets")
        quiet.setLevel(logging.CRITICAL)
        try:
            self._server = await serve(
                self._serve,
                self._host,
                self.port,
                ssl=self._papers.context(),
                process_request=self._greet,
                max_size=_MAX_MESSAGE_BYTES,
                close_timeout=_CLOSE_S,
                ping_interval=None,
                logger=quiet,
            )
        except OSError as cause:
            raise ChimeinError(f"the rehearsal service cannot listen on {self._host}:{self.port}: {cause}") from cause
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def _greet(self, socket: ServerConnection, request: Request) -> Response | None:
        """The handshake: an HTTP answer instead of a WebSocket, or None."""
        self._connections += 1
        socket.number = self._connections  # type: ignore[attr-defined]
        self._house.record.note("connection", connection=self._connections, path=request.path)
        for fault in self._house.script.strike("connect", 1, self._connections):
            self._house.record.note("fault", connection=self._connections, on="connect", do=fault.do)
            await asyncio.sleep(fault.after_s)
            if fault.do == "http":
                status = http.HTTPStatus(int(fault.details.get("status", 503)))
                answer = socket.respond(status, str(fault.details.get("body", f"{status.value} {status.phrase}\n")))
                for name, value in fault.details.get("headers", {}).items():
                    answer.headers.pop(name, None)  # a name that is given twice stands there twice
                    answer.headers[name] = str(value)
                return answer
            if fault.do == "refuse":
                self._refuse(float(fault.details.get("for_s", 1.0)))
            if fault.do in ("hang", "blackhole"):
                await asyncio.sleep(3600)
            socket.transport.abort()
        if _dialect(request.path) is None:
            return socket.respond(http.HTTPStatus.NOT_FOUND, "no such method\n")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        assert socket.request is not None
        self._sessions.add(task)
        try:
            await self._admit(socket, socket.request)
        finally:
            self._sessions.discard(task)

    async def _admit(self, socket: ServerConnection, request: Request) -> None:
        dialect = _dialect(request.path)
        number: int = socket.number  # type: ignore[attr-defined]
        assert dialect is not None
        try:
            self._check_key(request, dialect)
        except Refusal as refusal:
            self._house.record.note("refused", connection=number, code=refusal.code, reason=refusal.reason)
            with contextlib.suppress(
                ConnectionClosed, TimeoutError
            ):  # the service, too, reads a setup before it says so
                await asyncio.wait_for(socket.recv(), _CLOSE_S)
            await socket.close(refusal.code, refusal.reason)
            return
        await Session(socket, self._house, number, dialect).run()
        if self._house.refuse_until_s > time.monotonic():
            self._refuse(self._house.refuse_until_s - time.monotonic())
            self._house.refuse_until_s = 0.0

    def _check_key(self, request: Request, dialect: Dialect) -> None:
        key, bearer = request.headers.get("x-goog-api-key"), request.headers.get("Authorization")
        if dialect.vertex:
            if not (key or bearer):
                raise Refusal(POLICY, "Request is missing required authentication credential.")
            return
        if bearer is not None and bearer.startswith("Token "):
            key = bearer.removeprefix("Token ")
        if not key:
            raise Refusal(POLICY, "Method doesn't allow unregistered callers. Please use API Key.")
        wanted = self._house.script.api_key
        if key.startswith("bad") or (wanted is not None and key != wanted):
            raise Refusal(INVALID, "API key not valid. Please pass a valid API key.")

    async def _warm_up(self) -> None:
        with contextlib.suppress(ChimeinError):  # the first verdict will say it
            await self._house.wits.warm_up("wits")

    def _refuse(self, for_s: float) -> None:
        """Shuts the listening socket for a while; open connections go on."""
        if self._server is not None and self._reopening is None:
            self._server.close(close_connections=False)
            self._reopening = asyncio.create_task(self._reopen(for_s), name="reopen the door")

    async def _reopen(self, for_s: float) -> None:
        await asyncio.sleep(for_s)
        await self._open()
        self._reopening = None


def _dialect(path: str) -> Dialect | None:
    for pattern, vertex in ((_DEVELOPER, False), (_VERTEX, True), (_CONSTRAINED, False)):
        match = pattern.fullmatch(path)
        if match is not None:
            return Dialect(vertex=vertex, version=match.group(1))
    return None
