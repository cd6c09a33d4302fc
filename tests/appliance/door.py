"""The door to the Live service: whoever asks for its real name comes here, and is led to the rehearsal service.

The machine trusts one certificate for that name, made when it was furnished, and so the SDK in it needs no address of
our own. Behind the door the rehearsal service has a new certificate at every start.
"""

import asyncio
import contextlib
import ssl
import subprocess
import threading
from pathlib import Path

NAME = "generativelanguage.googleapis.com"
DAYS = 3650
AFTERMATH_S = 0.1
"""For aborted connections to be buried."""


def make_certificate(folder: Path) -> None:
    """certificate.pem, its own authority, and certificate.key. As strict as Python 3.13 wants it."""
    subject = ["-subj", f"/CN={NAME}", "-days", str(DAYS)]
    extensions = [
        f"subjectAltName=DNS:{NAME}",
        "basicConstraints=critical,CA:TRUE,pathlen:0",
        "keyUsage=critical,keyCertSign,digitalSignature",
    ]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", *subject]
    command += ["-keyout", str(folder / "certificate.key"), "-out", str(folder / "certificate.pem")]
    command += [word for extension in extensions for word in ("-addext", extension)]
    subprocess.run(command, check=True, capture_output=True)


class Door:
    """Listens on loopback in a thread of its own; leads nowhere until it is told where to."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where `make_certificate` was told to write."""
        self.port = 0
        self._outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._outside.load_cert_chain(folder / "certificate.pem", folder / "certificate.key")
        self._lines: set[asyncio.StreamWriter] = set()
        self._inside: tuple[int, ssl.SSLContext] | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="door", daemon=True)
        self._thread.start()
        self._ready.wait()

    def leads_to(self, port: int, authority: Path) -> None:
        """The rehearsal service: its port and the certificate to trust."""
        self._inside = port, ssl.create_default_context(cafile=str(authority))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)  # a machine whose plug is pulled says no goodbye
        server = self._loop.run_until_complete(asyncio.start_server(self._enter, "127.0.0.1", 0, ssl=self._outside))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for line in self._lines:
            if not line.is_closing():
                line.transport.abort()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(AFTERMATH_S))
        self._loop.close()

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._inside is not None:
                port, context = self._inside
                there = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
                self._lines |= {writer, there[1]}
                await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))
        except OSError:
            pass  # one side is gone, and the other is told by the end of its connection
        finally:
            writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
