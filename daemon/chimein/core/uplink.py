"""What waits to go up: speech in order, the ends of it, and never more than some seconds.

The gate fills it and the connection empties it. While there is no connection speech waits; what is older than the limit
is dropped and counted, for nobody wants an answer to a question of a minute ago. Mute wipes it.
"""

from collections import deque
from dataclasses import dataclass

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, duration_s

CHUNK_BYTES = UP_HZ // 10 * SAMPLE_BYTES
"""100 ms: the most that goes into one message. The service wants 20 to 100; larger ones cost less CPU and JSON."""


@dataclass(frozen=True)
class Speech:
    pcm: bytes


@dataclass(frozen=True)
class StreamEnd:
    """audio_stream_end: the gate has closed."""


class Uplink:
    """A bounded queue of speech. Not thread safe: it belongs to the loop."""

    def __init__(self, limit_s: float) -> None:
        self._limit_bytes = int(limit_s * 1000 / FRAME_MS) * FRAME_SAMPLES * SAMPLE_BYTES
        self._waiting: deque[bytes | None] = deque()  # None is the end of a stream
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
        if not pcm:
            return
        self._waiting.append(pcm)
        self._bytes += len(pcm)
        while self._bytes > self._limit_bytes:
            self._drop_oldest(self._bytes - self._limit_bytes)

    def end(self) -> None:
        """The gate has closed. Two ends with nothing between them are one."""
        if not self._waiting or self._waiting[-1] is not None:
            self._waiting.append(None)

    def take(self) -> Speech | StreamEnd | None:
        """The next thing to send, at most CHUNK_BYTES of speech; None when nothing waits."""
        chunk = bytearray()
        while self._waiting and len(chunk) < CHUNK_BYTES:
            head = self._waiting[0]
            if head is None:
                if chunk:
                    break
                self._waiting.popleft()
                return StreamEnd()
            room = CHUNK_BYTES - len(chunk)
            chunk += head[:room]
            self._waiting.popleft()
            if len(head) > room:
                self._waiting.appendleft(head[room:])
        self._bytes -= len(chunk)
        return Speech(bytes(chunk)) if chunk else None

    def give_back(self, unsent: Speech | StreamEnd) -> None:
        """What was taken and could not be sent goes first again."""
        if isinstance(unsent, StreamEnd):
            self._waiting.appendleft(None)
        else:
            self._waiting.appendleft(unsent.pcm)
            self._bytes += len(unsent.pcm)

    def wipe(self) -> None:
        """Forget everything that waits: after a mute nothing heard before it is sent."""
        self._waiting.clear()
        self._bytes = 0

    def _drop_oldest(self, surplus: int) -> None:
        head = self._waiting.popleft()
        if head is None:
            return
        lost = min(len(head), surplus)
        if lost < len(head):
            self._waiting.appendleft(head[lost:])
        self._bytes -= lost
        self.dropped_bytes += lost
