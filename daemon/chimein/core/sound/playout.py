"""The playout buffer: a reply as it came, and how much of it the speaker has been given and has let be heard.

A service sends thirty seconds of speech in one burst, or in dribs and drabs; a kitchen wants it even. The buffer keeps
every sample until it has been heard, gives the speaker AHEAD_MS more than that, and starts only when START_MS have
gathered, so that a late packet does not stutter.

            push, less than START_MS            START_MS gathered, or end()
    DRY ─────────────────────────► GATHERING ─────────────────────────────► PLAYING
     ▲                               ▲                                        │  │
     │                               └── all heard, reply not ended: underrun ┘  │
     └────────── all heard and the reply has ended, or interrupt() ──────────────┘

Places are 24 kHz samples in the stream of everything that was ever pushed and not forgotten unheard:

    heard ≤ given ≤ pushed,   given - heard ≤ AHEAD_MS

Pure. What to do comes back as steps, to be carried out in order: Play (hand to the speaker), Finish (tell it that
nothing follows for now, so that its resampler lets go of the tail).
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES

START_MS: Final = 120
AHEAD_MS: Final = 400
LIMIT_S: Final = 600
NEVER: Final = 1 << 62


class Playing(Enum):
    """Where the buffer is; the drawing is above."""

    DRY = "dry"
    GATHERING = "gathering"
    PLAYING = "playing"


@dataclass(frozen=True)
class Play:
    """Hand this to the speaker."""

    pcm: bytes = field(repr=False)


@dataclass(frozen=True)
class Finish:
    """Tell the speaker that nothing follows for now."""


Step = Play | Finish


class Playout:
    """See above. One of these outlives every reply and every speaker process."""

    def __init__(self, *, start_ms: int = START_MS, ahead_ms: int = AHEAD_MS) -> None:
        self.state = Playing.DRY
        self.underruns = 0
        """How often a reply ran dry and went on later."""
        self.overflow_samples = 0
        """Dropped on arrival, because more than LIMIT_S waited to be heard."""
        self._start = _samples(start_ms)
        self._ahead = _samples(ahead_ms)
        self._kept = bytearray()  # from _heard on, so that a new speaker can be given it again
        self._odd = b""
        self._heard = 0
        self._given = 0
        self._ends: deque[int] = deque()  # places where a reply is complete
        self._last_end = 0  # up to here, replies have been heard whole
        self._finished = 0  # up to here the speaker has been told to finish
        self._origin = 0  # the place at which the present speaker began to count

    @property
    def is_speaking(self) -> bool:
        """From a reply's first sample given to the speaker until its last one has been heard, pauses for want of data
        included. Whoever knows that no more will come (the turn is over, the link has dropped) calls end()."""
        return self.state is Playing.PLAYING or (self.state is Playing.GATHERING and self._is_within_reply)

    @property
    def unheard_s(self) -> float:
        """Seconds that wait to be heard."""
        return (self._pushed - self._heard) / DOWN_HZ

    def push(self, pcm: bytes) -> tuple[Step, ...]:
        """A piece of the reply: 24 kHz mono PCM16, any length; half a sample waits for its other half."""
        if pcm and self.state is Playing.GATHERING and self._is_within_reply and not self._kept:
            self.underruns += 1
        pcm = self._odd + pcm
        whole = len(pcm) - len(pcm) % SAMPLE_BYTES
        self._odd = pcm[whole:]
        room = max(0, LIMIT_S * DOWN_HZ * SAMPLE_BYTES - len(self._kept))
        self.overflow_samples += max(0, whole - room) // SAMPLE_BYTES
        self._kept += pcm[: min(whole, room)]
        return self._steps()

    def end(self) -> tuple[Step, ...]:
        """The reply is complete as pushed; when there was none, nothing happens."""
        self._odd = b""
        if self._pushed > self._last_end:
            self._ends.append(self._pushed)
        return self._steps()

    def heard(self, place_samples: int) -> tuple[Step, ...]:
        """The speaker's report: of what it was given since it was opened, so much has been played or dropped."""
        place = min(self._origin + place_samples, self._given)
        if place > self._heard:
            del self._kept[: (place - self._heard) * SAMPLE_BYTES]
            self._heard = place
        while self._ends and self._ends[0] <= min(self._heard, self._finished):
            self._last_end = self._ends.popleft()
        return self._steps()

    def interrupt(self) -> int:
        """Forgets whatever has not been heard, and says how many samples that was. The speaker must be silenced too.

        Its next report counts what it dropped, so places stay true.
        """
        unheard = self._pushed - self._heard
        self._kept.clear()
        self._odd = b""
        self._ends.clear()
        self._heard = self._finished = self._last_end = self._given
        self.state = Playing.DRY
        return unheard

    def replay(self) -> tuple[Step, ...]:
        """A new speaker has been opened, counting from 0: it is given what the old one did not let be heard."""
        self._origin = self._given = self._finished = self._heard
        if self.state is Playing.PLAYING:
            self.state = Playing.GATHERING
        return self._steps()

    # --- private

    @property
    def _pushed(self) -> int:
        return self._heard + len(self._kept) // SAMPLE_BYTES

    @property
    def _is_within_reply(self) -> bool:
        return self._heard > self._last_end

    def _steps(self) -> tuple[Step, ...]:
        self._settle()
        steps: list[Step] = []
        while self.state is Playing.PLAYING:
            stop = min(self._heard + self._ahead, self._pushed, self._next_end)
            if stop > self._given:
                start_byte, stop_byte = ((place - self._heard) * SAMPLE_BYTES for place in (self._given, stop))
                steps.append(Play(bytes(self._kept[start_byte:stop_byte])))
                self._given = stop
            if stop < self._next_end:
                break
            steps.append(Finish())
            self._finished = stop
        return tuple(steps)

    def _settle(self) -> None:
        waiting = self._pushed - self._heard
        if self.state is Playing.PLAYING and waiting == 0:
            self.state = Playing.GATHERING if self._is_within_reply else Playing.DRY
        if self.state is not Playing.PLAYING:
            if waiting >= self._start or (waiting and self._ends):
                self.state = Playing.PLAYING
            elif waiting:
                self.state = Playing.GATHERING
            elif self._ends:  # the end of a reply that had run dry
                self._last_end = self._ends.pop()
                self._ends.clear()
                self.state = Playing.DRY

    @property
    def _next_end(self) -> int:
        """The first place where a reply ends and the speaker does not know it yet."""
        return next((end for end in self._ends if end > self._finished), NEVER)


def _samples(ms: int) -> int:
    return ms * DOWN_HZ // 1000
