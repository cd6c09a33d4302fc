"""What waits to go up: speech in order, the ends of it, and never more than some seconds.

The gate fills it and the connection empties it. While there is no connection speech waits; what is older than the limit
is dropped and counted, for nobody wants an answer to a question of a minute ago. Mute wipes it.

What has been taken is kept until the service has shown that it heard it: when a connection breaks in mid-sentence, the
sentence goes up again from its beginning. That a send returned proves nothing, a dead network swallows 40 s of them.
"""

from collections import deque
from dataclasses import dataclass, replace

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, duration_s

CHUNK_BYTES = UP_HZ // 10 * SAMPLE_BYTES
"""100 ms: the most that goes into one message. The service wants 20 to 100; larger ones cost less CPU and JSON."""

LAST_SECOND_BYTES = UP_HZ * SAMPLE_BYTES


@dataclass(frozen=True)
class Speech:
    pcm: bytes
    is_repeat: bool = False
    """It has been sent once before."""


@dataclass(frozen=True)
class StreamEnd:
    """audio_stream_end: the gate has closed."""

    at_s: float = 0.0
    """When it did, by the clock of whoever says so."""
    is_repeat: bool = False


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

    def take(self) -> Item | None:
        """The next thing to send, at most CHUNK_BYTES of speech; None when nothing waits."""
        chunk = bytearray()
        is_repeat = bool(self._waiting) and self._waiting[0].is_repeat
        while self._waiting and len(chunk) < CHUNK_BYTES:
            head = self._waiting[0]
            if isinstance(head, StreamEnd):
                if not chunk:
                    return self._taken(self._waiting.popleft())
                break
            if head.is_repeat is not is_repeat:
                break
            room = CHUNK_BYTES - len(chunk)
            chunk += head.pcm[:room]
            self._waiting.popleft()
            if len(head.pcm) > room:
                self._waiting.appendleft(replace(head, pcm=head.pcm[room:]))
        self._bytes -= len(chunk)
        return self._taken(Speech(bytes(chunk), is_repeat)) if chunk else None

    def answered(self) -> None:
        """The service has shown that it heard what was taken, up to the last end of the stream.

        Where there is none, somebody still talks: the last second may belong to what comes next.
        """
        ends = [place for place, item in enumerate(self._unanswered) if isinstance(item, StreamEnd)]
        if ends:
            for _ in range(ends[-1] + 1):
                self._unanswered.popleft()
        else:
            self._trim_unanswered(LAST_SECOND_BYTES)

    def kept(self) -> None:
        """Everything that was taken is safe with the service: none of it goes up again."""
        self._unanswered.clear()

    def rewind(self) -> None:
        """The connection is gone: what was taken over it and not answered waits again, once, and goes first."""
        while self._unanswered:
            item = self._unanswered.pop()
            self._waiting.appendleft(replace(item, is_repeat=True))
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
        if not item.is_repeat:  # twice is enough: who does not answer that hears something else in it
            self._unanswered.append(item)
        self._trim_unanswered(self._limit_bytes)
        return item

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
