"""What goes to and fro over one connection to the Live service, from its set-up to its end.

The receiver never waits for anybody: once about sixteen messages are unread the SDK stops reading its socket and the
keepalive ends the session. What it hears goes to the mouth and to the observer, both of which take and return.
"""

import asyncio
from collections.abc import Callable, Coroutine

from chimein.core.errors import LinkError
from chimein.core.live.facts import (
    Down,
    Fact,
    GenerationComplete,
    GoAway,
    Handle,
    HeardText,
    Interrupted,
    Oddity,
    ReplyAudio,
    SentAudio,
    SentEnd,
    SpokenText,
    ToolCalled,
    ToolCancelled,
    TurnComplete,
)
from chimein.core.live.pulse import Pulse
from chimein.core.live.reply import Reply
from chimein.core.live.uplink import Speech
from chimein.core.machines.events import Event, NothingToSay, ThinkingLapsed, TurnEnded
from chimein.flow.live.outbox import Outbox
from chimein.flow.live.probe import probe
from chimein.flow.live.words import Words
from chimein.flow.ports import Mouth, Session

THINKING_S = 8.0
"""A model that has said nothing so long after the end of speech says nothing any more."""
WORKING_S = 30.0
"""As THINKING_S, while a tool is at work: longer than any tool may take."""
WORDLESS_S = 5.0
"""A service that says nothing to anything is given so long until somebody makes a pause."""
_WORDS = (ReplyAudio, HeardText, SpokenText, Interrupted, TurnComplete, ToolCalled)
"""Facts that show that what was said in the room has been heard."""


class Exchange:
    """One connection. `run` ends with what ended it, which is always an exception."""

    def __init__(
        self,
        session: Session,
        outbox: Outbox,
        mouth: Mouth,
        pulse: Pulse,
        words: Words,
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
        self._pulse = pulse
        self._words = words
        self._happened = happened
        self._observe = observe
        self._take_handle = take_handle
        self._go_away = go_away
        self.is_stream_open = False
        """Speech has gone up, and no end of it yet."""
        self._reply = Reply()
        self._thinking: asyncio.TimerHandle | None = None

    async def run(self, *others: Coroutine[object, object, None]) -> None:
        """Until the connection ends, or one of `others`, which may end it by raising. Raises LinkError, or theirs."""
        self._pulse.begin(_now_s())
        feeling = probe(self._session, self._pulse, alive=self._is_alive, wordless=lambda: self._go_away(WORDLESS_S))
        try:
            carrying = self._words.carry(self._session, observe=self._observe, sent=self._think)
            await _until_one_ends(self._send(), self._receive(), feeling, carrying, *others)
        finally:
            self._words.drop()
            if self._thinking is not None:
                self._stop_thinking()
                self._happened(ThinkingLapsed())

    @property
    def is_asked(self) -> bool:
        """Somebody has said something, or still does, of which no word has come down."""
        return self.is_stream_open or self._thinking is not None or not self._pulse.has_words

    # --- up

    async def _send(self) -> None:
        while True:
            item = await self._outbox.next()
            if isinstance(item, Speech):
                await self._session.send_audio(item.pcm)
                self._sent(item.pcm)
                await asyncio.sleep(0)  # a socket that has just broken says so to the loop, and not to who writes to it
            else:
                if self.is_stream_open:
                    await self._session.end_audio()
                    self._ended()
                self._think()

    def _sent(self, pcm: bytes) -> None:
        self.is_stream_open = True
        self._pulse.spoke(_now_s())
        self._observe(SentAudio(pcm))

    def _ended(self) -> None:
        self.is_stream_open = False
        self._pulse.ended(_now_s())
        self._observe(SentEnd())

    def _think(self, for_s: float = THINKING_S) -> None:
        """Somebody has said something: wait for a word about it, but not for ever."""
        self._stop_thinking()
        self._thinking = asyncio.get_running_loop().call_later(for_s, self._lapse)

    def _stop_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None

    def _lapse(self) -> None:
        """Nobody waits for an answer any more."""
        self._thinking = None
        self._happened(ThinkingLapsed())

    def _is_alive(self) -> None:
        if self._pulse.is_heard:
            self._outbox.forget_stale()

    # --- down

    async def _receive(self) -> None:
        async for fact in self._session.facts():
            self._pulse.told(_now_s(), is_word=isinstance(fact, _WORDS))
            self._observe(fact)
            self._take(fact)
            if isinstance(fact, ToolCalled):
                await asyncio.sleep(0)  # a flood of calls comes without a pause: let the answers out between them

    def _take(self, fact: Down) -> None:
        match fact:
            case ReplyAudio(pcm=pcm):
                self._say(pcm)
            case ToolCalled():
                self._think(WORKING_S)
                if (oddity := self._words.called(fact)) is not None:
                    self._observe(oddity)
            case ToolCancelled(call_ids=call_ids):
                self._words.cancelled(call_ids)
                self._think()
            case Interrupted():
                self._reply.interrupted(_now_s())
                self._mouth.silence()
            case GenerationComplete():
                self._mouth.finish()
            case TurnComplete():
                self._end_turn()
            case Handle(token=token):
                self._take_handle(token)
            case GoAway(time_left_s=left_s):
                self._go_away(left_s)

    def _say(self, pcm: bytes) -> None:
        is_first = not self._reply.has_begun
        piece = self._reply.take(pcm, _now_s())
        if is_first and self._reply.has_begun:
            self._words.heard()
            self._outbox.answer_begins()
            self._stop_thinking()
        if piece.pcm:
            self._mouth.say(piece.pcm)
        if piece.is_cut:
            self._mouth.finish()
        if piece.oddity:
            self._observe(Oddity(piece.oddity))

    def _end_turn(self) -> None:
        self._stop_thinking()
        self._words.heard()
        self._mouth.finish()
        if not self._reply.has_begun:
            self._outbox.answered()
        self._happened(TurnEnded() if self._reply.has_begun else NothingToSay())
        if oddity := self._reply.end():
            self._observe(Oddity(oddity))


def _now_s() -> float:
    return asyncio.get_running_loop().time()


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
