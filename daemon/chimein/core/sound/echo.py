"""What the speaker plays, kept by the clock until the microphone has caught it; and talk across it. Pure."""

from collections import deque
from enum import Enum, auto
from typing import Final

import numpy as np

from chimein.core.audio import UP_HZ, Samples


class Echo(Enum):
    """What is done about the speaker being heard by the microphone."""

    DEAF = auto()
    """Whatever is heard while it sounds, and rings on, does not go up."""
    FOLLOW = auto()
    """The array cancels; the gate's floor follows what is played."""
    CANCEL = auto()
    """It is cancelled here; the gate's floor follows what is played."""
    NOTHING = auto()


def echo_way(mode: str, *, has_canceller: bool) -> Echo:
    """What `echo.mode` comes to on this machine: without its package the canceller cannot be had."""
    ways = {"device": Echo.FOLLOW, "webrtc": Echo.CANCEL if has_canceller else Echo.DEAF, "none": Echo.NOTHING}
    return ways.get(mode, Echo.DEAF)


KEPT_S: Final = 3.0
SLIP_S: Final = 0.010
"""Two clocks may part by so much before what is played, or what is heard, is put right by the time it carries."""


class Timeline:
    """16 kHz sound with the times at which it was, or will be, in the room. What nobody put is silence.

    Pieces that follow each other are joined without a gap, whatever jitter there is in their times: a canceller fed
    with gaps forgets the room.
    """

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, Samples]] = deque()
        self._end = 0

    def put(self, first_s: float, sound: Samples) -> None:
        """`first_s` is the monotonic time of its first sample; what comes later is later."""
        wanted = round(first_s * UP_HZ)
        start = self._end if self._pieces and abs(wanted - self._end) <= SLIP_S * UP_HZ else wanted
        self._end = start + len(sound)
        self._pieces.append((start, sound))
        while self._pieces and self._pieces[0][0] + len(self._pieces[0][1]) < self._end - KEPT_S * UP_HZ:
            self._pieces.popleft()

    def read(self, start: int, count: int) -> Samples:
        """`count` samples from place `start`, which is a time in s times 16000."""
        sound = np.zeros(count, dtype=np.int16)
        for at, piece in self._pieces:
            begin, end = max(at, start), min(at + len(piece), start + count)
            if begin < end:
                sound[begin - start : end - start] = piece[begin - at : end - at]
        return sound


class Place:
    """Where in time a stream of samples stands: it moves evenly, and is put right when its clock has parted."""

    def __init__(self) -> None:
        self._next: int | None = None

    def of(self, last_s: float, count: int) -> int:
        """The place of the first of `count` samples, the last of which was captured then."""
        start = round(last_s * UP_HZ) - count
        if self._next is not None and abs(start - self._next) <= SLIP_S * UP_HZ:
            start = self._next
        self._next = start + count
        return start


STEP: Final = UP_HZ // 100
LOOKBACK_STEPS: Final = 400
"""4 s of steps of 10 ms."""
LONGEST_LAG_STEPS: Final = 60
MOVED_STEPS: Final = 3
"""A smaller change is not worth that the canceller begins anew."""
LIKE: Final = 0.5
"""Correlation from which on what is heard follows what is played."""
LIKER: Final = 0.1
"""So much more has another delay to be like it than the one that is known: who talks across it has a rhythm, too."""
LOOKS: Final = 4
"""The mean of so many counts: none sees more than 4 s, and for so long two people may fall into step."""


class DelayFinder:
    """How much later than reckoned the microphone hears what is played: a sound card's own buffers, a television's.

    The levels of both, 10 ms by 10 ms, are laid over each other; where they fit best, twice running, is the delay. One
    that is known gives way only to one that has fitted better for some seconds of playing.
    """

    def __init__(self) -> None:
        self.delay_samples = 0
        self.is_known = False
        self._played: deque[float] = deque(maxlen=LOOKBACK_STEPS)
        self._heard: deque[float] = deque(maxlen=LOOKBACK_STEPS)
        self._since_look = self._looks = 0
        self._likeness = np.zeros(LONGEST_LAG_STEPS)
        self._candidate: int | None = None

    def expect(self, delay_samples: int) -> None:
        """It was found before, with these devices. What is heard from now on may show that it is another one."""
        self.delay_samples, self.is_known, self._candidate = delay_samples, True, None

    def push(self, heard: Samples, played: Samples) -> None:
        """10 ms of each. Costs next to nothing while nothing is played."""
        self._played.append(_level(played))
        self._heard.append(_level(heard))
        self._since_look += bool(self._played[-1] > 0.0)
        if self._since_look >= 100 and len(self._played) == LOOKBACK_STEPS:
            self._since_look = 0
            self._look()

    def _look(self) -> None:
        played, heard = np.array(self._played), np.array(self._heard)
        body = played[:-LONGEST_LAG_STEPS]
        body = body - body.mean()
        size = float(np.sqrt(body @ body)) + 1e-9
        likeness = np.zeros(LONGEST_LAG_STEPS)
        for lag in range(LONGEST_LAG_STEPS):
            part = heard[lag : lag + len(body)]
            part = part - part.mean()
            likeness[lag] = (body @ part) / (size * (float(np.sqrt(part @ part)) + 1e-9))
        self._looks += 1
        self._likeness += (likeness - self._likeness) / min(self._looks, LOOKS)
        best = int(np.argmax(self._likeness))
        if self._likeness[best] < LIKE:
            return
        if self._candidate is not None and abs(best - self._candidate) <= 1 and self._is_better(best):
            self.delay_samples = best * STEP
            self.is_known = True
        self._candidate = best

    def _is_better(self, best: int) -> bool:
        if not self.is_known:
            return True
        known = round(self.delay_samples / STEP)
        about = self._likeness[max(0, known - MOVED_STEPS) : known + MOVED_STEPS + 1].max(initial=0.0)
        return self._looks >= LOOKS and bool(self._likeness[best] > about + LIKER)


def _level(sound: Samples) -> float:
    power = float(np.mean(np.square(sound, dtype=np.float32)))
    return float(np.log10(power + 1.0))


class Reaction(Enum):
    """What the speaker does about somebody who talks across it."""

    GO_ON = auto()
    DUCK = auto()
    STOP = auto()


SUSTAINED_S: Final = 0.32
"""So much talk, and the speaker stops: it was no cough."""
PAUSE_S: Final = 0.3
"""Between syllables."""
CALM_S: Final = 0.8
"""After so long without talk the speaker is as loud as before."""


class BargeIn:
    """Hears, block by block, whether somebody talks while the speaker does."""

    def __init__(self) -> None:
        self._talked_s = self._paused_s = 0.0
        self._is_ducked = False

    def heard(self, seconds: float, *, is_sounding: bool, is_talk: bool) -> Reaction:
        """`is_talk`: this block held speech that is not the speaker's own."""
        if not is_sounding:
            self._talked_s = self._paused_s = 0.0
            self._is_ducked = False
            return Reaction.GO_ON
        if is_talk:
            self._talked_s += seconds
            self._paused_s = 0.0
            self._is_ducked = True
        else:
            self._paused_s += seconds
            if self._paused_s >= PAUSE_S:
                self._talked_s = 0.0
            if self._paused_s >= CALM_S:
                self._is_ducked = False
        if self._talked_s >= SUSTAINED_S - 1e-6:
            return Reaction.STOP
        return Reaction.DUCK if self._is_ducked else Reaction.GO_ON
