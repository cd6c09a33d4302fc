"""A USB sound device made of software, at the end of a cable that speaks USB/IP.

The other end is Linux's own vhci_hcd, which shows the device on a bus of its own, and the stock snd-usb-audio, which
makes a sound card of it. Connecting is the plug, closing the connection is pulling it. `kitchen-plug` in the machine
connects; it is told "+" when there is something to be plugged in.
"""

import contextlib
import socket
import struct
import threading

from appliance.usb.control import Control
from appliance.usb.descriptors import Model, endpoint_address
from appliance.usb.pump import Pump, Request, reply
from appliance.usb.stream import Stream

HEADER = struct.Struct(">IIIII")  # command, sequence number, device, direction, endpoint
SUBMIT = struct.Struct(">IiiiI8s")  # flags, length, start frame, packets, interval, setup
PACKET = struct.Struct(">IIIi")  # offset, length, actual length, status
UNLINK, UNLINKED = 2, 4
REFUSED, CANCELLED = -32, -104  # EPIPE, ECONNRESET


class Device:
    """Listens on loopback from the start. `is_here`: the cable lies ready to be plugged in."""

    def __init__(self, model: Model, stream: Stream) -> None:
        self.stream = stream
        self.is_here = True
        self._model = model
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._line: socket.socket | None = None
        threading.Thread(target=self._accept, name=f"cable of {model.product}", daemon=True).start()

    @property
    def is_plugged_in(self) -> bool:
        return self._line is not None

    def unplug(self) -> None:
        """Pulls the plug, and keeps it in the hand."""
        self.is_here = False
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.unplug()
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            if not self.is_here:
                line.close()
                continue
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(b"+")
            threading.Thread(target=self._serve, args=(line,), name=self._model.product, daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        self._line = line
        pump = Pump(self.stream, line)
        try:
            _Bus(line, Control(self._model, self.stream), pump, endpoint_address(self.stream)).run()
        except (OSError, EOFError):
            pass  # unplugged
        finally:
            pump.close()
            self.stream.switch(False)
            if self._line is line:
                self._line = None
            line.close()


class _Bus:
    """Reads the machine's requests from one connection."""

    def __init__(self, line: socket.socket, control: Control, pump: Pump, endpoint: int) -> None:
        self._line = line
        self._reader = line.makefile("rb", buffering=1 << 16)
        self._control = control
        self._pump = pump
        self._endpoint = endpoint

    def run(self) -> None:
        """Until the connection ends: EOFError or OSError."""
        while True:
            command, number, _, direction, endpoint = HEADER.unpack(self._read(HEADER.size))
            submit = self._read(SUBMIT.size)
            if command == UNLINK:
                self._unlink(number, submit)
            elif endpoint == 0:
                self._controlled(number, direction, submit)
            else:
                self._isochronous(number, direction, endpoint, submit)

    def _unlink(self, number: int, submit: bytes) -> None:
        (victim,) = struct.unpack_from(">I", submit)
        with self._pump.lock:  # an answer that follows the news of its cancelling makes vhci drop the device
            status = CANCELLED if self._pump.cancel(victim) else 0
            self._line.sendall(HEADER.pack(UNLINKED, number, 0, 0, 0) + struct.pack(">i24x", status))

    def _controlled(self, number: int, direction: int, submit: bytes) -> None:
        _, length, _, _, _, setup = SUBMIT.unpack(submit)
        data = b"" if direction else self._read(length)
        answer = self._control.answer(setup, data)
        status = REFUSED if answer is None else 0
        content = answer or b""
        with self._pump.lock:
            self._line.sendall(reply(number, status, len(content) if direction else length) + content)

    def _isochronous(self, number: int, direction: int, endpoint: int, submit: bytes) -> None:
        _, length, start, packets, _, _ = SUBMIT.unpack(submit)
        data = b"" if direction else self._read(length)
        table = [PACKET.unpack(self._read(PACKET.size))[:2] for _ in range(max(0, packets))]
        if endpoint | (0x80 if direction else 0) != self._endpoint:
            raise EOFError(f"no endpoint {endpoint}")
        self._pump.put(Request(number, start, data, table))

    def _read(self, size: int) -> bytes:
        data: bytes = self._reader.read(size)
        if len(data) < size:
            raise EOFError
        return data
