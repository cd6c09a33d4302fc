"""Where a line begins and ends in the stream of sound. Pure: time is counted in frames.

The level of each 20 ms frame is compared with a floor that follows the quietest second of late; a line begins after
100 ms of sound clearly above it and ends after the silence that the setup asked for. A line keeps some sound before
and after, because the recogniser needs the soft beginnings of words.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, level_dbfs, samples

_FRAME_BYTES: Final = FRAME_SAMPLES * SAMPLE_BYTES
_BEGIN_FRAMES: Final = 5
_BEGIN_WITHIN: Final = 7
_ABOVE_FLOOR_DB: Final = 9.0
_LOWEST_DBFS: Final = -55.0
"""Softer than this is never speech."""
_FIRST_FRAMES: Final = 50
_FIRST_FLOOR_DBFS: Final = -50.0
"""The most that the floor is taken for in the first second: a stream that begins in the middle of a word, as behind a
gate that was slow to open, has shown no floor yet."""
_FLOOR_FRAMES: Final = 100
_LEAD_FRAMES: Final = 20
_SHORTEST_FRAMES: Final = 10
_LONGEST_FRAMES: Final = 30_000 // FRAME_MS
_LINGER_FRAMES: Final = 15
"""Silence that stays at the end of a line."""


@dataclass(frozen=True)
class Began:
    """Somebody speaks."""


@dataclass(frozen=True)
class Line:
    """Somebody has spoken."""

    pcm: bytes
    """16 kHz mono, with some sound before and after the speech."""
    start_s: float
    """Where the speech begins and ends in the stream: seconds of all that was fed since the beginning."""
    end_s: float


class Segmenter:
    """Feed it the stream; not thread-safe."""

    def __init__(self, silence_ms: int) -> None:
        self._silence_frames = max(1, silence_ms // FRAME_MS)
        self._rest = b""
        self._levels: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._lead: deque[bytes] = deque(maxlen=_LEAD_FRAMES)
        self._recent: deque[bool] = deque(maxlen=_BEGIN_WITHIN)
        self._line: list[bytes] | None = None
        self._loud = 0
        self._quiet = 0
        self._fed_samples = 0  # up to the end of the present frame
        self._begins_at = self._ends_at = 0  # of the speech in the line, likewise

    def push(self, pcm: bytes) -> list[Began | Line]:
        """Takes 16 kHz PCM of any even length."""
        self._rest += pcm
        happened: list[Began | Line] = []
        whole = len(self._rest) // _FRAME_BYTES * _FRAME_BYTES
        for at in range(0, whole, _FRAME_BYTES):
            event = self._frame(self._rest[at : at + _FRAME_BYTES])
            if event is not None:
                happened.append(event)
        self._rest = self._rest[whole:]
        return happened

    def flush(self) -> Line | None:
        """The stream ends: what has been begun is a line, if it is long enough."""
        line = self._finish()
        self._fed_samples += len(self._rest) // SAMPLE_BYTES
        self._rest = b""
        self._lead.clear()
        self._recent.clear()
        return line

    def _frame(self, frame: bytes) -> Began | Line | None:
        self._fed_samples += FRAME_SAMPLES
        level = level_dbfs(samples(frame))
        is_loud = level > max(_LOWEST_DBFS, self._floor() + _ABOVE_FLOOR_DB)
        self._levels.append(level)
        if self._line is None:
            return self._outside(frame, is_loud)
        self._line.append(frame)
        self._loud += is_loud
        self._quiet = 0 if is_loud else self._quiet + 1
        if is_loud:
            self._ends_at = self._fed_samples
        if self._quiet >= self._silence_frames or len(self._line) >= _LONGEST_FRAMES:
            return self._finish()
        return None

    def _outside(self, frame: bytes, is_loud: bool) -> Began | None:
        self._lead.append(frame)
        self._recent.append(is_loud)
        if sum(self._recent) < _BEGIN_FRAMES:
            return None
        self._line, self._loud, self._quiet = list(self._lead), sum(self._recent), 0
        frames_ago = len(self._recent) - self._recent.index(True)
        self._begins_at, self._ends_at = self._fed_samples - frames_ago * FRAME_SAMPLES, self._fed_samples
        self._lead.clear()
        self._recent.clear()
        return Began()

    def _finish(self) -> Line | None:
        line, self._line = self._line, None
        if line is None or self._loud < _SHORTEST_FRAMES:
            return None
        spare = self._quiet - _LINGER_FRAMES
        pcm = b"".join(line[: len(line) - spare] if spare > 0 else line)
        return Line(pcm, self._begins_at / UP_HZ, self._ends_at / UP_HZ)

    def _floor(self) -> float:
        """The level that a tenth of the last two seconds stay below."""
        tenth = sorted(self._levels)[len(self._levels) // 10] if self._levels else _FIRST_FLOOR_DBFS
        return min(tenth, _FIRST_FLOOR_DBFS) if len(self._levels) < _FIRST_FRAMES else tenth
