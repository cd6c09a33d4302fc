"""What has really gone up, over all connections; and the hand that throws away what has not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from chimein.flow.ports import Session

_log = logging.getLogger(__name__)


class Wire:
    """Belongs to the loop."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._before = 0

    @property
    def sent_bytes(self) -> int:
        """By the kernel's count of each socket: speech, set-ups, keepalive and TLS, since the daemon started."""
        return self._before + (self._session.wire_bytes() if self._session else 0)

    def drop_unsent(self) -> None:
        """What was heard and handed to the network, and has not left this machine, never will."""
        if self._session is not None and self._session.drop_unsent():
            _log.info("what had not left yet was thrown away with the connection", extra={"EVENT": "UnsentDropped"})

    @contextmanager
    def over(self, session: Session) -> Iterator[None]:
        """While the conversation goes over this connection."""
        self._session = session
        try:
            yield
        finally:
            self._before, self._session = self.sent_bytes, None
