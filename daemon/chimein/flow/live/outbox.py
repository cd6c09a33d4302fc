"""The way from the gate to the connection: core's Uplink, and somebody who waits for it."""

import asyncio

from chimein.core.live.uplink import Speech, StreamEnd, Uplink
from chimein.flow.crossing import Latch


class Outbox:
    """Filled by the listener without waiting, emptied by whoever holds the connection.

    While the latch is down nothing is given out: a finger has shut the microphone, and the loop has yet to learn why.
    """

    def __init__(self, limit_s: float, latch: Latch | None = None) -> None:
        self._latch = latch or Latch()
        self._uplink = Uplink(limit_s)
        self._limit_s = limit_s
        self._something = asyncio.Event()
        self._said = asyncio.Event()
        self._said_s = -limit_s

    @property
    def is_empty(self) -> bool:
        return self._uplink.is_empty

    @property
    def dropped_bytes(self) -> int:
        return self._uplink.dropped_bytes

    @property
    def waiting_s(self) -> float:
        """Seconds of speech that wait."""
        return self._uplink.waiting_s

    def say(self, pcm: bytes) -> None:
        self._uplink.say(pcm)
        self._something.set()
        self._said_s = _now_s()
        self._said.set()

    def end(self) -> None:
        self._uplink.end(_now_s())
        self._something.set()

    def wipe(self) -> None:
        self._uplink.wipe()

    def answered(self) -> None:
        """The service has shown that it heard a line."""
        self._uplink.answered(_now_s())

    def answer_begins(self) -> None:
        """As `answered`, by an answer: it may begin while somebody still talks."""
        if not self._uplink.answered(_now_s()):
            self._uplink.answered_in_the_middle()

    def forget_stale(self) -> None:
        """The service lives: what went up longer ago than the limit need not go up again, whatever came of it."""
        self._uplink.forget_older(_now_s() - self._limit_s)

    def all_answered(self) -> None:
        """Whatever was said to its end is over."""
        self._uplink.all_answered()

    def kept_by_handle(self) -> None:
        """The service keeps what was said, for whoever takes up the conversation."""
        self._uplink.kept(_now_s())

    def rewind(self) -> None:
        """The connection is gone: what was sent and not answered goes first over the next one."""
        self._uplink.rewind()
        self._something.set()

    def drop_stale(self) -> None:
        """A connection is there: what ended longer ago than the limit is not said any more."""
        self._uplink.drop_older(_now_s() - self._limit_s)

    async def until_wanted(self) -> None:
        """Until somebody has said something for which it is not too late."""
        while self.is_empty or _now_s() - self._said_s >= self._limit_s:
            self._said.clear()
            await self._said.wait()

    def wake(self) -> None:
        """The latch may be up again."""
        self._something.set()

    async def next(self) -> Speech | StreamEnd:
        """The next thing to send; waits for it."""
        while (item := self._take()) is None:
            self._something.clear()
            await self._something.wait()
        return item

    def _take(self) -> Speech | StreamEnd | None:
        return None if self._latch.is_down else self._uplink.take(_now_s())


def _now_s() -> float:
    return asyncio.get_running_loop().time()
