"""The speaker as the flows know it; behind it is a child process that owns PyAudio.

A child that comes no further is killed, and the error says so; opening again starts a fresh one, which also finds a
card that has been plugged in again. Nobody here opens anything again by himself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chimein.core.audio import SAMPLE_BYTES
from chimein.core.errors import SpeakerError
from chimein.edge.sound.child import Child, Keeper
from chimein.edge.sound.microphone import OPEN_S
from chimein.sound import frames
from chimein.sound.frames import Kind

SPEAKER_STALL_S: Final = 1.0
"""A speaker that is playing and comes no further for so long is gone."""
SPEAKER_START_S: Final = 2.0
"""The least it is given from the first sample on: it opens the device then, and a sound server may take two blocks at
once and the next only when its own buffer has run out (1.3 to 1.6 s measured, PulseAudio's null sink)."""
PLAY_BYTES: Final = 1 << 17


@dataclass(frozen=True)
class Progress:
    """How far the speaker has come, in 24 kHz samples since it was opened."""

    played_samples: int
    """Have left the speaker: what the device still held back is not among them."""
    dropped_samples: int
    """Were silenced before they could. played + dropped is the place in what was given to play()."""
    is_idle: bool
    """Nothing is left to play."""
    underflows: int = 0
    """How often the device ran out of sound because this machine was too slow for it, since it was opened."""


class Speaker(Keeper):
    """Speaks through chimein.sound.play. All methods but kill() belong to the loop's thread; one waits in heard()."""

    def __init__(self, device: str, volume: int, *, tell_played: Callable[[bytes], None] | None = None) -> None:
        """`device` as in the configuration, `volume` in percent; `tell_played` is told what is about to be heard."""
        super().__init__()
        self._device = device
        self.volume = volume
        self._tell_played = tell_played
        self._name: str | None = None
        self._failure: str | None = "it is not open"
        self._has_spoken = False
        self._report: Progress | None = None
        self._given_samples = 0
        self._settled_samples = 0
        self._moved_s = 0.0
        self._began_s = 0.0

    async def open(self) -> str:
        """Starts the process that speaks; the device's name. It opens the device only to say something.

        Raises SpeakerError. May be called again after an error; counting starts anew then.
        """
        self._bury(self._child)
        self._name = self._failure = self._report = None
        self._given_samples = self._settled_samples = 0
        self._loop = asyncio.get_running_loop()
        told = "plain" if self._tell_played is None else "told"
        arguments = (self._device, str(self.volume), "append" if self._has_spoken else "anew", told)
        try:
            self._child = child = Child("play", arguments, on_message=self._hear, on_end=self._give_up)
        except OSError as error:
            self._failure = f"no process could be started for it ({error})"
            raise SpeakerError(f"speaker: {self._failure}") from error
        try:
            async with asyncio.timeout(OPEN_S):
                while self._name is None and self._failure is None:
                    await self._wait()
        except TimeoutError:
            self._give_up(f"{self._device} does not answer. {child.last_words}".strip())
        except BaseException:
            self._bury(child)
            raise
        self._raise_if_over()
        self._has_spoken = True
        return self._name or ""

    def play(self, pcm: bytes) -> None:
        """24 kHz mono PCM16 to be played after what waits. Does nothing on a speaker that is gone; heard() says so."""
        if self._child is None:
            return
        if not self._owes_sound:
            self._began_s = self._moved_s = asyncio.get_running_loop().time()
        for start in range(0, len(pcm), PLAY_BYTES):
            part = pcm[start : start + PLAY_BYTES]
            if not self._child.send(frames.pack(Kind.PLAY, part)):
                break  # minutes of sound wait already; the caller's playout buffer has given up counting
            self._given_samples += len(part) // SAMPLE_BYTES
        self._wake()

    def finish(self) -> None:
        """No more comes for now: what was given is played to its last sample."""
        self._tell(Kind.FINISH)

    def silence(self) -> None:
        """Drops everything not yet heard, within one device buffer."""
        self._tell(Kind.SILENCE)

    def set_volume(self, percent: int) -> None:
        """0 to 100; heard within one device buffer, as a ramp."""
        self.volume = percent
        self._tell(Kind.VOLUME, bytes([percent]))

    def duck(self, db: int) -> None:
        """So many dB quieter than the volume says, at once; 0 for as loud as it says."""
        self._tell(Kind.DUCK, bytes([db]))

    async def heard(self) -> Progress:
        """The next report: about 20 per second while it plays, none while it is idle. Raises SpeakerError."""
        while self._report is None:
            self._raise_if_over()
            loop = asyncio.get_running_loop()
            deadline_s = self._patient_until_s if self._owes_sound else None
            try:
                async with asyncio.timeout_at(deadline_s):
                    await self._wait()
            except TimeoutError:
                if self._owes_sound and loop.time() >= self._patient_until_s:
                    self._give_up(f"{self._name} plays nothing any more; was it unplugged?")
        report, self._report = self._report, None
        return report

    def kill(self) -> None:
        """Ends the process that speaks, now. Any thread, any state."""
        self._failure = self._failure or "it was shut"
        self._end()

    # --- private: the loop's thread

    @property
    def _owes_sound(self) -> bool:
        return self._given_samples > self._settled_samples

    @property
    def _patient_until_s(self) -> float:
        return max(self._began_s + SPEAKER_START_S, self._moved_s + SPEAKER_STALL_S)

    def _tell(self, kind: Kind, payload: bytes = b"") -> None:
        if self._child is not None:
            self._child.send(frames.pack(kind, payload))

    def _raise_if_over(self) -> None:
        if self._failure is not None:
            raise SpeakerError(f"speaker: {self._failure}")

    def _hear(self, kind: Kind, payload: bytes) -> None:
        if kind is Kind.PROGRESS:
            report = frames.Report.unpack(payload)
            settled = report.played_samples + report.dropped_samples
            if settled > self._settled_samples:
                self._settled_samples = settled
                self._moved_s = asyncio.get_running_loop().time()
            self._report = Progress(**vars(report))
        elif kind is Kind.REFERENCE and self._tell_played is not None:
            self._tell_played(payload)
            return
        elif kind is Kind.READY:
            self._name = payload.decode()
        elif kind is Kind.FAILED:
            self._give_up(payload.decode())
        self._wake()

    def _give_up(self, why: str) -> None:
        self._failure = self._failure or why
        self._bury(self._child)
