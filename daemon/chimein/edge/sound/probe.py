"""The doctor's ear: a child that hears the room, chirps, and tells what it measured. It is shut like a microphone."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from chimein.core.doctor.sound import Measured
from chimein.core.errors import ChimeinError, MicrophoneError, MicrophoneShut
from chimein.core.sound.heard import Heard
from chimein.edge.sound.child import Child, Keeper
from chimein.edge.sound.microphone import Block
from chimein.sound import frames
from chimein.sound.frames import Kind

DEADLINE_S: Final = 25.0
CHIRPS: Final = 3


class Probe(Keeper):
    """One measurement. Until it is over it stands where the daemon has its microphone, and is shut as that is."""

    def __init__(
        self,
        microphone: str,
        channel: str | int,
        speaker: str,
        volume: int,
        *,
        chirps: int = CHIRPS,
        before: Heard | None = None,
    ) -> None:
        """As in the configuration; made in the loop. Without chirps nothing is to be heard from the speaker.

        `before`: the channel that the daemon hears.
        """
        super().__init__()
        self._arguments = (
            microphone,
            str(channel),
            speaker,
            str(volume),
            str(chirps),
            before.written() if before else "",
        )
        self._answer: bytes | None = None
        self._trouble: str | None = None
        self._is_shut = False
        self._is_over = asyncio.Event()
        self._is_let_go = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def measure(self) -> Measured:
        """Takes about five seconds. Raises MicrophoneShut when it was shut, ChimeinError when it could not be done."""
        with suppress(MicrophoneShut):
            await self._measure(unless=lambda: False)
        return await self.result()

    async def result(self) -> Measured:
        """When somebody has opened it and it has measured. Raises as `measure`."""
        await self._is_over.wait()
        if self._is_shut:
            raise MicrophoneShut("muted meanwhile")
        if self._answer is None:
            raise ChimeinError(f"the sound system cannot be asked: {self._trouble}")
        return Measured.from_json(json.loads(self._answer))

    async def open(self, *, unless: Callable[[], bool] = lambda: False) -> str:
        """Measures, once, and waits to be shut. It is never open: raises MicrophoneShut."""
        await self._measure(unless=unless)
        await self._is_let_go.wait()
        raise MicrophoneShut("the doctor has done")

    async def _measure(self, *, unless: Callable[[], bool]) -> None:
        """Raises MicrophoneShut when it is shut before it has measured."""
        if self._is_shut:
            raise MicrophoneShut("the microphone is shut")
        if self._is_over.is_set():
            return
        try:
            self._child = child = Child("probe", self._arguments, on_message=self._hear, on_end=self._end_with)
            # shut() from another thread either finds the child above or has left the mark that is read below
            if unless():
                self._is_shut = True
            if not self._is_shut:
                child.send(frames.pack(Kind.GO))
                async with asyncio.timeout(DEADLINE_S):
                    while self._answer is None and self._trouble is None and not self._is_shut:
                        await self._wait()
        except TimeoutError:
            self._trouble = f"it has not answered for {DEADLINE_S:.0f} s"
        except OSError as error:
            self._trouble = str(error)
        finally:
            self._bury(self._child)
            self._is_over.set()
        if self._is_shut:
            raise MicrophoneShut("the microphone is shut")

    async def read(self) -> Block:
        raise MicrophoneError("the doctor's: nobody else hears what it hears")

    def shut(self) -> None:
        """Nothing hears any more when this returns. Any thread; whoever waits for a result hears of it."""
        self._is_shut = True
        self._end()
        assert self._loop is not None
        with suppress(RuntimeError):  # it is closed
            self._loop.call_soon_threadsafe(self._is_over.set)
            self._loop.call_soon_threadsafe(self._is_let_go.set)

    def _hear(self, kind: Kind, payload: bytes) -> None:
        if kind is Kind.READY:
            self._answer = payload
        elif kind is Kind.FAILED:
            self._trouble = payload.decode()
        self._wake()

    def _end_with(self, why: str) -> None:
        self._trouble = self._trouble or why
        self._wake()
