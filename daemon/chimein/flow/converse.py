"""Keeps one conversation with the Live service going: dials, lets a connection live, judges its end, dials again.

There are never two connections at once: the service refuses to resume a conversation whose old socket is still open.
"""

import asyncio
from collections.abc import Callable, Iterator

from chimein.core.errors import LinkError
from chimein.core.events import Changing, Connected, Dialling, Dropped, Event, Redialling, Refused, Rested
from chimein.core.facts import Fact, SentAudio
from chimein.core.goodbye import Failure, Phase, Remedy, Verdict, judge
from chimein.flow.exchange import Exchange
from chimein.flow.outbox import Outbox
from chimein.flow.ports import Mouth, Service

OWNER_WAIT_S = 300.0
"""Between attempts that only the owner can make succeed. A changed configuration ends the wait."""
SLOW_WAIT_S = 60.0
KNOCK_WAIT_S = 1.5
GOOD_AFTER_S = 5.0
"""A connection that lived for so long had worked, and the next back-off begins anew."""
RESUMES_IN_VAIN = 2
"""So many set-ups in a row that failed with the same handle, for whatever reason, and it is dropped: a new conversation
is better than none, and some handles are refused with nothing but "internal error"."""
GOAWAY_MARGIN_S = 5.0
"""Leave so long before the service would cut the connection."""
GOAWAY_DEFAULT_S = 30.0
CHANGE_WITHIN_S = 60.0
"""A room with a television on is never quiet: then a change is made all the same."""
REST_WITHIN_S = 10.0
"""An answer that is under way may be finished, before a rest, if it does not take longer."""
QUIET_POLL_S = 0.2


class _TimeToChange(Exception):
    """Leave this connection for a new one; nothing is wrong."""


class Conversation:
    """One conversation over many connections, never two at once."""

    def __init__(
        self,
        service: Service,
        outbox: Outbox,
        mouth: Mouth,
        *,
        happened: Callable[[Event], None],
        observe: Callable[[Fact], None],
        is_in_use: Callable[[], bool],
        waits_s: Callable[[], Iterator[float]],
        handle: str | None = None,
    ) -> None:
        """`waits_s()` begins a new back-off. `is_in_use()` says that now is no moment to change the connection."""
        self._service = service
        self._outbox = outbox
        self._mouth = mouth
        self._happened = happened
        self._tell_observer = observe
        self._is_in_use = is_in_use
        self._waits_s = waits_s
        self.handle = handle
        """The newest resumption handle."""
        self._resumes_in_vain = 0
        self._is_forgetting = False
        self._change_wanted = asyncio.Event()
        self._change_by: float | None = None
        self._may_dial = asyncio.Event()
        self._may_dial.set()
        self.connected_at: float | None = None
        """Loop time at which the present connection was set up; None while there is none."""
        self.is_resumed = False
        self.connections = 0
        self.sent_bytes = 0

    def change(self, service: Service, *, keeps_handle: bool = True) -> None:
        """A new configuration: go on with it at the next quiet moment, within a minute, or at once while offline.

        A handle is good for the model that gave it and for no other.
        """
        self._service = service
        if not keeps_handle:
            self._drop_handle()
        self._leave(within_s=CHANGE_WITHIN_S)

    def forget(self) -> None:
        """End this conversation, and begin a new one over a new connection, now."""
        self._outbox.wipe()
        self._drop_handle()
        self._leave(within_s=0.0)

    def rest(self) -> None:
        """Close the connection as soon as nobody would notice, in any case soon, and open no other until `dial`."""
        self._may_dial.clear()
        self._leave(within_s=REST_WITHIN_S)

    def dial(self) -> None:
        """The rest is over."""
        self._may_dial.set()

    async def run(self) -> None:
        """For ever. Every failure of the link ends in another attempt."""
        waits, attempt, is_change = self._waits_s(), 1, False
        while True:
            if not self._may_dial.is_set():
                await self._rest()
                waits, attempt, is_change = self._waits_s(), 1, False
            self._happened(Changing() if is_change else Dialling() if attempt == 1 else Redialling(attempt))
            try:
                await self._connection()
            except _TimeToChange:
                is_change = True
                continue
            except LinkError as error:
                is_change, verdict = False, self._judge(error.failure)
            if self._was_good():
                waits, attempt = self._waits_s(), 0
            attempt += 1
            self.connected_at = None
            self._happened(Refused(verdict.cause) if verdict.remedy is Remedy.OWNER else Dropped(verdict.cause))
            await self._wait(verdict.remedy, next(waits))

    async def _rest(self) -> None:
        self.connected_at = None
        self._happened(Rested())
        await self._may_dial.wait()

    async def _connection(self) -> None:
        """One connection, from dialling to its end, which is always an exception."""
        self._change_wanted.clear()
        self._change_by, self._is_forgetting = None, False
        handle = self.handle
        async with self._service.connect(handle) as session:
            exchange = Exchange(
                session,
                self._outbox,
                self._mouth,
                happened=self._happened,
                observe=self._observe,
                take_handle=self._take_handle,
                go_away=lambda left_s: self._leave(_until_cut(left_s)),
            )
            self._has_connected(is_resumed=handle is not None)
            try:
                await exchange.run(self._leave_when_quiet())
            except _TimeToChange:
                if not exchange.is_stream_open:
                    self._outbox.answered()  # whatever was said has been heard to its end
                raise
            finally:
                self._mouth.finish()
                self._outbox.rewind()

    def _has_connected(self, *, is_resumed: bool) -> None:
        self.connected_at = asyncio.get_running_loop().time()
        self.is_resumed = is_resumed
        self.connections += 1
        self._resumes_in_vain = 0
        self._outbox.drop_stale()
        self._happened(Connected(is_resumed))

    def _was_good(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self.connected_at is not None and now - self.connected_at >= GOOD_AFTER_S

    def _observe(self, fact: Fact) -> None:
        if isinstance(fact, SentAudio):
            self.sent_bytes += len(fact.pcm)
        self._tell_observer(fact)

    # --- the handle

    def _take_handle(self, token: str | None) -> None:
        """The newest stands for all that was sent before it: none of that goes up again to who resumes with it."""
        if token is not None and not self._is_forgetting:
            self.handle = token
            self._outbox.kept_by_handle()

    def _drop_handle(self) -> None:
        """This one, and those that may still come over the present connection."""
        self.handle = None
        self._is_forgetting = True

    # --- leaving one connection for another

    def _leave(self, within_s: float) -> None:
        self._change_by = asyncio.get_running_loop().time() + within_s
        self._change_wanted.set()

    async def _leave_when_quiet(self) -> None:
        """Ends the connection for a new one, once that is wanted and nobody would notice; in any case in time."""
        loop = asyncio.get_running_loop()
        await self._change_wanted.wait()
        while self._is_in_use() or not self._outbox.is_empty:
            if self._change_by is not None and loop.time() >= self._change_by:
                break
            await asyncio.sleep(QUIET_POLL_S)
        raise _TimeToChange

    # --- what went wrong, and when to try again

    def _judge(self, failure: Failure) -> Verdict:
        verdict = judge(failure)
        if failure.resuming and failure.phase is Phase.SETUP:
            self._resumes_in_vain += 1
        if verdict.remedy is Remedy.WITHOUT_HANDLE or self._resumes_in_vain >= RESUMES_IN_VAIN:
            self.handle, self._resumes_in_vain = None, 0
        if verdict.feature is not None and not self._service.do_without(verdict.feature):
            return Verdict(Remedy.OWNER, f"{verdict.cause} did not help")
        return verdict

    async def _wait(self, remedy: Remedy, wait_s: float) -> None:
        """Until the next attempt; a changed configuration is worth one at once."""
        match remedy:
            case Remedy.WITHOUT_HANDLE | Remedy.WITHOUT_FEATURE:
                return
            case Remedy.OWNER:
                wait_s = max(wait_s, OWNER_WAIT_S)
            case Remedy.SLOWLY:
                wait_s = max(wait_s, SLOW_WAIT_S)
            case Remedy.KNOCK:
                wait_s = min(wait_s, KNOCK_WAIT_S)
        try:
            async with asyncio.timeout(wait_s):
                await self._change_wanted.wait()
        except TimeoutError:
            return


def _until_cut(left_s: float | None) -> float:
    """How long one may stay after a goAway that gives so many seconds, or does not say."""
    return max(0.0, (GOAWAY_DEFAULT_S if left_s is None else left_s) - GOAWAY_MARGIN_S)
