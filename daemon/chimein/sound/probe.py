"""The measuring child: ``python -m chimein.sound.probe MICROPHONE CHANNEL SPEAKER VOLUME CHIRPS BEFORE``. For doctor.

Hears the room for a moment, plays some chirps, and sends what it measured in one READY, as JSON. Nothing of the
recording leaves this process.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from chimein.core.audio import DOWN_HZ, Samples
from chimein.core.doctor.chirp import LATEST_S, LENGTH_S, chirp, find
from chimein.core.doctor.sound import Measured, measure_channels
from chimein.core.errors import ChimeinError
from chimein.core.sound.arrays import One, Pick, pick
from chimein.core.sound.devices import Device, Way, file_path, without_number
from chimein.core.sound.heard import Heard, Why, found_before
from chimein.sound.frames import Kind, pack
from chimein.sound.parent import Parent, serve
from chimein.sound.voice import Voice
from chimein.sound.wav import NotSound, open_recording

QUIET_S: Final = 1.5
EVERY_S: Final = 0.9
"""Between the ends and the beginnings of chirps."""
BLOCK_MS: Final = 40
BUSY_S: Final = 4.0
"""The daemon lets go of its speaker some seconds after it has spoken."""
LEVEL: Final = 0.5
LOST_S: Final = 0.005
"""A block that comes so much later than the last one ended has lost its beginning."""


def main(parent: Parent, arguments: list[str]) -> None:
    microphone, channel, speaker, percent, chirps, before = arguments
    while not any(kind is Kind.GO for kind, _ in parent.listen(None)):
        pass
    measured = Probe(microphone, channel, speaker, int(percent), int(chirps), before=Heard.read(before)).measure()
    parent.say(pack(Kind.READY, json.dumps(measured.to_json()).encode()))


class Probe:
    """One visit."""

    def __init__(
        self, microphone: str, channel: str, speaker: str, percent: int, chirps: int, *, before: Heard | None = None
    ) -> None:
        self._wanted = {Way.IN: microphone, Way.OUT: speaker}
        self._channel = channel
        self._percent = percent
        self._chirps = chirps
        self._before = before
        self._portaudio: Any = None
        self._said: dict[str, Any] = {}
        self._blocks: list[tuple[float, bytes]] = []
        self._voice: Voice | None = None
        self._played_s: list[float] = []
        self._places: list[int] = []

    def measure(self) -> Measured:
        ear = self._open(Way.IN, self._hear)
        if ear is not None:
            time.sleep(QUIET_S)
            self._judge_room(*ear)
        written = file_path(self._wanted[Way.OUT])
        if written is not None:
            self._said["speaker"] = f"file {Path(written).name}"
        mouth = self._open(Way.OUT, self._speak) if written is None else None
        if mouth is not None and ear is not None and self._chirps:
            self._play()
            self._look_for_chirps(ear[0].rate_hz, ear[0].channels, ear[1])
        return Measured(**self._said)

    def _open(self, way: Way, callback: Any) -> "tuple[Any, Pick] | None":
        """A stream and, for a microphone, its pick; None when it cannot be had, with the reason noted."""
        name = way.value
        path = file_path(self._wanted[way])
        try:
            if path is not None:
                return self._read_file(Path(path))
            device = self._pick(way)
            if way is Way.IN:
                stream = self._portaudio.hear(device, self._channel, BLOCK_MS, callback)
                known = found_before(self._before, without_number(device.label), stream.channels)
                choice = pick(self._channel, stream.channels, device.array, rate_hz=stream.rate_hz, before=known)
                if device.array is not None:
                    self._said |= {"array": device.array.name, "forms": sorted(device.array.processed)}
            else:
                stream = self._speaker_stream(device, callback)
                self._voice = Voice(stream.rate_hz, stream.channels, self._percent)
                choice = One(0, Why.ONLY)
        except (ChimeinError, NotSound, OSError) as error:
            self._said[f"{name}_trouble"] = str(error)
            return None
        self._said[name] = device.label
        stream.pa_stream.start_stream()
        return stream, choice

    def _pick(self, way: Way) -> Device:
        if self._portaudio is None:
            from chimein.sound.portaudio import PortAudio

            self._portaudio = PortAudio()
        before = self._before.device if self._before is not None and way is Way.IN else ""
        device: Device = self._portaudio.pick(self._wanted[way], way, before=before)
        return device

    def _speaker_stream(self, device: Device, callback: Any) -> Any:
        end_s = time.monotonic() + BUSY_S
        while True:
            try:
                return self._portaudio.speak(device, BLOCK_MS, callback)
            except ChimeinError:
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.5)

    def _read_file(self, path: Path) -> "tuple[Any, Pick]":
        recording = open_recording(path)
        sound = recording.read(round(QUIET_S * recording.rate_hz))
        self._blocks.append((time.monotonic(), sound.astype("<i2").tobytes()))
        self._said["microphone"] = f"file {path.name}"
        self._chirps = 0
        return recording, pick(self._channel, recording.channels, rate_hz=recording.rate_hz)

    # --- PortAudio's thread

    def _hear(self, heard: bytes | None, _: int, times: Mapping[str, float], __: int) -> tuple[None, int]:
        first_s = time.monotonic() - min(max(times["current_time"] - times["input_buffer_adc_time"], 0.0), 1.0)
        self._blocks.append((first_s, heard or b""))
        return None, 0

    def _speak(self, _: bytes | None, frames: int, times: Mapping[str, float], __: int) -> tuple[bytes, int]:
        assert self._voice is not None
        before = self._voice.place
        sound = self._voice.render(frames)
        first_s = time.monotonic() + min(max(times["output_buffer_dac_time"] - times["current_time"], 0.0), 1.0)
        for place in self._places:
            if before <= place < self._voice.place:
                self._played_s.append(first_s + (place - before) / DOWN_HZ)
        return sound, 0

    # --- the main thread

    def _judge_room(self, stream: Any, choice: Pick) -> None:
        recording = self._recording(stream.channels, stream.rate_hz)
        for at in range(0, len(recording), stream.rate_hz // 10):
            choice.mono(recording[at : at + stream.rate_hz // 10])
        self._said |= {
            "rate_hz": stream.rate_hz,
            "channels": measure_channels(recording),
            "heard": "a mix" if choice.number is None else str(choice.number),
            "why": choice.why.value,
        }

    def _play(self) -> None:
        assert self._voice is not None
        gap = np.zeros(round(EVERY_S * DOWN_HZ))
        sound = np.concatenate([gap, *[piece for _ in range(self._chirps) for piece in (LEVEL * chirp(DOWN_HZ), gap)]])
        step = len(gap) + round(LENGTH_S * DOWN_HZ)
        self._places = [len(gap) + number * step for number in range(self._chirps)]
        self._voice.put(np.rint(sound * 32767).astype("<i2").tobytes())
        self._voice.finish()
        time.sleep(len(sound) / DOWN_HZ + LATEST_S)

    def _look_for_chirps(self, rate_hz: int, channels: int, choice: Pick) -> None:
        recording = self._recording(channels, rate_hz)
        block = rate_hz // 10
        mono = np.concatenate([choice.mono(recording[at : at + block]) for at in range(0, len(recording), block)])
        echo = find(mono, rate_hz, self._blocks[0][0], self._played_s)
        found = [find(column, rate_hz, self._blocks[0][0], self._played_s) for column in recording.T]
        self._said["chirps"] = len(self._played_s)
        self._said["echoes"] = [one and (round(1000 * one.delay_s, 1), round(one.level_dbfs, 1)) for one in found]
        if echo is not None:
            self._said |= {"delay_ms": round(1000 * echo.delay_s, 1), "echo_dbfs": round(echo.level_dbfs, 1)}

    def _recording(self, channels: int, rate_hz: int) -> Samples:
        """All blocks so far, shape (frames, channels), with silence where some were lost: times stay true."""
        pieces: list[Samples] = []
        length, began_s = 0, self._blocks[0][0]
        for first_s, sound in list(self._blocks):
            missing = round((first_s - began_s) * rate_hz) - length
            if missing > LOST_S * rate_hz:
                pieces.append(np.zeros((missing, channels), dtype=np.int16))
                length += missing
            pieces.append(np.frombuffer(sound, dtype="<i2").reshape(-1, channels))
            length += len(pieces[-1])
        return np.concatenate(pieces)


if __name__ == "__main__":
    serve(main)
