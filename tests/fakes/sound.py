"""A room without hardware: a microphone that hears what the room says, and a speaker that remembers what it said.

Both keep real time by asyncio's clock, so that they also live on the jumping one, and sit the same exam as the real
ones (helpers/sound_exam.py).

    room = Room()
    microphone, speaker = FakeMicrophone(room), FakeSpeaker(room)
    room.say(pcm)            # 16 kHz mono; then the room is quiet again
    room.unplug()            # both devices are gone, until room.replug()
    room.said                # 24 kHz mono: what the speaker has let be heard
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, UP_HZ
from chimein.core.errors import MicrophoneError, MicrophoneShut, SpeakerError

T = TypeVar("T")

BLOCK_MS = 80
BLOCK_BYTES = UP_HZ * BLOCK_MS // 1000 * SAMPLE_BYTES
QUIET = b"\1\0\xff\xff" * (BLOCK_BYTES // 4)
REPORT_S = 0.05
REPORT_SAMPLES = round(DOWN_HZ * REPORT_S)


@dataclass(frozen=True)
class FakeBlock:
    pcm: bytes
    captured_s: float
    lost_samples: int = 0
    played: bytes = b""
    is_own_voice: bool = False
    is_in_time: bool = False


@dataclass(frozen=True)
class FakeProgress:
    played_samples: int
    dropped_samples: int
    is_idle: bool
    underflows: int = 0


class Room:
    """The world on the other side of both devices."""

    def __init__(self) -> None:
        self.is_plugged_in = True
        self.said = bytearray()
        self.volume = 100
        self.ducked_db = 0
        self.is_own_voice = False  # what is caught now is the speaker's, and could not be cancelled
        self._waiting = bytearray()
        self._lost_samples = 0

    def say(self, pcm: bytes) -> None:
        """Somebody speaks: 16 kHz mono PCM16, heard after what was said before."""
        self._waiting += pcm

    def hush(self) -> None:
        """What was said and not heard by anybody is gone."""
        self._waiting.clear()

    def unplug(self) -> None:
        self.is_plugged_in = False

    def replug(self) -> None:
        self.is_plugged_in = True

    async def plugged(self, timeout_s: float) -> None:
        """Waits so long, or until somebody pulls or plugs."""
        before, loop = self.is_plugged_in, asyncio.get_running_loop()
        end_s = loop.time() + timeout_s
        while self.is_plugged_in is before and loop.time() < end_s:
            await asyncio.sleep(0.2)

    def lose(self, samples: int) -> None:
        """The next block says that so many samples before it never arrived."""
        self._lost_samples += samples

    def block(self, captured_s: float) -> FakeBlock:
        """What a microphone catches in the next BLOCK_MS."""
        pcm = bytes(self._waiting[:BLOCK_BYTES])
        del self._waiting[:BLOCK_BYTES]
        lost, self._lost_samples = self._lost_samples, 0
        return FakeBlock(pcm + QUIET[len(pcm) :], captured_s, lost, is_own_voice=self.is_own_voice)


class FakeMicrophone:
    def __init__(self, room: Room) -> None:
        self.openings = 0
        self._room = room
        self._is_open = False
        self._is_shut = False
        self._was_shut = asyncio.Event()
        self._due_s = 0.0

    @property
    def is_open(self) -> bool:
        return self._is_open and not self._is_shut

    async def open(self, *, unless: Callable[[], bool] = lambda: False) -> str:
        self._is_shut = False
        self._was_shut = asyncio.Event()
        if unless():
            self.shut()
            raise MicrophoneShut("the microphone is shut")
        if not self._room.is_plugged_in:
            raise MicrophoneError("microphone: no microphone found")
        self.openings += 1
        self._is_open = True
        self._due_s = asyncio.get_running_loop().time()
        return "a microphone that somebody pretends to have"

    async def read(self) -> FakeBlock:
        if not self._is_open and not self._is_shut:
            raise MicrophoneError("microphone: it is not open")
        loop = asyncio.get_running_loop()
        self._due_s += BLOCK_MS / 1000
        await self._unless_shut(asyncio.sleep(max(0.0, self._due_s - loop.time())))
        if not self._room.is_plugged_in:
            await self._unless_shut(asyncio.sleep(1.0))
            self._is_open = False
            raise MicrophoneError("microphone: it delivers no sound any more; was it unplugged?")
        return self._room.block(loop.time())

    def shut(self) -> None:
        self._is_shut, self._is_open = True, False
        self._was_shut.set()  # a real one wakes its reader from any thread; a fake is shut in the loop's

    async def _unless_shut(self, work: Awaitable[T]) -> None:
        waiting = asyncio.ensure_future(work)
        shut = asyncio.ensure_future(self._was_shut.wait())
        try:
            await asyncio.wait([waiting, shut], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            shut.cancel()
        if self._is_shut:
            raise MicrophoneShut("the microphone is shut")


class FakeSpeaker:
    def __init__(self, room: Room) -> None:
        self.volume = 100
        self.openings = 0
        self.finishes = 0
        self._room = room
        self._failure: str | None = "it is not open"
        self._waiting = bytearray()
        self._news = asyncio.Event()
        self._played = self._dropped = 0
        self._told: FakeProgress | None = None

    async def open(self) -> str:
        if not self._room.is_plugged_in:
            raise SpeakerError("speaker: no speaker found")
        self.openings += 1
        self._failure, self._told = None, None
        self._waiting.clear()
        self._played = self._dropped = 0
        return "a speaker that somebody pretends to have"

    def play(self, pcm: bytes) -> None:
        if self._failure is None:
            self._waiting += pcm
            self._news.set()

    def finish(self) -> None:
        self.finishes += 1

    def silence(self) -> None:
        self._dropped += len(self._waiting) // SAMPLE_BYTES
        self._waiting.clear()
        self._news.set()

    def set_volume(self, percent: int) -> None:
        self._room.volume = self.volume = percent

    def duck(self, db: int) -> None:
        self._room.ducked_db = db

    async def heard(self) -> FakeProgress:
        while True:
            self._raise_if_over()
            if self._waiting:
                await asyncio.sleep(REPORT_S)
                self._raise_if_over()
                if not self._room.is_plugged_in:
                    await asyncio.sleep(2.0)
                    self._failure = self._failure or "it plays nothing any more; was it unplugged?"
                    continue
                self._let_be_heard()
            report = FakeProgress(self._played, self._dropped, not self._waiting)
            if report != self._told and (self._played or self._dropped):
                self._told = report
                return report
            self._news.clear()
            await self._news.wait()

    def kill(self) -> None:
        self._failure = self._failure or "it was shut"
        self._news.set()

    def _let_be_heard(self) -> None:
        part = self._waiting[: REPORT_SAMPLES * SAMPLE_BYTES]
        del self._waiting[: len(part)]
        self._room.said += part
        self._played += len(part) // SAMPLE_BYTES

    def _raise_if_over(self) -> None:
        if self._failure is not None:
            raise SpeakerError(f"speaker: {self._failure}")
