"""The line under a session: websockets' connection on a TCP socket, which the kernel counts, watches and can cut.

What went up is asked of the kernel and not of ourselves: TCP_INFO counts what the socket has really sent, SIOCOUTQNSD
what still waits in it (tcp(7), linux/tcp.h, linux/sockios.h).
"""

import array
import asyncio
import contextlib
import fcntl
import socket
import struct
from typing import Any, Final

from websockets.asyncio.client import ClientConnection

DEAD_S: Final = 12.0
"""The kernel gives up on a network that acknowledges nothing for so long."""
SIOCOUTQNSD: Final = 0x894B
_TCP_INFO_BYTES: Final = 240
_BYTES_SENT: Final = 200
"""Of tcpi_bytes_sent and, after it, tcpi_bytes_retrans in struct tcp_info: both 64 bit, since Linux 4.19."""


class Line(ClientConnection):
    """Belongs to the loop."""

    is_open = False
    """The handshake is over: what comes next is the set-up."""
    _counted_bytes = 0

    async def handshake(self, *args: Any, **kwargs: Any) -> None:
        await super().handshake(*args, **kwargs)
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Left alone the kernel takes a quarter of an hour to give up on what is not acknowledged.

        Unlike an impatient keepalive it tells a dead network from a service whose pongs are slow.
        """
        super().connection_made(transport)
        tcp = transport.get_extra_info("socket")
        if tcp is not None:
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(DEAD_S * 1000))

    def cut(self) -> None:
        """Ends TCP, now and without a goodbye, whatever state it is in."""
        transport: asyncio.Transport | None = getattr(self, "transport", None)
        if transport is not None:
            self.sent_bytes()
            transport.abort()

    def sent_bytes(self) -> int:
        """What the socket has sent since it was opened, TLS and all, repeats of lost packets apart; as last counted
        once it is closed, and 0 where the kernel does not count."""
        with contextlib.suppress(OSError, struct.error, AttributeError):
            info = self._socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
            sent, repeated = struct.unpack_from("=QQ", info, _BYTES_SENT)
            self._counted_bytes = sent - repeated
        return self._counted_bytes

    def unsent_bytes(self) -> int:
        """What was written and has not left this machine: in our buffers, or in the kernel's."""
        waiting = array.array("i", [0])
        with contextlib.suppress(OSError, AttributeError):
            fcntl.ioctl(self._socket().fileno(), SIOCOUTQNSD, waiting)
        return waiting[0] + self.transport.get_write_buffer_size()

    def drop_unsent(self) -> bool:
        """Where something waits, ends TCP so that the kernel throws it away (SO_LINGER 0); whether it did."""
        if not self.is_open or self.transport.is_closing() or not self.unsent_bytes():
            return False
        with contextlib.suppress(OSError, AttributeError):
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.cut()
        return True

    def _socket(self) -> socket.socket:
        tcp: socket.socket = self.transport.get_extra_info("socket")
        return tcp
