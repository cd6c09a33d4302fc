"""A connection that is over here, and lives on there: the network swallowed what would have told the other side.

TCP calls it half-open (RFC 9293, 3.5.1). A service whose old connection looks alive refuses to take up the conversation
over a new one, or keeps two. A reset would end it; but one that is sent into a dead network is lost, and after it the
kernel knows nothing any more that it could send again. So the socket is kept until packets go to and fro once more,
which the next connection shows, and only then is it reset.
"""

import asyncio
import contextlib
from typing import Final

from chimein.edge.live import tcp

KEPT_S: Final = 120.0
"""Whoever believes in a silent connection for longer has a timeout of its own."""


class HalfOpen:
    """Belongs to the loop, but for `reset`."""

    def __init__(self, socket: tcp.Socket) -> None:
        """Keeps the connection when whoever had it closes its socket. Raises OSError."""
        self._socket = socket.dup()
        with contextlib.suppress(OSError):
            tcp.lives_for(self._socket, KEPT_S, dies_with_us=True)
            tcp.repeats_seldom(self._socket)
        self._timer = asyncio.get_running_loop().call_later(KEPT_S, self.close)

    def reset(self) -> None:
        """Ends it, whether that reaches the other side or not: the kernel holds nothing any more. From any thread."""
        tcp.reset(self._socket)

    def close(self) -> None:
        """The same, for good."""
        self._timer.cancel()
        self.reset()
        self._socket.close()
