"""The speaking child: ``python -m chimein.sound.play DEVICE VOLUME anew|append told|plain``. Lives with the daemon.

It opens the device when there is something to say and closes it after DRY_S of nothing, so that a quiet room costs
nothing. It never waits for the daemon: where sound is missing, it plays silence. While it speaks, it reports how far
the speaker has come, with what the device still holds back taken off.
"""

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from chimein.core.audio import DOWN_HZ
from chimein.core.errors import SpeakerError
from chimein.core.sound.devices import Way, file_path
from chimein.sound.frames import Kind, Report, pack
from chimein.sound.parent import Parent, serve
from chimein.sound.plug import Plug
from chimein.sound.tap import Tap
from chimein.sound.voice import Voice
from chimein.sound.wav import WavWriter

if TYPE_CHECKING:
    from chimein.sound.portaudio import Stream

BLOCK_MS: Final = 25
"""ALSA's buffer is two of these."""
TICK_S: Final = 0.05
OUTPUT_UNDERFLOW: Final = 4
"""PortAudio's paOutputUnderflow."""
DRY_S: Final = 3.0

Heard = tuple[float, int, int]
"""When a block has left the speaker (monotonic seconds), its place, and what had been dropped by then."""


class Outlet(Protocol):
    """Where the voice goes."""

    name: str
    log: deque[Heard]
    tap: Tap | None
    """While it is open, where what it plays is told; None where nobody wants to know."""
    underflows: int
    """How often the device had nothing to play because we were late."""
    tick_s: float
    rest_s: float | None
    """How often to `look` unasked while it is closed; None: never."""
    changes: int | None
    """A file that can be read when it is time to `look`; None: there is nothing to see."""

    def look(self) -> None:
        """Raises SpeakerError when it has been unplugged."""

    def open(self, percent: int, place: int) -> Voice:
        """Starts to render a new voice in real time. Raises SpeakerError."""

    def tick(self) -> None:
        """Called at least every `tick_s` while it is open."""

    def close(self) -> None: ...


def main(parent: Parent, arguments: list[str]) -> None:
    device, percent, mode = arguments[0], int(arguments[1]), arguments[2]
    path = file_path(device)
    is_told = arguments[3] == "told"
    outlet: Outlet = Card(device, is_told) if path is None else File(Path(path), is_told, append=mode == "append")
    parent.say(pack(Kind.READY, outlet.name.encode()))
    Speech(parent, outlet, percent).run()


class Speech:
    """Obeys the daemon, keeps the outlet open while it is needed, and reports."""

    def __init__(self, parent: Parent, outlet: Outlet, percent: int) -> None:
        self._parent = parent
        self._outlet = outlet
        self._percent = percent
        self._voice: Voice | None = None
        self._place = 0
        self._dropped = 0
        self._dropped_before = 0  # by voices of earlier openings
        self._said: Report | None = None
        self._dry_since_s: float | None = None
        if outlet.changes is not None:
            parent.watch(outlet.changes)

    def run(self) -> None:
        while True:
            outlet = self._outlet
            for kind, payload in self._parent.listen(outlet.rest_s if self._voice is None else outlet.tick_s):
                self._obey(kind, payload)
            self._outlet.look()
            if outlet.tap is not None:
                for reference in outlet.tap.take():
                    self._parent.say(reference.pack())
            if self._voice is not None:
                self._outlet.tick()
                self._report(self._voice)
                self._close_when_dry(self._voice)

    def _obey(self, kind: Kind, payload: bytes) -> None:
        if kind is Kind.VOLUME:
            self._percent = payload[0]
        elif kind is Kind.PLAY and self._voice is None:
            self._voice = self._outlet.open(self._percent, self._place)
            if self._outlet.tap is not None:
                self._parent.watch(self._outlet.tap.is_waiting)
        if self._voice is None:
            return
        if kind is Kind.PLAY:
            self._voice.put(payload)
        elif kind is Kind.FINISH:
            self._voice.finish()
        elif kind is Kind.SILENCE:
            self._voice.silence()
        elif kind is Kind.VOLUME:
            self._voice.set_volume(self._percent)
        elif kind is Kind.DUCK:
            self._voice.duck(payload[0])

    def _report(self, voice: Voice) -> None:
        if voice.is_dry:
            voice.finish()  # whoever lets it run dry gets to hear all the same what the resampler held back
        now_s = time.monotonic()
        log = self._outlet.log
        while log and log[0][0] <= now_s:
            _, self._place, dropped = log.popleft()
            self._dropped = self._dropped_before + dropped
        is_idle = self._place == voice.received
        report = Report(self._place - self._dropped, self._dropped, is_idle, self._outlet.underflows)
        if report != self._said:
            self._parent.say(report.pack())
            self._said = report
        if not is_idle:
            self._dry_since_s = None
        elif self._dry_since_s is None:
            self._dry_since_s = now_s

    def _close_when_dry(self, voice: Voice) -> None:
        if self._dry_since_s is None or time.monotonic() - self._dry_since_s < DRY_S or not voice.is_dry:
            return
        if self._outlet.tap is not None:
            self._parent.forget(self._outlet.tap.is_waiting)
            self._outlet.tap.close()
            self._outlet.tap = None
        self._outlet.close()
        self._voice, self._dry_since_s, self._dropped_before = None, None, self._dropped


class Card:
    """A sound device."""

    tick_s = TICK_S
    underflows = 0

    def __init__(self, wanted: str, is_told: bool) -> None:
        from chimein.sound.portaudio import PortAudio  # not for a file, which needs no sound system

        self._portaudio, self._device = PortAudio.one_way(wanted, Way.OUT)
        self._voice: Voice
        self._stream: Stream
        self._is_told = is_told
        self.tap: Tap | None = None
        self.name = self._device.label
        self.log: deque[Heard] = deque()
        self._plug = Plug(self._device.pcm, Way.OUT)
        self.rest_s, self.changes = self._plug.look_s, self._plug.changes

    def look(self) -> None:
        if not self._plug.is_in:
            raise SpeakerError(f"{self.name} was unplugged")

    def open(self, percent: int, place: int) -> Voice:
        self._stream = self._portaudio.speak(self._device, BLOCK_MS, self._render)
        self._voice = Voice(self._stream.rate_hz, self._stream.channels, percent, place=place)
        self.tap = Tap(self._stream.rate_hz, self._stream.channels) if self._is_told else None
        self._stream.pa_stream.start_stream()
        return self._voice

    def tick(self) -> None:
        pass

    def close(self) -> None:
        """May never return when the card has gone in this moment; the daemon notices when it wants to say something."""
        self._stream.pa_stream.stop_stream()
        self._stream.pa_stream.close()

    def _render(self, _: bytes | None, frames: int, times: Mapping[str, float], flags: int) -> tuple[bytes, int]:
        voice = self._voice
        if flags & OUTPUT_UNDERFLOW:
            self.underflows += 1
        before = voice.place
        sound = voice.render(frames)
        first_s = time.monotonic() + min(max(times["output_buffer_dac_time"] - times["current_time"], 0.0), 1.0)
        if voice.place != before:
            self.log.append((first_s + frames / self._stream.rate_hz, voice.place, voice.dropped))
        if self.tap is not None:
            self.tap.put(first_s, sound)
        return sound, 0  # paContinue


class File:
    """Writes what would be heard: 24 kHz mono, in real time, only while there is something to hear."""

    tick_s = BLOCK_MS / 1000
    rest_s: float | None = None
    changes: int | None = None
    underflows = 0

    def __init__(self, path: Path, is_told: bool, *, append: bool) -> None:
        try:
            self._writer = WavWriter(path, DOWN_HZ, append=append)
        except OSError as error:
            raise SpeakerError(f"{path} cannot play the speaker: {error.strerror}") from error
        self._voice: Voice | None = None
        self._is_told = is_told
        self.tap: Tap | None = None
        self._due_s = 0.0
        self.name = f"file {path.name}"
        self.log: deque[Heard] = deque()

    def look(self) -> None:
        pass

    def open(self, percent: int, place: int) -> Voice:
        self._voice = Voice(DOWN_HZ, 1, percent, place=place)
        self.tap = Tap(DOWN_HZ, 1) if self._is_told else None
        self._due_s = time.monotonic()
        return self._voice

    def tick(self) -> None:
        while self._voice is not None and self._due_s <= time.monotonic():
            sound = self._voice.render(DOWN_HZ * BLOCK_MS // 1000)
            self._writer.write(sound)
            if self.tap is not None:
                self.tap.put(self._due_s, sound)
            self._due_s += self.tick_s
            self.log.append((self._due_s, self._voice.place, self._voice.dropped))

    def close(self) -> None:
        self._voice = None


if __name__ == "__main__":
    serve(main)
