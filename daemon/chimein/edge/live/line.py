"""The line under a session: websockets' connection on a TCP socket, which the kernel counts, watches and can cut.

What went up is asked of the kernel and not of ourselves. What the kernel still holds is heard by somebody later: what
it has not sent it sends, and what nobody has acknowledged it sends again, for minutes, and also when this process is
dead. So a mute throws both away, with the connection:

    not yet sent         at once, by whichever thread mutes
    being repeated       at once: the network stands still
    just sent            the other side has `patience_s` to acknowledge it. A healthy line does, and stays. Meanwhile it
                         may be repeated once, and a process that dies takes it along. Should the loop hang, the kernel
                         repeats it twice and ends the connection itself (measured: after 0.2, 0.4 and 0.75 s)
"""

import asyncio
import contextlib
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from chimein.edge.live import tcp
from chimein.edge.live.half_open import HalfOpen

PATIENCE_S: Final = 0.3
LONGEST_PATIENCE_S: Final = 1.0
LATE_S: Final = 0.2
"""What a receiver may take, beyond the round trip, before it acknowledges: Linux up to 0.2 s, RFC 1122 twice that."""
HANG_UP_S: Final = 0.3
"""After both have said goodbye the service closes TCP (RFC 6455, 7.1.1). One that does not keeps nobody deaf."""


class SentElsewhere(OSError):
    """Who answered was not the service, which sends nobody anywhere."""


class Line(ClientConnection):
    """Belongs to the loop, but for `drop_unsent`."""

    is_open = False
    """The handshake is over: what comes next is the set-up."""
    _hanging_up: asyncio.TimerHandle | None = None
    _counted_bytes = 0
    _is_reset = False
    _due_bytes: int | None = None
    """So many have to be acknowledged for nothing to be left of what was sent before a mute."""
    half_open: HalfOpen | None = None
    """What is left of it where the network stood still when it was cut: the next line ends that."""
    replaces: HalfOpen | None = None
    """What is left of the line before it."""

    async def handshake(self, *args: Any, **kwargs: Any) -> None:
        """Raises SentElsewhere for a redirect: websockets would follow it, ten times in a row, with the key."""
        try:
            await super().handshake(*args, **kwargs)
        except InvalidStatus as error:
            status = error.response.status_code
            if 300 <= status < 400:
                raise SentElsewhere(f"sent elsewhere ({status}): does this network want a sign-in?") from error
            raise
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Left alone the kernel takes a quarter of an hour to give up on what is not acknowledged.

        Unlike an impatient keepalive it tells a dead network from a service whose pongs are slow.
        """
        super().connection_made(transport)
        if self.replaces is not None:
            self.replaces.close()
        with contextlib.suppress(OSError, AttributeError):
            tcp.lives_for(self._socket(), tcp.USER_TIMEOUT_S, dies_with_us=False)
            tcp.repeats_soon(self._socket())

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.protocol.close_rcvd is not None and self._hanging_up is None:
            self._hanging_up = self.loop.call_later(HANG_UP_S, self.cut)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
        super().connection_lost(exc)

    def cut(self) -> None:
        """Ends TCP, now and without a goodbye, whatever state it is in.

        What was not acknowledged goes nowhere any more: whoever wants it to be heard says it over the next connection.
        Where the network stands still it may still be repeated, until the next line is there or a mute ends that.
        """
        transport: asyncio.Transport | None = getattr(self, "transport", None)
        if transport is None:
            return
        known = self._known()
        if (
            known is not None
            and (known.unsent_bytes or known.unacknowledged_bytes)
            and not (known.repeats and self.is_open and self._is_kept())
        ):
            self._reset()
        transport.abort()

    def sent_bytes(self) -> int:
        """What the socket has sent since it was opened, TLS and all, repeats of lost packets apart; as last counted
        once it is closed, and 0 where the kernel does not count."""
        known = self._known()
        if known is not None:
            self._counted_bytes = known.sent_bytes
        return self._counted_bytes

    def unsent_bytes(self) -> int:
        """What was written and has not left this machine: in our buffers, or in the kernel's."""
        known = self._known()
        return (known.unsent_bytes if known else 0) + self.transport.get_write_buffer_size()

    @property
    def patience_s(self) -> float:
        """How long a healthy line may take to acknowledge what was just sent."""
        known = self._known()
        return patience_s(known.rtt_s if known else 0.0)

    def drop_unsent(self) -> bool:
        """Throws away what has not left this machine, or is being repeated, and the connection with it; whether that is
        so, by this call or an earlier one. From any thread, and without waiting.

        Where all is on its way, it is to be acknowledged within `patience_s`: ask `drop_unacknowledged` then.
        """
        if self.half_open is not None:
            self.half_open.reset()
        if not self.is_open or self.transport.is_closing():
            return self._is_reset
        known = self._known()
        if known is None:
            return self._is_reset
        if known.repeats or self.unsent_bytes():
            self._reset()
            return True
        self._due_bytes = known.acknowledged_bytes + known.unacknowledged_bytes
        if known.unacknowledged_bytes:
            with contextlib.suppress(OSError):
                tcp.lives_for(self._socket(), patience_s(known.rtt_s), dies_with_us=True)
        return False

    def drop_unacknowledged(self) -> bool:
        """Throws away what was on its way at the latest `drop_unsent` and has not arrived; whether there was any."""
        due_bytes, self._due_bytes = self._due_bytes, None
        known = self._known()
        if due_bytes is None or known is None or self.transport.is_closing():
            return False
        if known.acknowledged_bytes < due_bytes:
            self.cut()
            return True
        with contextlib.suppress(OSError):
            tcp.lives_for(self._socket(), tcp.USER_TIMEOUT_S, dies_with_us=False)
        return False

    def _is_kept(self) -> bool:
        with contextlib.suppress(OSError):
            self.sent_bytes()
            self.half_open = HalfOpen(self._socket())
        return self.half_open is not None

    def _reset(self) -> None:
        self.sent_bytes()
        self._is_reset = True
        tcp.reset(self._socket())

    def _known(self) -> tcp.Info | None:
        """What the kernel says; None where it has nothing to say any more."""
        if self._is_reset:
            return None
        try:
            return tcp.info(self._socket())
        except (OSError, AttributeError):
            return None

    def _socket(self) -> tcp.Socket:
        return self.transport.get_extra_info("socket")  # type: ignore[no-any-return]


def patience_s(rtt_s: float) -> float:
    """For an acknowledgement, on a line with this round trip."""
    return min(LONGEST_PATIENCE_S, max(PATIENCE_S, rtt_s + LATE_S))
