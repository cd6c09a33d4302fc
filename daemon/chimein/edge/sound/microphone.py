"""The microphone as the flows know it; behind it is a child process that owns PyAudio.

A child that stops delivering is killed, and the error says so; opening again starts a fresh one, which also finds a
card that has been plugged in again. Nobody here opens anything again by himself.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from chimein.core.audio import FRAME_MS, SAMPLE_BYTES
from chimein.core.errors import MicrophoneError, MicrophoneShut
from chimein.core.sound.heard import Heard
from chimein.edge.sound.child import Child, Keeper
from chimein.sound import frames
from chimein.sound.frames import Kind

OPEN_S: Final = 8.0
"""From the start of a child to its first block, or to its readiness to speak. A small Pi that has just been switched
on reads Python and NumPy from its card for half of that; 0.4 s is usual."""
STALL_S: Final = 1.0
"""An open microphone that delivers nothing for so long is gone."""
PIPE_S: Final = 0.05
"""Enough for the loop to read what waits in the pipe, after it has been held up itself."""
PERIOD_MS: Final = 80
"""A block of sound. ALSA's buffer is two of them, so that a busy machine may keep us waiting for 160 ms before anything
is lost; longer ones would save next to nothing (of one x86 core, child and reader together: 0.6 % with 100 ms, 0.7 with
80, 1.1 with 60, 2.7 with 20). A block that comes out of a resampler may be one frame longer than this."""
UNREAD_BLOCKS: Final = 50
EchoWay = Literal["plain", "follow", "cancel"]


@dataclass(frozen=True)
class Block:
    """A piece of sound from the microphone."""

    pcm: bytes
    """Whole 20 ms frames of 16 kHz mono PCM16."""
    captured_s: float
    """CLOCK_MONOTONIC seconds of its last sample."""
    lost_samples: int
    """Samples at 16 kHz that never arrived, before this block."""
    played: bytes = b""
    """What the speaker let be heard meanwhile, as long as `pcm` and in the same form; empty for silence."""
    is_own_voice: bool = False
    """The speaker was being heard, and its echo could not be cancelled yet."""
    is_in_time: bool = False
    """It is known how late the speaker is heard, so `played` is what is heard here and not about then."""


class Microphone(Keeper):
    """Hears through chimein.sound.hear. All methods but shut() belong to the loop's thread; one reader at a time."""

    def __init__(
        self,
        device: str,
        channel: str | int = "auto",
        *,
        period_ms: int = PERIOD_MS,
        echo: EchoWay = "plain",
        cannot_cancel: Callable[[str], None] = lambda why: None,
        found_late: Callable[[int], None] = lambda late_samples: None,
    ) -> None:
        """`device` and `channel` as in the configuration; blocks of `period_ms`, a multiple of 20 from 20 to 100.

        `echo`: plain, or follow (blocks tell what was played meanwhile), or cancel (and it is taken out of them; where
        that turns out to be impossible, `cannot_cancel` is told why before the next block, and it is not taken out).
        `found_late` hears by how many 16 kHz samples the speaker is heard later than reckoned, whenever that is found.
        """
        if period_ms % FRAME_MS or not FRAME_MS <= period_ms <= 100:
            raise ValueError(f"a block is 20, 40, 60, 80 or 100 ms long, not {period_ms}")
        super().__init__()
        self._arguments = (device, str(channel), str(period_ms))
        self._echo = echo
        self._cannot_cancel = cannot_cancel
        self._found_late = found_late
        self._blocks: deque[Block] = deque()
        self.heard: Heard | None = None
        """Which of its channels, as the latest child has said; what it found out the next one begins with."""
        self._name: str | None = None
        self._failure: str | None = "it is not open"
        self._is_shut = self._is_audible = False
        self._has_crashed = False
        self._lost_unread = 0
        self._began_s: float | None = None

    async def open(self, *, unless: Callable[[], bool] = lambda: False) -> str:
        """Starts to hear; the device's name, when its first block is here.

        Raises MicrophoneError (not found, busy, silent for OPEN_S), MicrophoneShut when shut() came in between.
        May be called again after an error or a shut(), which it takes back; then `unless()` is asked, so that whoever
        marks something and then calls shut() from another thread is heeded, however the two fall.
        """
        self._bury(self._child)
        self._blocks.clear()
        self._is_shut, self._failure, self._name = False, None, None
        if unless():
            self._is_shut = True
            self._raise_if_over()
        self._loop = asyncio.get_running_loop()
        try:
            await self._start()
        except MicrophoneError:
            if self._is_shut or not self._has_crashed:
                raise
            self._failure = None
            await self._start()  # without what it has died of
        return self._name or ""

    async def _start(self) -> None:
        """A child that has delivered its first block, or MicrophoneError, or MicrophoneShut."""
        self._has_crashed = self._is_audible = False
        try:
            child = Child(
                "hear",
                (*self._arguments, self._skip_s(), self._echo, self._before()),
                on_message=self._hear,
                on_end=self._ended,
            )
        except OSError as error:
            self._failure = f"no process could be started for it ({error})"
            raise MicrophoneError(f"microphone: {self._failure}") from error
        # The order matters, because shut() may come from another thread at any point: either it finds this child here
        # and kills it, or we find its mark below, and the child, which waits for GO, has never opened a microphone.
        self._child = child
        try:
            if not self._is_shut:
                child.send(frames.pack(Kind.GO))
                async with asyncio.timeout(OPEN_S):
                    while self._name is None and not self._is_over:
                        await self._wait()
            self._raise_if_over()
        except TimeoutError:
            self._give_up(f"{self._arguments[0]} delivers no sound. {child.last_words}".strip())
            self._raise_if_over()
        except BaseException:
            self._bury(child)
            raise

    async def read(self) -> Block:
        """The next block. Raises MicrophoneError when 1 s passes without one: the child has been killed by then."""
        while True:
            if self._is_shut:
                raise MicrophoneShut("the microphone is shut")
            try:
                block = self._blocks.popleft()
            except IndexError:  # asking first would race with shut()
                await self._wait_for_a_block()
                continue
            if not self._is_shut:
                return block

    def tell_played(self, reference: bytes) -> None:
        """What the speaker plays, as the speaking child says it."""
        if self._child is not None and self._echo != "plain":
            self._child.send(frames.pack(Kind.REFERENCE, reference))

    def tell_audible(self, is_audible: bool) -> None:
        """Whether the room hears the speaker: what an array hears best then is not who talks to it."""
        if self._child is not None and is_audible is not self._is_audible:
            self._is_audible = is_audible
            self._child.send(frames.pack(Kind.AUDIBLE, bytes([is_audible])))

    def expect_late(self, late_samples: int | None) -> None:
        """What `found_late` said of these two devices before; None when another speaker has taken the place of one."""
        if self._child is not None and self._echo != "plain":
            self._child.send(frames.pack_late(late_samples))

    def shut(self) -> None:
        """Nothing hears any more when this returns, and nothing unread can be read. Any thread, any state, at once."""
        self._is_shut = True
        self._end()
        self._blocks.clear()

    # --- private: the loop's thread

    @property
    def _is_over(self) -> bool:
        return self._is_shut or self._failure is not None

    def _skip_s(self) -> str:
        """A scene from a file talks on while it is not heard, like the room that it stands for."""
        now_s = time.monotonic()
        self._began_s = self._began_s or now_s
        return f"{now_s - self._began_s:.3f}"

    def _before(self) -> str:
        return self.heard.written() if self.heard is not None else ""

    def _raise_if_over(self) -> None:
        if self._is_shut:
            raise MicrophoneShut("the microphone is shut")
        if self._failure is not None:
            raise MicrophoneError(f"microphone: {self._failure}")

    async def _wait_for_a_block(self) -> None:
        self._raise_if_over()
        try:
            async with asyncio.timeout(STALL_S):
                await self._wait()
        except TimeoutError:
            # Was it the microphone that stood still, or we? What has come meanwhile lies in the pipe.
            await asyncio.sleep(PIPE_S)
            if self._blocks or self._is_over:
                return
            self._give_up(f"{self._name} delivers no sound any more; was it unplugged?")

    def _hear(self, kind: Kind, payload: bytes) -> None:
        if self._is_shut:
            return
        if kind is Kind.SOUND:
            self._keep(frames.Sound.unpack(payload))
        elif kind is Kind.READY:
            self._name = payload.decode()
        elif kind is Kind.CHANNEL:
            self.heard = Heard.read(payload)
        elif kind is Kind.LATE:
            self._found_late(frames.unpack_late(payload) or 0)
        elif kind is Kind.NO_CANCELLER:
            self._cannot_cancel(payload.decode())
        elif kind is Kind.FAILED:
            self._give_up(payload.decode())
        self._wake()

    def _keep(self, sound: frames.Sound) -> None:
        if len(self._blocks) >= UNREAD_BLOCKS:  # the oldest goes, and the next one to be read tells of it
            oldest = self._blocks.popleft()
            self._lost_unread += oldest.lost_samples + len(oldest.pcm) // SAMPLE_BYTES
        lost, self._lost_unread = sound.lost_samples + self._lost_unread, 0
        self._blocks.append(
            Block(sound.pcm, sound.captured_s, lost, sound.played, sound.is_own_voice, sound.is_in_time)
        )
        if self._is_shut:  # shut() came while we were at it
            self._blocks.clear()

    def _ended(self, why: str) -> None:
        """A child with a canceller in it has died by itself: the next one does without."""
        crash = self._child.crashed_by if self._child is not None else None
        if crash is not None and self._echo == "cancel":
            self._echo, self._has_crashed = "plain", True
            self._cannot_cancel(f"the process that cancels echo died of {crash}")
        self._give_up(why)

    def _give_up(self, why: str) -> None:
        self._failure = why
        self._bury(self._child)
