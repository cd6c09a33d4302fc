"""One JSON object a line over a unix socket: what QEMU's monitor and the guest agent both speak."""

import json
import socket
import time
from pathlib import Path
from typing import Any


class GuestError(RuntimeError):
    """The machine, or something in it, did not do what it was told; the message says what was tried."""


class JsonSocket:
    def __init__(self, path: Path, patience_s: float = 10.0) -> None:
        """Raises OSError when nobody listens."""
        self._buffer = b""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience_s)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def send(self, message: dict[str, Any], prefix: bytes = b"") -> None:
        self._socket.sendall(prefix + json.dumps(message).encode() + b"\n")

    def receive(self, patience_s: float) -> dict[str, Any]:
        """The next object. Raises TimeoutError, or GuestError when the other end is gone."""
        deadline = time.monotonic() + patience_s
        while b"\n" not in self._buffer:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            data = self._socket.recv(1 << 16)
            if not data:
                raise GuestError("the machine has closed the connection")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line.lstrip(b"\xff"))
        return message

    def call(self, command: str, patience_s: float = 30.0, /, **arguments: Any) -> Any:
        """The command's result. Raises GuestError when it is refused; events in between are dropped."""
        self.send({"execute": command, "arguments": arguments})
        while True:
            answer = self.receive(patience_s)
            if "error" in answer:
                raise GuestError(f"{command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]
