"""Carries a file into the conversation at the pace at which it would be heard, in place of the room.

While it answers, the file waits: sound that goes up would interrupt the answer. A sentence that was cut is sent again
from its beginning, REPEAT_S of it at most, but no place more than once: or what asked for the answer would ask for it
for ever. While there is no connection the file waits, too, and goes on where the outbox has it: what the service has
not shown to have heard goes up again, up to `session.buffer_s`. Whoever asked is told how many seconds were lost all
the same. A file is no conversation in a kitchen: nobody waits for an answer to it, so nothing is gained by dropping
what is late.

The caller is asked for each piece, and may hang up at any moment; then the service is told that no more comes, and the
microphone opens again. So it does after a mute, a spent budget or the end of the daemon, which the appliance decides.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, UP_HZ, duration_s
from chimein.core.live.sentence import cut_sentence
from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Event, FileBegan, FileEnded
from chimein.core.machines.states import CoListening, Link
from chimein.flow.live.outbox import Outbox

CHUNK_S = 0.1
CHUNK_BYTES = int(UP_HZ * CHUNK_S) * SAMPLE_BYTES
ALOUD_BYTES = int(DOWN_HZ * CHUNK_S) * SAMPLE_BYTES
AHEAD_BYTES = 10 * CHUNK_BYTES
"""The caller is asked for more when less than this is here."""
REPEAT_S = 2.0
TELL_EVERY_S = 0.25
PATIENCE_S = 30.0
"""A caller that owes a piece for so long is gone."""
MOST_PIECE_S = 2.0
MOST_WAITING_BYTES = 50 * CHUNK_BYTES


class Doing(Enum):
    """What becomes of the file just now."""

    SENDING = "sending"
    ANSWERING = "waiting: it is answering"
    OFFLINE = "waiting for the connection"


@dataclass(frozen=True)
class Piece:
    """Of the file, from the caller."""

    up: bytes = field(repr=False)
    """16 kHz mono PCM16."""
    aloud: bytes = field(default=b"", repr=False)
    """The same at 24 kHz, for the speaker; empty for nothing."""


@dataclass(frozen=True)
class Progress:
    """How far it is. `wants_more` asks for one more piece; `end` says why it is over, "" for the end of the file."""

    heard_s: float
    doing: Doing
    wants_more: bool = False
    lost_s: float = 0.0
    end: str | None = None


class Mouth(Protocol):
    """What this needs of the mouth; `end_along` lets be heard what is waiting, or not."""

    @property
    def is_answering(self) -> bool: ...

    def play_along(self, pcm: bytes) -> None: ...

    def end_along(self, *, at_once: bool) -> None: ...


class CoListener:
    """One file at a time. Belongs to the loop."""

    def __init__(
        self, outbox: Outbox, mouth: Mouth, *, happened: Callable[[Event], None], state: Callable[[], Appliance]
    ) -> None:
        self._outbox = outbox
        self._mouth = mouth
        self._happened = happened
        self._state = state
        self.is_busy = False

    def stop(self) -> None:
        """The appliance has ended it: nothing of the file is heard any more."""
        self._mouth.end_along(at_once=True)

    async def play(self, pieces: AsyncIterator[Piece | None]) -> AsyncGenerator[Progress, None]:
        """Until the end of the file, which is None in `pieces`, or until something ends it; `pieces` that ends without
        that has hung up. Closing the iterator ends it, too."""
        self.is_busy = True
        run = _Run(self._outbox, self._mouth, self._state)
        fetching = asyncio.create_task(run.fetch(pieces), name="file")
        self._happened(FileBegan())
        try:
            async for progress in run.steps():
                yield progress
        finally:
            self.is_busy = False
            fetching.cancel()
            await asyncio.wait({fetching})
            self._mouth.end_along(at_once=not run.is_over_at_its_end)
            if self._state().file is CoListening.RUNNING:
                self._outbox.end()
                self._happened(FileEnded())
        yield run.progress(end=run.end)


class _Run:
    """One file on its way."""

    def __init__(self, outbox: Outbox, mouth: Mouth, state: Callable[[], Appliance]) -> None:
        self._outbox = outbox
        self._mouth = mouth
        self._state = state
        self._dropped_bytes = outbox.dropped_bytes
        self._waiting = bytearray()
        self._waiting_aloud = bytearray()
        self._latest: deque[bytes] = deque(maxlen=round(REPEAT_S / CHUNK_S))
        self._heard_bytes = 0
        self._sent_twice_to = 0  # place in the file
        self._is_whole = self._has_hung_up = self._is_owed = False
        self._doing = Doing.SENDING
        self.end = ""
        """Why it is over, as part of a sentence; "" when that was the end of the file."""

    async def fetch(self, pieces: AsyncIterator[Piece | None]) -> None:
        async for piece in pieces:
            if piece is None:
                self._is_whole = True
                continue  # and notice a hanging up
            if len(self._waiting) + len(piece.up) > MOST_WAITING_BYTES:
                break  # nobody asked for so much: it is no command of ours
            self._waiting += piece.up
            self._waiting_aloud += piece.aloud
            self._is_owed = False
        self._has_hung_up = True

    async def steps(self) -> AsyncIterator[Progress]:
        loop = asyncio.get_running_loop()
        due_s = owed_s = loop.time()
        told_s = float("-inf")
        while not self._is_over():
            now_s = loop.time()
            wants_more = not self._is_owed and not self._is_whole and len(self._waiting) < AHEAD_BYTES
            if wants_more:
                self._is_owed, owed_s = True, now_s
            elif self._is_owed and now_s - owed_s > PATIENCE_S:
                self.end = "nothing more came of the file"
                return
            if wants_more or now_s - told_s >= TELL_EVERY_S:
                told_s = now_s
                yield self.progress(wants_more=wants_more)
            due_s = max(due_s, now_s - CHUNK_S) + CHUNK_S  # what was late is not made up for
            if not (self._may_send() and self._send()):
                due_s = now_s + CHUNK_S
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    @property
    def is_over_at_its_end(self) -> bool:
        return self._is_whole and not self._waiting and not self.end

    def progress(self, *, wants_more: bool = False, end: str | None = None) -> Progress:
        lost_s = duration_s(self._outbox.dropped_bytes - self._dropped_bytes, UP_HZ)
        return Progress(duration_s(self._heard_bytes, UP_HZ), self._doing, wants_more, lost_s, end)

    def _is_over(self) -> bool:
        now = self._state()
        if now.file is CoListening.NONE:
            self.end = "it was muted" if now.mutes else "the day's budget is spent" if now.is_resting else "it stops"
        elif now.link is Link.REFUSED:
            self.end = f"the service refuses: {now.link_cause}"
        elif self._has_hung_up:
            self.end = "it was cancelled"
        else:
            return self.is_over_at_its_end
        return True

    def _may_send(self) -> bool:
        """Whether it goes on; steps back a little whenever it had to wait for an answer."""
        before = self._doing
        if self._mouth.is_answering:
            self._doing = Doing.ANSWERING
        elif self._state().link is not Link.ONLINE:
            self._doing = Doing.OFFLINE
        else:
            self._doing = Doing.SENDING
        if self._doing is Doing.ANSWERING and before is not Doing.ANSWERING:
            self._outbox.end()
            self._step_back()
        return self._doing is Doing.SENDING

    def _send(self) -> bool:
        """The next tenth of a second, if it is here."""
        if len(self._waiting) < CHUNK_BYTES and not self._is_whole:
            return False
        chunk, aloud = bytes(self._waiting[:CHUNK_BYTES]), bytes(self._waiting_aloud[:ALOUD_BYTES])
        del self._waiting[:CHUNK_BYTES], self._waiting_aloud[:ALOUD_BYTES]
        self._outbox.say(chunk)
        if aloud:
            self._mouth.play_along(aloud)
        self._heard_bytes += len(chunk)
        self._latest.append(chunk)
        return bool(chunk)

    def _step_back(self) -> None:
        """To where the sentence began that was cut, if that has not been sent twice."""
        latest = list(self._latest)
        cut = latest[len(latest) - cut_sentence(latest) :]
        stopped_at = self._heard_bytes
        again = b"".join(cut)[-max(0, stopped_at - self._sent_twice_to) :] if stopped_at > self._sent_twice_to else b""
        self._sent_twice_to = max(self._sent_twice_to, stopped_at)
        self._latest.clear()
        self._waiting[:0] = again
        if self._waiting_aloud:
            self._waiting_aloud[:0] = bytes(len(again) * DOWN_HZ // UP_HZ)
        self._heard_bytes -= len(again)
