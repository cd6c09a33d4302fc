"""Completes a device's isochronous requests at the pace of its sample clock, which is this machine's monotonic one.

A request that comes late is answered late and nothing is lost by that: under emulation the machine is late all the
time, and what is tested here is not its speed.
"""

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass

from appliance.usb.stream import Microphone, Speaker, Stream

SUBMITTED = 3
LATE_S = 0.020
"""Nobody asked for so long: the device was closed meanwhile, and the clock starts anew."""


@dataclass(frozen=True)
class Request:
    number: int
    start: int
    data: bytes
    table: list[tuple[int, int]]
    """Offset and length of each packet."""


class Pump:
    """`lock` stands around everything that is sent, and around what is still to be answered."""

    def __init__(self, stream: Stream, line: socket.socket) -> None:
        self.lock = threading.Lock()
        self._stream = stream
        self._line = line
        self._pending: deque[Request] = deque()
        self._news = threading.Condition(self.lock)
        self._is_closed = False
        threading.Thread(target=self._run, name="sample clock", daemon=True).start()

    def put(self, request: Request) -> None:
        with self._news:
            self._pending.append(request)
            self._news.notify()

    def cancel(self, number: int) -> bool:
        """Whether it was still pending. With the lock held."""
        for request in self._pending:
            if request.number == number:
                self._pending.remove(request)
                return True
        return False

    def close(self) -> None:
        with self._news:
            self._is_closed = True
            self._news.notify()

    def _run(self) -> None:
        began_s, done_ms = time.monotonic(), 0
        while True:
            with self._news:
                self._news.wait_for(lambda: self._pending or self._is_closed)
                if self._is_closed:
                    return
                packets = len(self._pending[0].table)
            wait_s = began_s + (done_ms + packets) / 1000 - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            elif wait_s < -LATE_S:
                began_s -= wait_s
            with self.lock, contextlib.suppress(OSError):  # the reader notices a line that is gone
                if self._pending and not self._is_closed:
                    request = self._pending.popleft()
                    self._line.sendall(_completed(request, self._stream, done_ms))
                    done_ms += len(request.table)


def _completed(request: Request, stream: Stream, millisecond: int) -> bytes:
    """The answer, with the sound taken from or given to the stream."""
    pieces, table = [], []
    for number, (offset, length) in enumerate(request.table):
        if isinstance(stream, Microphone):
            piece = stream.take(stream.packet_frames(millisecond + number))[:length]
            pieces.append(piece)
        else:
            assert isinstance(stream, Speaker)
            piece = request.data[offset : offset + length]
            stream.give(piece)
        table.append(struct.pack(">IIIi", offset, length, len(piece), 0))
    sizes = sum(struct.unpack_from(">I", entry, 8)[0] for entry in table)
    return reply(request.number, 0, sizes, request.start, len(table)) + b"".join(pieces) + b"".join(table)


def reply(number: int, status: int, size: int, start: int = 0, packets: int = 0) -> bytes:
    """The head of an answer to a submitted request."""
    return struct.pack(">IIIII", SUBMITTED, number, 0, 0, 0) + struct.pack(">iiiii8x", status, size, start, packets, 0)
