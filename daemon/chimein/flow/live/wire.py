"""What has really gone up, over all connections; and the hand that throws away what has not."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from chimein.flow.ports import Session

_log = logging.getLogger(__name__)


class Wire:
    """Belongs to the loop, but for `drop_unsent_now`."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._latest: Session | None = None  # also while there is none: the kernel may still hold something of it
        self._before = 0
        self._judging: asyncio.TimerHandle | None = None
        self._is_dropped = False

    @property
    def sent_bytes(self) -> int:
        """By the kernel's count of each socket: speech, set-ups, keepalive and TLS, since the daemon started."""
        return self._before + (self._session.wire_bytes() if self._session else 0)

    def drop_unsent_now(self) -> None:
        """From any thread: what was heard and handed to the network, and has not left this machine, never will; also
        where that connection is over and the network stands still.

        `drop_unsent` has to follow, in the loop: what had just left it may be lost, and the kernel would repeat it.
        """
        session = self._latest
        if session is not None:
            session.drop_unsent()

    def drop_unsent(self) -> None:
        """The same, and in a moment for what had left and does not arrive."""
        session = self._session
        if session is None:
            self.drop_unsent_now()
            return
        if session.drop_unsent():
            self._dropped("what had not left yet was thrown away with the connection")
            return
        if self._judging is not None:
            self._judging.cancel()
        self._judging = asyncio.get_running_loop().call_later(session.patience_s, self._judge, session)

    @contextmanager
    def over(self, session: Session) -> Iterator[None]:
        """While the conversation goes over this connection."""
        self._session, self._latest, self._is_dropped = session, session, False
        try:
            yield
        finally:
            self._before, self._session = self.sent_bytes, None

    def _judge(self, session: Session) -> None:
        self._judging = None
        if session.drop_unacknowledged():
            self._dropped("what had left and nobody acknowledged was thrown away with the connection")

    def _dropped(self, what: str) -> None:
        if not self._is_dropped:
            self._is_dropped = True
            _log.info("%s", what, extra={"EVENT": "UnsentDropped"})
