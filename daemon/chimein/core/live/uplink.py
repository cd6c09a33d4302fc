"""What waits to go up: speech in order, the ends of it, and never more than some seconds.

The gate fills it and the connection empties it. While there is no connection speech waits; what is older than the limit
is dropped and counted, for nobody wants an answer to a question of a minute ago. Mute wipes it.

What has been taken is kept until the service has shown that it heard it: when a connection breaks in mid-sentence, the
sentence goes up again from its beginning, over as many connections as break, until it is too old. That a send returned
proves nothing, a dead network swallows 40 s of them; nor does a resumption handle say what of a sentence it stands for.
A word heard twice is better than a word lost.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, duration_s

CHUNK_BYTES = UP_HZ // 10 * SAMPLE_BYTES
"""100 ms: the most that goes into one message. The service wants 20 to 100; larger ones cost less CPU and JSON."""

LAST_SECOND_BYTES = UP_HZ * SAMPLE_BYTES
ON_ITS_WAY_S = 1.0
"""What the service says may have been said before it heard what was sent so lately."""


@dataclass(frozen=True)
class Speech:
    pcm: bytes


@dataclass(frozen=True)
class StreamEnd:
    """audio_stream_end: the gate has closed."""

    at_s: float = 0.0
    """When it did, by the clock of whoever says so."""
    sent_s: float = 0.0
    """When it was taken to be sent."""


Item = Speech | StreamEnd


class Uplink:
    """A bounded queue of speech. Not thread safe: it belongs to the loop."""

    def __init__(self, limit_s: float) -> None:
        self._limit_bytes = int(limit_s * 1000 / FRAME_MS) * FRAME_SAMPLES * SAMPLE_BYTES
        self._waiting: deque[Item] = deque()
        self._unanswered: deque[Item] = deque()  # taken, and nobody has shown yet that he heard it
        self._bytes = 0
        self.dropped_bytes = 0
        """PCM bytes that were too old to be sent, since the beginning."""

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    @property
    def waiting_s(self) -> float:
        """Seconds of speech that wait."""
        return duration_s(self._bytes, UP_HZ)

    def say(self, pcm: bytes) -> None:
        """Speech to go up, 16 kHz PCM16. The oldest is dropped where there is too much."""
        if pcm:
            self._waiting.append(Speech(pcm))
            self._bytes += len(pcm)
            self._keep_to_limit()

    def end(self, at_s: float = 0.0) -> None:
        """The gate has closed, at that second. Two ends with nothing between them are one."""
        if not self._waiting or not isinstance(self._waiting[-1], StreamEnd):
            self._waiting.append(StreamEnd(at_s))

    def take(self, at_s: float = 0.0) -> Item | None:
        """The next thing to send, at that second, at most CHUNK_BYTES of speech; None when nothing waits."""
        chunk = bytearray()
        while self._waiting and len(chunk) < CHUNK_BYTES:
            head = self._waiting[0]
            if isinstance(head, StreamEnd):
                if chunk:
                    break
                self._waiting.popleft()
                return self._taken(replace(head, sent_s=at_s))
            room = CHUNK_BYTES - len(chunk)
            chunk += head.pcm[:room]
            self._waiting.popleft()
            if len(head.pcm) > room:
                self._waiting.appendleft(replace(head, pcm=head.pcm[room:]))
        self._bytes -= len(chunk)
        return self._taken(Speech(bytes(chunk))) if chunk else None

    def answered(self, now_s: float) -> bool:
        """The service has shown that it heard the oldest line, and with it those that ended before it could have said
        so. False where no line had ended: somebody still talks."""
        first = next((item for item in self._unanswered if isinstance(item, StreamEnd)), None)
        self._forget_lines(lambda end: end is first or end.sent_s <= now_s - ON_ITS_WAY_S)
        return first is not None

    def kept(self, now_s: float) -> None:
        """A handle came: the lines that ended some time before it are safe with the service."""
        self._forget_lines(lambda end: end.sent_s <= now_s - ON_ITS_WAY_S)

    def forget_older(self, than_s: float) -> None:
        """Nobody waits any more for an answer to the lines that were sent and ended before then."""
        self._forget_lines(lambda end: end.at_s < than_s)

    def all_answered(self) -> None:
        """Every line that has ended is over, whatever came of it."""
        self._forget_lines(lambda end: True)

    def answered_in_the_middle(self) -> None:
        """An answer has begun while somebody still talks: the last second may belong to what comes next."""
        self._trim_unanswered(LAST_SECOND_BYTES)

    def rewind(self) -> None:
        """The connection is gone: what was taken over it and not answered waits again, and goes first."""
        while self._unanswered:
            item = self._unanswered.pop()
            self._waiting.appendleft(item)
            self._bytes += _length(item)
        self._keep_to_limit()

    def drop_older(self, than_s: float) -> None:
        """Drop every utterance that ended before then: nobody waits for an answer to it any more."""
        ends = [place for place, item in enumerate(self._waiting) if isinstance(item, StreamEnd) and item.at_s < than_s]
        for _ in range(ends[-1] + 1 if ends else 0):
            lost = _length(self._waiting.popleft())
            self._bytes -= lost
            self.dropped_bytes += lost

    def wipe(self) -> None:
        """Forget everything: after a mute nothing heard before it is sent, nor sent again."""
        self._waiting.clear()
        self._unanswered.clear()
        self._bytes = 0

    def _taken(self, item: Item) -> Item:
        self._unanswered.append(item)
        self._trim_unanswered(self._limit_bytes)
        return item

    def _forget_lines(self, is_over: Callable[[StreamEnd], bool]) -> None:
        over = [at for at, item in enumerate(self._unanswered) if isinstance(item, StreamEnd) and is_over(item)]
        for _ in range(over[-1] + 1 if over else 0):
            self._unanswered.popleft()

    def _trim_unanswered(self, most_bytes: int) -> None:
        kept = sum(map(_length, self._unanswered))
        while kept > most_bytes:
            kept -= _length(self._unanswered.popleft())

    def _keep_to_limit(self) -> None:
        while self._bytes > self._limit_bytes:
            head = self._waiting.popleft()
            surplus = self._bytes - self._limit_bytes
            if isinstance(head, Speech) and len(head.pcm) > surplus:
                self._waiting.appendleft(replace(head, pcm=head.pcm[surplus:]))
            lost = min(_length(head), surplus)
            self._bytes -= lost
            self.dropped_bytes += lost


def _length(item: Item) -> int:
    return len(item.pcm) if isinstance(item, Speech) else 0
