"""Keeps one conversation with the Live service going: dials, lets a connection live, judges its end, dials again.

There are never two connections at once: the service refuses to resume a conversation whose old socket is still open.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

from chimein.core.audio import UP_HZ, duration_s
from chimein.core.errors import LinkError
from chimein.core.live.deadline import Deadline
from chimein.core.live.facts import Fact, Handle, SentAudio, TurnComplete
from chimein.core.live.goodbye import Failure, Phase, Remedy, Verdict, judge
from chimein.core.live.pulse import Pulse
from chimein.core.live.resumption import Resumption
from chimein.core.machines.events import (
    Changing,
    Connected,
    Dialling,
    Dropped,
    Event,
    FeatureRefused,
    Redialling,
    Refused,
    Rested,
    SpeechDropped,
    ThinkingLapsed,
    Throttled,
)
from chimein.flow.live.exchange import Exchange
from chimein.flow.live.leave import Leaving, TimeToLeave
from chimein.flow.live.outbox import Outbox
from chimein.flow.live.pause import Pause
from chimein.flow.live.touch import Touch
from chimein.flow.live.wire import Wire
from chimein.flow.live.words import Words
from chimein.flow.ports import Mouth, Service, Session

GOOD_AFTER_S = 5.0
"""A connection that lived for so long had worked, and the next back-off begins anew."""
LAST_HANDLE_S = 2.0
"""The handle that stands for a turn comes after its end: a change of the connection waits so long for it."""
CHANGE_WITHIN_S = 60.0
"""A room with a television on is never quiet: then a change is made all the same."""
REST_WITHIN_S = 10.0
"""An answer that is under way may be finished, before a rest, if it does not take longer."""


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
        words: Words | None = None,
    ) -> None:
        """`waits_s()` begins a new back-off. `is_in_use()` says that now is no moment to change the connection."""
        self._service = service
        self._outbox = outbox
        self._mouth = mouth
        self._happened = happened
        self._tell_observer = observe
        self._leaving = Leaving(lambda: is_in_use() or self._is_busy())
        self._handle_due_s = 0.0  # until then the handle of the latest turn may still come
        self._resumption = Resumption(handle)
        self._deadline = Deadline()
        self._pulse = Pulse()
        self._words = words or Words()
        self._is_forgetting = False
        self._has_worked = False  # with the configuration in use
        self._may_dial = asyncio.Event()
        self._may_dial.set()
        self._pause = Pause(waits_s, outbox.until_wanted)
        self._touch = Touch(happened)
        self._dropped_bytes = 0  # as they stood when a connection was last there
        self.connected_at: float | None = None
        """Loop time at which the present connection was set up; None while there is none."""
        self.is_resumed = False
        self.connections = 0
        self.attempts = 0
        self.sent_bytes = 0
        self.wire = Wire()

    @property
    def handle(self) -> str | None:
        """The newest resumption handle."""
        return self._resumption.token

    @property
    def without(self) -> frozenset[str]:
        """The features that the service refuses for this model."""
        return self._service.without

    def change(self, service: Service, *, keeps_handle: bool = True) -> None:
        """A new configuration: go on with it at the next quiet moment, within a minute, or at once while offline.

        A handle is good for the model that gave it and for no other.
        """
        self._service, self._has_worked = service, False
        if not keeps_handle:
            self._drop_handle()
        self._leaving.want(within_s=CHANGE_WITHIN_S)

    def forget(self) -> None:
        """End this conversation, and begin a new one over a new connection, now."""
        self._outbox.wipe()
        self._drop_handle()
        self._happened(ThinkingLapsed())  # the end of a line that was wiped is never sent, and nobody answers it
        self._leaving.want(within_s=0.0)

    def rest(self) -> None:
        """Close the connection as soon as nobody would notice, in any case soon, and open no other until `dial`."""
        self._may_dial.clear()
        self._leaving.want(within_s=REST_WITHIN_S)

    def dial(self) -> None:
        """The rest is over."""
        self._may_dial.set()

    def network_came(self) -> None:
        """An interface, an address or a route is there that was not: what could not be reached may be now."""
        self._pause.network_came()

    async def run(self) -> None:
        """For ever. Every failure of the link ends in another attempt."""
        attempt, is_change = 1, False
        try:
            while True:
                if not self._may_dial.is_set():
                    await self._rest()
                    attempt, is_change = 1, False
                self._touch.lose()
                self._happened(Changing() if is_change else Dialling() if attempt == 1 else Redialling(attempt))
                began = _now_s()
                try:
                    await self._connection()
                except TimeToLeave:
                    is_change = True
                    if not self._was_good():  # a service that says goodbye as soon as it has said hello
                        await self._breathe(began)
                    continue
                except LinkError as error:
                    is_change, failure = False, error.failure
                if self._was_good():
                    attempt = 0
                    self._pause.begin_anew()
                attempt += 1
                self.connected_at = None
                self._touch.lose()
                verdict = self._judge(failure)
                self._happened(_goodbye(verdict))
                took_s = _now_s() - began
                await self._pause.between(verdict.remedy, failure, took_s, change=self._leaving.wanted)
        finally:
            self._touch.regain()

    async def _breathe(self, began: float) -> None:
        self._leaving.begin()
        failure = Failure(Phase.TALKING, None, "sent away at once")
        await self._pause.between(Remedy.SOON, failure, _now_s() - began, change=self._leaving.wanted)

    async def _rest(self) -> None:
        self.connected_at = None
        self._pause.begin_anew()
        self._touch.regain()  # it is silent on purpose
        self._happened(Rested())
        await self._may_dial.wait()

    async def _connection(self) -> None:
        """One connection, from dialling to its end, which is always an exception."""
        self._leaving.begin()
        self._is_forgetting = False
        self._pause.attempt_begins()
        self.connected_at = None
        self.attempts += 1
        handle = self._resumption.offered()
        try:
            async with self._service.connect(handle, self._deadline.s) as session:
                self._deadline.took(session.setup_s)
                self._has_connected(is_resumed=handle is not None)
                await self._exchange(session)
        except LinkError as error:
            if error.failure.is_hang:
                self._deadline.passed()
            if not self._was_good():
                self._resumption.failed(error.failure, was_offered=handle is not None)
            raise
        finally:
            if self._was_good():
                self._resumption.lived()

    async def _exchange(self, session: Session) -> None:
        exchange = Exchange(
            session,
            self._outbox,
            self._mouth,
            self._pulse,
            self._words,
            happened=self._happened,
            observe=self._observe,
            take_handle=self._take_handle,
            go_away=self._leaving.go_away,
        )
        try:
            with self.wire.over(session):
                await exchange.run(self._leaving.when_quiet())
        except TimeToLeave:
            if not exchange.is_asked:
                self._outbox.all_answered()  # whatever was said has been heard to its end
            raise
        finally:
            self._mouth.finish()
            self._outbox.rewind()

    def _has_connected(self, *, is_resumed: bool) -> None:
        self._resumption.connected()
        self._has_worked = True
        self.connected_at = _now_s()
        self.is_resumed = is_resumed
        self.connections += 1
        self._touch.regain()
        self._outbox.drop_stale()
        self._happened(Connected(is_resumed))
        dropped_bytes = self._outbox.dropped_bytes - self._dropped_bytes
        if dropped_bytes:
            self._dropped_bytes += dropped_bytes
            self._happened(SpeechDropped(round(duration_s(dropped_bytes, UP_HZ), 1)))

    def _was_good(self) -> bool:
        return self.connected_at is not None and _now_s() - self.connected_at >= GOOD_AFTER_S

    def _is_busy(self) -> bool:
        return self._words.is_busy or not self._outbox.is_empty or _now_s() < self._handle_due_s

    def _observe(self, fact: Fact) -> None:
        match fact:
            case SentAudio(pcm=pcm):
                self.sent_bytes += len(pcm)
            case TurnComplete():
                self._handle_due_s = _now_s() + LAST_HANDLE_S
            case Handle(token=str()):
                self._handle_due_s = 0.0
        self._tell_observer(fact)

    # --- the handle

    def _take_handle(self, token: str | None) -> None:
        if token is not None and not self._is_forgetting:
            self._resumption.came(token)
            self._outbox.kept_by_handle()

    def _drop_handle(self) -> None:
        """This one, and those that may still come over the present connection."""
        self._resumption.drop()
        self._is_forgetting = True

    # --- what went wrong, and when to try again

    def _judge(self, failure: Failure) -> Verdict:
        verdict = judge(failure, has_worked=self._has_worked)
        if verdict.remedy is Remedy.WITHOUT_HANDLE:
            self._resumption.drop()
        if verdict.feature is not None:
            if not self._service.do_without(verdict.feature):
                return Verdict(Remedy.OWNER, f"{verdict.cause} did not help")
            self._happened(FeatureRefused(verdict.feature, verdict.cause))
        if verdict.remedy is Remedy.SOON and self._resumption.is_suspected:
            return replace(verdict, remedy=Remedy.WITHOUT_HANDLE)
        return verdict


def _goodbye(verdict: Verdict) -> Event:
    match verdict.remedy:
        case Remedy.OWNER:
            return Refused(verdict.cause)
        case Remedy.SLOWLY:
            return Throttled(verdict.cause)
        case remedy:
            return Dropped(verdict.cause, remedy.value)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
