"""Keeps one conversation with the Live service going: dials, sends, receives, and dials again.

The receiver never waits for anybody: once about sixteen messages are unread the SDK stops reading its socket and the
keepalive ends the session. What it hears goes to the mouth and to the observer, both of which take and return.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator

from chimein.core.errors import LinkError
from chimein.core.events import (
    Changing,
    Connected,
    Dialling,
    Dropped,
    Event,
    NothingToSay,
    Redialling,
    Refused,
    ThinkingLapsed,
)
from chimein.core.facts import (
    Fact,
    GenerationComplete,
    GoAway,
    Handle,
    Interrupted,
    ReplyAudio,
    SentAudio,
    SentEnd,
    TurnComplete,
)
from chimein.core.goodbye import Failure, Phase, Remedy, Verdict, judge
from chimein.core.uplink import Speech
from chimein.flow.outbox import Outbox
from chimein.flow.ports import Mouth, Service, Session

OWNER_WAIT_S = 300.0
"""Between attempts that only the owner can make succeed. A changed configuration ends the wait."""
SLOW_WAIT_S = 60.0
KNOCK_WAIT_S = 1.5
DEAF_S = 12.0
"""A service that gives no sign of life for so long after the end of speech does not hear it: neither a word, such as
what it understood, nor a pong. Either is enough: noise is answered with nothing, and pongs can take 30 s."""
THINKING_S = 8.0
"""A model that has said nothing so long after the end of speech says nothing any more."""
GOAWAY_MARGIN_S = 5.0
"""Leave so long before the service would cut the connection."""
GOAWAY_DEFAULT_S = 30.0
QUIET_POLL_S = 0.2
GOOD_AFTER_S = 5.0


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
        self._observe = observe
        self._is_in_use = is_in_use
        self._waits_s = waits_s
        self.handle = handle
        """The newest resumption handle."""
        self._change_wanted = asyncio.Event()
        self._change_by: float | None = None
        self._is_forgetting = False
        self._stream_is_open = False
        self._turn_had_sound = False
        self._is_heard = True  # something has come down since the present stream of speech began
        self._end_sent = asyncio.Event()
        self._thinking: asyncio.TimerHandle | None = None
        self.connected_at: float | None = None
        """Loop time at which the present connection was set up; None while there is none."""
        self.is_resumed = False
        self.connections = 0
        self.sent_bytes = 0

    def change(self, service: Service) -> None:
        """A new configuration: go on with it at the next quiet moment, or at once where nothing is connected."""
        self._service = service
        self._change_wanted.set()

    def forget(self) -> None:
        """End this conversation, and begin a new one over a new connection, now."""
        self.handle = None
        self._is_forgetting = True
        self._change_by = float("-inf")
        self._change_wanted.set()

    async def run(self) -> None:
        """For ever. Every failure of the link ends in another attempt."""
        waits = self._waits_s()
        attempt = 1
        is_change = False
        verdict: Verdict | None
        while True:
            self._happened(Changing() if is_change else Dialling() if attempt == 1 else Redialling(attempt))
            is_change, verdict = False, None
            try:
                await self._connection()
            except _TimeToChange:
                is_change = True
            except LinkError as error:
                verdict = self._judge(error.failure)
            self._outbox.rewind()
            if verdict is None:
                continue
            if self._was_good():
                waits, attempt = self._waits_s(), 0
            self.connected_at = None
            attempt += 1
            self._mouth.finish()
            self._tell(verdict)
            await self._wait(verdict, next(waits))

    def _was_good(self) -> bool:
        """The connection that ended had lived for a while: a service that sets up and hangs up is no good."""
        now = asyncio.get_running_loop().time()
        return self.connected_at is not None and now - self.connected_at >= GOOD_AFTER_S

    async def _connection(self) -> None:
        """One connection, from dialling to its end, which is always an exception."""
        self._change_wanted.clear()
        self._change_by = None
        self._is_forgetting = False
        handle = self.handle
        async with self._service.connect(handle) as session:
            self._stream_is_open = self._turn_had_sound = False
            self.connected_at = asyncio.get_running_loop().time()
            self.is_resumed = handle is not None
            self.connections += 1
            self._happened(Connected(self.is_resumed))
            self._is_heard = True
            self._end_sent.clear()
            await _until_one_ends(
                self._send(session), self._receive(session), self._leave_when_quiet(), self._leave_when_deaf(session)
            )

    async def _send(self, session: Session) -> None:
        while True:
            item = await self._outbox.next()
            if isinstance(item, Speech):
                await session.send_audio(item.pcm)
                self._sent(item.pcm)
            elif self._stream_is_open:
                await session.end_audio()
                self._ended()

    def _sent(self, pcm: bytes) -> None:
        if not self._stream_is_open:
            self._stream_is_open = True
            self._is_heard = False
        self.sent_bytes += len(pcm)
        self._observe(SentAudio(pcm))

    def _ended(self) -> None:
        self._stream_is_open = False
        self._end_sent.set()
        self._observe(SentEnd())
        self._stop_thinking()
        loop = asyncio.get_running_loop()
        self._thinking = loop.call_later(THINKING_S, self._lapse)

    def _lapse(self) -> None:
        """Nobody waits for an answer any more. What nobody has heard is another matter."""
        if self._is_heard:
            self._outbox.answered()
        self._happened(ThinkingLapsed())

    async def _leave_when_deaf(self, session: Session) -> None:
        """Ends a connection over which speech goes up and nothing at all comes down."""
        while True:
            await self._end_sent.wait()
            self._end_sent.clear()
            try:
                async with asyncio.timeout(DEAF_S):
                    await session.pong()
            except TimeoutError:
                if not self._is_heard:
                    raise LinkError(Failure(Phase.TALKING, None, f"no sign of life for {DEAF_S:.0f} s")) from None

    def _stop_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None

    async def _receive(self, session: Session) -> None:
        async for fact in session.facts():
            self._is_heard = True
            self._observe(fact)
            match fact:
                case ReplyAudio(pcm=pcm):
                    if not self._turn_had_sound:
                        self._turn_had_sound = True
                        self._outbox.answered()
                    self._mouth.say(pcm)
                case Interrupted():
                    self._turn_had_sound = True  # an answer that was talked over is no silence
                    self._mouth.silence()
                case GenerationComplete():
                    self._mouth.finish()
                case TurnComplete():
                    self._turn_ended()
                case Handle(token=token):
                    if not self._is_forgetting:
                        self.handle = token or self.handle
                case GoAway(time_left_s=left_s):
                    self._go_away(left_s)

    def _turn_ended(self) -> None:
        self._stop_thinking()
        self._mouth.finish()
        self._outbox.answered()
        if not self._turn_had_sound:
            self._happened(NothingToSay())
        self._turn_had_sound = False

    def _go_away(self, left_s: float | None) -> None:
        now = asyncio.get_running_loop().time()
        self._change_by = now + max(0.0, (left_s or GOAWAY_DEFAULT_S) - GOAWAY_MARGIN_S)
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

    def _judge(self, failure: Failure) -> Verdict:
        verdict = judge(failure)
        if verdict.remedy is Remedy.WITHOUT_HANDLE:
            self.handle = None
        elif verdict.feature is not None and not self._service.do_without(verdict.feature):
            return Verdict(Remedy.OWNER, f"{verdict.cause} did not help")
        return verdict

    def _tell(self, verdict: Verdict) -> None:
        self._stop_thinking()
        self._happened(Refused(verdict.cause) if verdict.remedy is Remedy.OWNER else Dropped(verdict.cause))

    async def _wait(self, verdict: Verdict, wait_s: float) -> None:
        """Until the next attempt; a changed configuration is worth one at once."""
        if verdict.remedy is Remedy.OWNER:
            wait_s = max(wait_s, OWNER_WAIT_S)
        elif verdict.remedy is Remedy.SLOWLY:
            wait_s = max(wait_s, SLOW_WAIT_S)
        elif verdict.remedy is Remedy.KNOCK:
            wait_s = min(wait_s, KNOCK_WAIT_S)
        self._change_wanted.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._change_wanted.wait()
        except TimeoutError:
            return


async def _until_one_ends(*flows: Coroutine[object, object, None]) -> None:
    """Runs them side by side; raises what the first to end raises, when the others have ended too.

    Not a TaskGroup: until Python 3.13 one that is left by a failure leaves its task marked as being cancelled, and the
    next asyncio.timeout in it goes wrong.
    """
    tasks = [asyncio.create_task(flow) for flow in flows]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    failures = [failure for task in tasks if not task.cancelled() and (failure := task.exception())]
    weight = {LinkError: 1, _TimeToChange: 2}  # what nobody expected comes first: it is a fault of ours
    if failures:
        raise min(failures, key=lambda failure: weight.get(type(failure), 0))
