"""What goes to and fro over one connection to the Live service, from its set-up to its end.

The receiver never waits for anybody: once about sixteen messages are unread the SDK stops reading its socket and the
keepalive ends the session. What it hears goes to the mouth and to the observer, both of which take and return.
"""

import asyncio
from collections.abc import Callable, Coroutine

from chimein.core.audio import DOWN_HZ, duration_s
from chimein.core.errors import LinkError
from chimein.core.events import Event, NothingToSay, ThinkingLapsed, TurnEnded
from chimein.core.facts import (
    Fact,
    GenerationComplete,
    GoAway,
    Handle,
    Interrupted,
    Oddity,
    ReplyAudio,
    SentAudio,
    SentEnd,
    TurnComplete,
)
from chimein.core.goodbye import Failure, Phase
from chimein.core.uplink import Speech
from chimein.flow.outbox import Outbox
from chimein.flow.ports import Mouth, Session

THINKING_S = 8.0
"""A model that has said nothing so long after the end of speech says nothing any more."""
LONGEST_ANSWER_S = 180.0
"""An answer without end is cut here. Tones of 14 s have been reported, and nobody wants to hear three minutes."""
DEAF_S = 12.0
"""A service that gives no sign of life for so long after the end of speech does not hear it: neither a word, such as
what it understood, nor a pong. Either is enough: noise is answered with nothing, and pongs can take 30 s."""


class Exchange:
    """One connection. `run` ends with what ended it, which is always an exception."""

    def __init__(
        self,
        session: Session,
        outbox: Outbox,
        mouth: Mouth,
        *,
        happened: Callable[[Event], None],
        observe: Callable[[Fact], None],
        take_handle: Callable[[str | None], None],
        go_away: Callable[[float | None], None],
    ) -> None:
        """`take_handle` is told each new resumption handle, `go_away` how many seconds the service still gives."""
        self._session = session
        self._outbox = outbox
        self._mouth = mouth
        self._happened = happened
        self._observe = observe
        self._take_handle = take_handle
        self._go_away = go_away
        self.is_stream_open = False
        """Speech has gone up, and no end of it yet."""
        self._turn_had_sound = False
        self._answer_s = 0.0
        self._is_heard = True  # something has come down since the present stream of speech began
        self._end_sent = asyncio.Event()
        self._has_lapsed = False
        self._thinking: asyncio.TimerHandle | None = None

    async def run(self, *others: Coroutine[object, object, None]) -> None:
        """Until the connection ends, or one of `others`, which may end it by raising. Raises LinkError, or theirs."""
        try:
            await _until_one_ends(self._send(), self._receive(), self._leave_when_deaf(), *others)
        finally:
            if self._thinking is not None:
                self._stop_thinking()
                self._happened(ThinkingLapsed())

    # --- up

    async def _send(self) -> None:
        while True:
            item = await self._outbox.next()
            if isinstance(item, Speech):
                await self._session.send_audio(item.pcm)
                self._sent(item.pcm)
            else:
                if self.is_stream_open:
                    await self._session.end_audio()
                    self._ended()
                self._think()

    def _sent(self, pcm: bytes) -> None:
        if not self.is_stream_open:
            self.is_stream_open = True
            self._is_heard = False
        self._observe(SentAudio(pcm))

    def _ended(self) -> None:
        self.is_stream_open = False
        self._end_sent.set()
        self._observe(SentEnd())

    def _think(self) -> None:
        """Somebody has said something: wait for a word about it, but not for ever."""
        self._stop_thinking()
        self._has_lapsed = False
        self._thinking = asyncio.get_running_loop().call_later(THINKING_S, self._lapse)

    def _stop_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None

    def _lapse(self) -> None:
        """Nobody waits for an answer any more. What nobody has heard is another matter."""
        self._thinking, self._has_lapsed = None, True
        if self._is_heard:
            self._outbox.answered()
        self._happened(ThinkingLapsed())

    async def _leave_when_deaf(self) -> None:
        """Ends a connection over which speech goes up and nothing at all comes down."""
        while True:
            await self._end_sent.wait()
            self._end_sent.clear()
            try:
                async with asyncio.timeout(DEAF_S):
                    await self._session.pong()
            except TimeoutError:
                if not self._is_heard:
                    raise LinkError(Failure(Phase.TALKING, None, f"no sign of life for {DEAF_S:.0f} s")) from None
            else:
                self._is_heard = True
                if self._has_lapsed:
                    self._outbox.answered()

    # --- down

    async def _receive(self) -> None:
        async for fact in self._session.facts():
            self._is_heard = True
            self._observe(fact)
            match fact:
                case ReplyAudio(pcm=pcm):
                    self._begin_answer()
                    self._say(pcm)
                case Interrupted():
                    self._turn_had_sound = True  # an answer that was talked over is no silence
                    self._mouth.silence()
                case GenerationComplete():
                    self._mouth.finish()
                case TurnComplete():
                    self._end_turn()
                case Handle(token=token):
                    self._take_handle(token)
                case GoAway(time_left_s=left_s):
                    self._go_away(left_s)

    def _begin_answer(self) -> None:
        if not self._turn_had_sound:
            self._turn_had_sound = True
            self._outbox.answered()
            self._stop_thinking()

    def _say(self, pcm: bytes) -> None:
        was_too_long = self._answer_s >= LONGEST_ANSWER_S
        self._answer_s += duration_s(len(pcm), DOWN_HZ)
        if self._answer_s < LONGEST_ANSWER_S:
            self._mouth.say(pcm)
        elif not was_too_long:
            self._mouth.finish()
            self._observe(Oddity(f"an answer of more than {LONGEST_ANSWER_S:.0f} s, cut there"))

    def _end_turn(self) -> None:
        self._stop_thinking()
        self._mouth.finish()
        self._outbox.answered()
        self._happened(TurnEnded() if self._turn_had_sound else NothingToSay())
        self._turn_had_sound, self._answer_s = False, 0.0


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
    expected = [failure for failure in failures if isinstance(failure, LinkError)]
    strange = [failure for failure in failures if not isinstance(failure, LinkError)]
    for failure in (*strange, *expected):  # what the others raise to end it, or a fault of ours, tells more
        raise failure
