"""A Live service made of nothing but queues. The test is the service: it says facts, and reads what was sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chimein.core.errors import LinkError
from chimein.core.live.facts import Down, ToolAnswered
from chimein.core.live.goodbye import Failure, Phase

Sent = bytes | str | ToolAnswered | None
"""What went up: PCM, text, the answer to a call, or None for the end of the stream."""


class FakeSession:
    """One connection."""

    def __init__(self, handle: str | None) -> None:
        self.handle = handle
        """The handle that it was resumed with."""
        self.setup_s = 0.1
        self.sent: list[Sent] = []
        self.is_open = True
        self.is_stuck = False
        """The network takes nothing more; what is written waits in this machine."""
        self.unsent: list[Sent] = []
        self.is_lost = False
        """What is sent is lost on its way; the kernel sends it again when the network is back."""
        self.on_its_way: list[Sent] = []
        self._due = 0
        self.is_alive = asyncio.Event()
        """Set while it answers pings."""
        self.is_alive.set()
        self._said: asyncio.Queue[Down | Failure] = asyncio.Queue()
        self._breaks_sending: Failure | None = None

    # the service's side

    def says(self, *facts: Down) -> None:
        for fact in facts:
            self._said.put_nowait(fact)

    def ends(self, code: int, reason: str, phase: Phase = Phase.TALKING, *, retry_after_s: float | None = None) -> None:
        self._said.put_nowait(Failure(phase, code, reason, retry_after_s=retry_after_s))

    def stops_reading(self) -> None:
        """Every send fails from now on; nothing is said about it."""
        self._breaks_sending = Failure(Phase.TALKING, None, "nothing could be sent")

    def network_is_back(self) -> None:
        """Whatever the kernel still holds arrives now."""
        self.is_stuck = self.is_lost = False
        self.sent += self.on_its_way + self.unsent
        self.on_its_way.clear()
        self.unsent.clear()

    # the daemon's side

    async def send_audio(self, pcm: bytes) -> None:
        self._send(pcm)

    async def end_audio(self) -> None:
        self._send(None)

    async def send_text(self, text: str) -> None:
        self._send(text)

    async def answer_call(self, answer: ToolAnswered) -> None:
        self._send(answer)

    async def pong(self) -> None:
        await self.is_alive.wait()

    async def facts(self) -> AsyncIterator[Down]:
        while True:
            said = await self._said.get()
            if isinstance(said, Failure):
                raise LinkError(said)
            yield said

    def wire_bytes(self) -> int:
        return sum(len(sent) + 70 for sent in self.sent if isinstance(sent, bytes))

    def drop_unsent(self) -> bool:
        """Where the network stands still, what was written is thrown away with the connection."""
        self._due = len(self.on_its_way)
        return bool(self.unsent) and self._breaks()

    patience_s = 0.3

    def drop_unacknowledged(self) -> bool:
        """Where it was lost on its way, what the kernel would send again is thrown away likewise."""
        due, self._due = self._due, 0
        return bool(due and self.on_its_way) and self._breaks()

    def _breaks(self) -> bool:
        self.unsent.clear()
        self.on_its_way.clear()
        self.ends(1006, "the connection broke")
        return True

    def _send(self, what: Sent) -> None:
        assert self.is_open, "sent over a connection that is closed"
        if self._breaks_sending is not None:
            raise LinkError(self._breaks_sending)
        (self.unsent if self.is_stuck else self.on_its_way if self.is_lost else self.sent).append(what)


class FakeService:
    """Answers every dial with a session, or with the next refusal on its list."""

    def __init__(self, *refusals: Failure) -> None:
        self.refusals = list(refusals)
        self.without = frozenset[str]()
        self.sessions: list[FakeSession] = []
        self.dialled_at: list[float] = []
        self._dialled = asyncio.Event()

    @property
    def now_open(self) -> list[FakeSession]:
        return [session for session in self.sessions if session.is_open]

    def do_without(self, feature: str) -> bool:
        if feature in self.without:
            return False
        self.without |= {feature}
        return True

    @asynccontextmanager
    async def connect(self, handle: str | None, within_s: float) -> AsyncIterator[FakeSession]:
        assert not self.now_open, "two connections at once: the service refuses that"
        self.dialled_at.append(asyncio.get_running_loop().time())
        if self.refusals:
            refusal = self.refusals.pop(0)
            if refusal.is_hang:
                await asyncio.sleep(within_s)
            raise LinkError(refusal)
        session = FakeSession(handle)
        self.sessions.append(session)
        self._dialled.set()
        try:
            yield session
        finally:
            session.is_open = False

    async def session(self, number: int = 1) -> FakeSession:
        """The so-many-th connection, once it is there."""
        while len(self.sessions) < number:
            self._dialled.clear()
            await self._dialled.wait()
        return self.sessions[number - 1]
