"""The line on real sockets, with a server that reads when it wants to."""

import asyncio
import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect

from chimein.edge.live.line import Line

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MESSAGE = bytes(50_000)


class Server:
    """Shakes hands (RFC 6455, 4.2.2) and then reads nothing, until it is told to read everything."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._shake_hands)
        self._thread.start()

    def _shake_hands(self) -> None:
        self._line, _ = self._listening.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            request += self._line.recv(4096)
        self.request_bytes = len(request)
        found = re.search(rb"Sec-WebSocket-Key: (\S+)", request)
        assert found
        accept = base64.b64encode(hashlib.sha1(found[1] + GUID).digest())
        lines = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade"]
        self._line.sendall(b"\r\n".join([*lines, b"Sec-WebSocket-Accept: " + accept, b"", b""]))

    def reads_everything(self) -> tuple[int, bool]:
        """How many bytes came in all, and whether the end was a reset."""
        self._thread.join()
        count = self.request_bytes
        try:
            while data := self._line.recv(1 << 16):
                count += len(data)
        except ConnectionResetError:
            return count, True
        return count, False

    def close(self) -> None:
        self._listening.close()
        self._line.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_what_has_not_left_is_thrown_away_and_what_has_is_counted(server: Server) -> None:
    async def live() -> tuple[int, int]:
        line = await connect(f"ws://127.0.0.1:{server.port}", create_connection=Line, close_timeout=0)
        assert isinstance(line, Line)
        assert not line.drop_unsent(), "nothing waits"
        written = 0
        while line.unsent_bytes() < 10 * len(MESSAGE):
            line.transport.write(MESSAGE)
            written += len(MESSAGE)
            await asyncio.sleep(0)
        assert line.drop_unsent()
        assert not line.drop_unsent(), "a second time there is nothing"
        sent = line.sent_bytes()
        await line.wait_closed()
        return written, sent

    written, sent = asyncio.run(live())
    came, was_reset = server.reads_everything()
    assert was_reset
    assert came <= sent < written


def test_the_kernel_counts_what_was_sent(server: Server) -> None:
    async def live() -> int:
        line = await connect(f"ws://127.0.0.1:{server.port}", create_connection=Line, close_timeout=0)
        assert isinstance(line, Line)
        line.transport.write(b"x" * 1000)
        while line.unsent_bytes():
            await asyncio.sleep(0)
        sent = line.sent_bytes()
        line.cut()
        await line.wait_closed()
        assert line.sent_bytes() == sent, "as last counted"
        return sent

    sent = asyncio.run(live())
    assert sent == server.request_bytes + 1000
