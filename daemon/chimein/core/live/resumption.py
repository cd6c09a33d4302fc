"""The newest resumption handle, and how far it can be trusted.

Some handles are refused with nothing but "internal error", and so is every set-up while the service is in trouble. An
appliance that blames the handle loses a conversation with every outage; one that never does stays shut out by a handle
that is broken. So after a few failures that a handle might explain, one attempt goes without it: where that one fails
as well the handle is acquitted for a good while, and where it succeeds a new conversation has begun.
"""

from chimein.core.live.goodbye import Failure, Phase

SUSPICIOUS = {1007: 2, 1008: 2, 1011: 2, 1006: 3, None: 10}
"""By close code (None: the set-up hung), after how many failures in a row the handle is suspected. A hang tells least
against it, and an attempt without it lasts: the service may come back in it, or only be slow, so that the first patient
attempt (deadline.PATIENT) still names it. Not here: codes that say "later" (1012, 1013), and whatever failed before a
socket was open."""
QUICK_ENDS = (1007, 1008, 1011)
"""Codes that tell against the handle even after the set-up, when a resumed connection dies of them at once."""
ACQUITTED_FOR = 12
"""So many failures more until it is suspected again, then four times as many, and so on."""


class Resumption:
    """One per conversation."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        """The newest handle; None while there is nothing to take up. As good as a key."""
        self._failures = 0
        self._suspected_at: int | None = None  # how many failures it takes; None: as the table has it
        self._acquitted_for = ACQUITTED_FOR
        self._is_probe = False

    def __repr__(self) -> str:
        return f"<Resumption of {'a conversation' if self.token else 'nothing'}>"

    @property
    def is_suspected(self) -> bool:
        """The next attempt goes without it. It goes at once: the shorter the time in between, the less likely is it
        that the service has come back in it, and that the handle was innocent."""
        return self._is_probe

    def offered(self) -> str | None:
        """What to name in the next attempt: the handle, or nothing, to see whether it is to blame."""
        return None if self._is_probe else self.token

    def came(self, token: str) -> None:
        """The service gave a new handle."""
        self.token = token

    def drop(self) -> None:
        """The conversation is over, or the service does not know it any more."""
        self.token = None
        self._trusted()

    def connected(self) -> None:
        """A set-up is complete. Without the handle, that conversation is gone: a new one has begun."""
        if self._is_probe:
            self.drop()

    def lived(self) -> None:
        """The connection has lasted long enough to be called good."""
        self._trusted()

    def failed(self, failure: Failure, *, was_offered: bool) -> None:
        """An attempt failed, or a connection soon after it was set up."""
        if self._is_probe:
            self._is_probe = False
            self._suspected_at = self._failures + self._acquitted_for
            self._acquitted_for *= 4
            return
        if not was_offered or not self._may_be_the_handle(failure):
            return
        self._failures += 1
        self._is_probe = self._failures >= (self._suspected_at or SUSPICIOUS[failure.code])

    def _may_be_the_handle(self, failure: Failure) -> bool:
        if failure.phase is Phase.TALKING:
            return failure.code in QUICK_ENDS
        return failure.phase is Phase.SETUP and failure.code in SUSPICIOUS

    def _trusted(self) -> None:
        self._failures, self._suspected_at, self._is_probe = 0, None, False
        self._acquitted_for = ACQUITTED_FOR
