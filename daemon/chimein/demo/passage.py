"""Where in heard audio stands what was sent. Pure: it is told what was heard and sent, in order.

The gate leaves silence out, so a second of what was sent is a later second of what was heard; and what was sent may
have waited. But nothing is sent before it was heard, and the lag between the two only grows within a connection, by
each silence left out. So the lag of a moment is the smallest of all that are seen from that moment on: it is seen
whenever nothing waits to be sent. What goes up once more, after a connection was lost, is known by its sound.
"""

from dataclasses import dataclass, field
from typing import Final

from chimein.core.audio import UP_HZ, duration_s

_JITTER_S: Final = 1e-6


@dataclass
class _Connection:
    pcm: bytearray = field(default_factory=bytearray)
    """All that was sent."""
    marks: list[tuple[float, float]] = field(default_factory=list)
    """Sent until, and how long after that it was heard; seconds."""
    repeated_bytes: int | None = 0
    """How far into the connection before goes what is sent once more; None once something new is sent."""

    def heard_s(self, sent_s: float) -> float | None:
        lags = [lag_s for until_s, lag_s in self.marks if until_s >= sent_s - _JITTER_S]
        return sent_s + min(lags) if lags else None


@dataclass
class Passage:
    """Seconds of sent audio to seconds of heard audio, connection by connection."""

    _connections: list[_Connection] = field(default_factory=list)

    def connected(self) -> None:
        """A new connection, on which nothing has been sent yet."""
        self._connections.append(_Connection())

    def sent(self, pcm: bytes, heard_s: float) -> None:
        """This was sent, 16 kHz PCM16, when so much had been heard."""
        if not self._connections:
            self.connected()
        now = self._connections[-1]
        then_s = self._heard_before_s(now, pcm)
        now.pcm += pcm
        until_s = duration_s(len(now.pcm), UP_HZ)
        now.marks.append((until_s, (heard_s if then_s is None else then_s) - until_s))

    def heard_s(self, connection: int, sent_s: float) -> float | None:
        """When in heard audio the second `sent_s` of a connection was, the first being 1. None if it was not sent."""
        if not 1 <= connection <= len(self._connections):
            return None
        return self._connections[connection - 1].heard_s(sent_s)

    def _heard_before_s(self, now: _Connection, pcm: bytes) -> float | None:
        """When this was heard, if it goes up once more: its end."""
        if now.repeated_bytes is None or len(self._connections) < 2:
            return None
        before = self._connections[-2]
        at = before.pcm.find(pcm, now.repeated_bytes)
        if at < 0:
            now.repeated_bytes = None
            return None
        now.repeated_bytes = at + len(pcm)
        return before.heard_s(duration_s(now.repeated_bytes, UP_HZ))
