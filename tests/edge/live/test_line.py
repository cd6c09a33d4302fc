"""The line on real sockets, with a server that reads when it wants to, and a network that loses what comes for it."""

import asyncio
import base64
import ctypes
import hashlib
import re
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chimein.core.live.pulse import SPEECH_PATIENCE_S
from chimein.edge.live import tcp
from chimein.edge.live.line import LONGEST_PATIENCE_S, PATIENCE_S, Line, SentElsewhere, patience_s

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MESSAGE = bytes(50_000)
SAID = b"heard before the press"
DROP_ALL = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
"""A filter of one instruction, "return 0": of every packet nothing is let through (linux/filter.h)."""
CLOSED = bytes([7])
"""TCP_CLOSE (linux/tcp_states.h)."""
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27


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

    def says_goodbye(self) -> None:
        """And does not hang up."""
        self._thread.join()
        self._line.sendall(b"\x88\x04\x03\xf3no")

    def is_cut_off(self) -> None:
        """From now on the network loses every packet on its way here: none is acknowledged."""
        self._thread.join()
        program = struct.pack("HxxxxxxP", 1, ctypes.addressof(DROP_ALL))
        self._line.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)

    def is_back(self) -> None:
        self._line.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, bytes(4))

    def hears_after_all(self) -> bytes:
        """What still comes once the network is back, for as long as the other kernel has anything to say."""
        heard = b""
        self._line.settimeout(60)
        while self._other_kernel_holds_it():
            heard += self._line.recv(4096)
        self._line.sendall(b"are you there?")
        with pytest.raises(ConnectionResetError):
            heard += self._line.recv(4096)
        return heard

    def has_heard_of_the_end(self) -> bool:
        """Whether a reset has come, of a connection that nobody here has closed."""
        return self._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == CLOSED

    def _other_kernel_holds_it(self) -> bool:
        """Also with no process behind it."""
        ours, theirs = (f":{end[1]:04X}" for end in (self._line.getsockname(), self._line.getpeername()))
        sockets = [line.split()[1:3] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(local.endswith(theirs) and remote.endswith(ours) for local, remote in sockets)

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


async def until(holds: Callable[[], object]) -> None:
    while not holds():
        await asyncio.sleep(0.005)  # the kernel tells nobody


def with_a_line(server: Server, live: Callable[[Line], Awaitable[None]]) -> None:
    async def connected() -> None:
        line = await connect(f"ws://127.0.0.1:{server.port}", create_connection=Line, close_timeout=0)
        assert isinstance(line, Line)
        await live(line)
        line.cut()
        await line.wait_closed()

    asyncio.run(connected())


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
        assert line.drop_unsent(), "and stays so"
        sent = line.sent_bytes()
        await line.wait_closed()
        return written, sent

    written, sent = asyncio.run(live())
    came, was_reset = server.reads_everything()
    assert was_reset
    assert came <= sent < written


def test_who_sends_us_elsewhere_is_not_followed() -> None:
    async def live() -> int:
        calls = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal calls
            calls += 1
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: /sign-in\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(SentElsewhere, match="302"):
                await connect(f"ws://127.0.0.1:{port}", create_connection=Line)
        return calls

    assert asyncio.run(live()) == 1


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


def test_a_service_that_says_goodbye_and_does_not_hang_up_is_left(server: Server) -> None:
    async def live(line: Line) -> None:
        server.says_goodbye()
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionClosed, match="1011"):
                await line.recv()

    with_a_line(server, live)


# --- what has left, and nobody acknowledges


def test_what_was_sent_into_a_network_that_has_died_is_not_repeated_when_it_lives_again(server: Server) -> None:
    async def live(line: Line) -> None:
        server.is_cut_off()
        line.transport.write(SAID)
        assert not line.drop_unsent(), "it has left this machine"
        line.transport.write(b"the end of the stream")
        assert line.drop_unacknowledged()
        await line.wait_closed()

    with_a_line(server, live)
    server.is_back()
    assert server.hears_after_all() == b""


def test_the_kernel_repeats_every_second_and_gives_up_after_us(server: Server) -> None:
    async def live(line: Line) -> None:
        assert line._socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) > 1000 * SPEECH_PATIENCE_S
        try:
            assert line._socket().getsockopt(socket.IPPROTO_TCP, tcp.RTO_MAX_MS) == 1000
        except OSError:
            pytest.skip("a kernel of before 6.15")

    with_a_line(server, live)


def test_a_line_that_is_only_slow_stays(server: Server) -> None:
    async def live(line: Line) -> None:
        server.is_cut_off()
        line.transport.write(SAID)
        assert not line.drop_unsent()
        line.transport.write(b"the end of the stream")
        server.is_back()
        await until(lambda: not tcp.info(line._socket()).unacknowledged_bytes)
        assert not line.drop_unacknowledged()
        assert not line.transport.is_closing()
        linger = line._socket().getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
        assert struct.unpack("ii", linger) == (0, 0), "and says goodbye like any other"

    with_a_line(server, live)


def test_only_what_was_sent_before_the_mute_has_to_arrive(server: Server) -> None:
    async def live(line: Line) -> None:
        line.transport.write(SAID)
        assert not line.drop_unsent()
        await until(lambda: not tcp.info(line._socket()).unacknowledged_bytes)
        server.is_cut_off()
        line.transport.write(b"a ping")
        assert not line.drop_unacknowledged()
        assert not line.transport.is_closing()

    with_a_line(server, live)


def test_what_is_being_repeated_already_is_thrown_away_at_once(server: Server) -> None:
    async def live(line: Line) -> None:
        server.is_cut_off()
        line.transport.write(SAID)
        await until(lambda: tcp.info(line._socket()).repeats)
        assert line.drop_unsent()
        await line.wait_closed()

    with_a_line(server, live)
    server.is_back()
    assert server.hears_after_all() == b""


def test_another_thread_throws_it_away_while_the_loop_hangs(server: Server) -> None:
    async def live(line: Line) -> None:
        while line.unsent_bytes() < 10 * len(MESSAGE):
            line.transport.write(MESSAGE)
            await asyncio.sleep(0)
        thread = threading.Thread(target=line.drop_unsent)
        thread.start()
        thread.join()  # the loop does nothing else meanwhile
        came.append(server.reads_everything())
        await line.wait_closed()

    came: list[tuple[int, bool]] = []
    with_a_line(server, live)
    ((count, was_reset),) = came
    assert was_reset
    assert count < 10 * len(MESSAGE)


def test_a_line_that_is_cut_leaves_nothing_for_the_kernel_to_say_later(server: Server) -> None:
    async def live(line: Line) -> None:
        server.is_cut_off()
        line.transport.write(SAID)
        line.cut()
        await line.wait_closed()

    with_a_line(server, live)
    server.is_back()
    assert server.hears_after_all() == b""


async def is_left_half_open(server: Server) -> Line:
    """A network that stood still when the line was cut: it may say later what it was told before."""
    line = await connect(f"ws://127.0.0.1:{server.port}", create_connection=Line, close_timeout=0)
    assert isinstance(line, Line)
    server.is_cut_off()
    line.transport.write(SAID)
    await until(lambda: tcp.info(line._socket()).repeats)
    line.cut()
    await line.wait_closed()
    return line


def test_the_next_line_ends_what_the_other_side_still_believes_in(server: Server) -> None:
    async def live() -> None:
        line = await is_left_half_open(server)
        server.is_back()
        assert not server.has_heard_of_the_end(), "the network had swallowed it, or nobody had said so"
        following = Server()

        def follow(*args: object, **kwargs: object) -> Line:
            new = Line(*args, **kwargs)  # type: ignore[arg-type]
            new.replaces = line.half_open
            return new

        new = await connect(f"ws://127.0.0.1:{following.port}", create_connection=follow, close_timeout=0)
        async with asyncio.timeout(20):
            await until(server.has_heard_of_the_end)
        assert not new.transport.is_closing()
        new.transport.abort()
        await new.wait_closed()
        following.close()

    asyncio.run(live())


def test_a_mute_ends_it_as_well_and_nothing_is_said_later(server: Server) -> None:
    async def live() -> None:
        line = await is_left_half_open(server)
        thread = threading.Thread(target=line.drop_unsent)
        thread.start()
        thread.join()
        server.is_back()
        assert server.hears_after_all() == b""
        assert line.half_open is not None
        line.half_open.close()

    asyncio.run(live())


DIES = """
import asyncio, os, signal, sys
from websockets.asyncio.client import connect
from chimein.edge.live.line import Line

async def live():
    line = await connect(f"ws://127.0.0.1:{sys.argv[1]}", create_connection=Line)
    print("connected", flush=True)
    input()
    line.transport.write(b"heard before the press")
    line.drop_unsent()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(live())
"""


def test_a_process_that_is_killed_after_the_press_takes_what_was_on_its_way_along(server: Server) -> None:
    command = [sys.executable, "-c", DIES, str(server.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"connected\n"
        server.is_cut_off()
        process.communicate(b"\n")
    assert process.returncode < 0
    server.is_back()
    assert server.hears_after_all() == b""


@pytest.mark.parametrize(
    ("rtt_s", "patience"), [(0.0, PATIENCE_S), (0.02, 0.3), (0.2, 0.4), (0.6, 0.8), (5.0, LONGEST_PATIENCE_S)]
)
def test_patience_knows_how_far_the_service_is(rtt_s: float, patience: float) -> None:
    assert patience_s(rtt_s) == pytest.approx(patience)
