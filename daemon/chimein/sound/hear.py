"""The hearing child: ``python -m chimein.sound.hear DEVICE CHANNEL PERIOD_MS SKIP_S ECHO BEFORE``. Only while unmuted.

It waits for GO, opens the microphone in its native form and sends Sound frames until it is killed. PortAudio's thread
only copies; this process's main thread does the rest. It decides nothing, and never tries to close what may hang.
"""

import math
import os
import random
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np

from chimein.core.audio import FRAME_MS, UP_HZ
from chimein.core.errors import CancellerError, MicrophoneError
from chimein.core.sound.arrays import pick
from chimein.core.sound.devices import Way, file_path, without_number
from chimein.core.sound.heard import Heard, found_before
from chimein.sound.ear import FRAME_BYTES, Ear, LossMeter
from chimein.sound.echo import FOLLOW, Echo
from chimein.sound.frames import Kind, Reference, Sound, pack, pack_late, unpack_late
from chimein.sound.parent import Parent, serve
from chimein.sound.plug import Plug
from chimein.sound.wav import NotSound, open_recording

BACKLOG_S: Final = 2.0
"""So much is kept while the daemon does not read; the oldest goes first, and is counted."""
HISS_BYTES: Final = 640 * 51


def main(parent: Parent, arguments: list[str]) -> None:
    device, channel, period_ms, skip_s = arguments[0], arguments[1], int(arguments[2]), float(arguments[3])
    wire = Wire(parent, echo_for(parent, arguments[4]))
    while not wire.may_hear:
        wire.listen(None)
    path = file_path(device)
    if path is None:
        hear_device(wire, device, channel, period_ms, Heard.read(arguments[5]))
    else:
        play_scene(wire, Path(path), channel, period_ms, skip_s)


def echo_for(parent: Parent, way: str) -> Echo:
    """As wanted; without the canceller, and with a word about it, where that cannot be used."""
    try:
        return Echo(way)
    except CancellerError as error:
        parent.say(pack(Kind.NO_CANCELLER, str(error).encode()))
        return Echo(FOLLOW)


class Wire:
    """To the daemon: blocks on their way through echo control, and what the daemon says meanwhile."""

    def __init__(self, parent: Parent, echo: Echo) -> None:
        self.parent = parent
        self.may_hear = False
        self.is_speaker_audible = False
        self.wants_loopback = echo.wants_loopback
        self._echo = echo
        self._told_late: int | None = None

    def listen(self, timeout_s: float | None) -> None:
        """Until then at the latest; sends what is due."""
        due_s = self._echo.wait_s(time.monotonic())
        if due_s is not None:
            timeout_s = due_s if timeout_s is None else min(due_s, timeout_s)
        for kind, payload in self.parent.listen(timeout_s):
            if kind is Kind.GO:
                self.may_hear = True
            elif kind is Kind.REFERENCE:
                self._echo.played(Reference.unpack(payload))
            elif kind is Kind.AUDIBLE:
                self.is_speaker_audible = bool(payload[0])
            elif kind is Kind.LATE:
                self._told_late = unpack_late(payload)
                self._echo.expect(self._told_late)
        self._send()

    def say(self, sound: Sound) -> None:
        self._echo.caught(sound)
        self._send()

    def _send(self) -> None:
        for sound in self._echo.due(time.monotonic()):
            self.parent.say(sound.pack())
        late = self._echo.late_samples
        if late is not None and late != self._told_late:
            self._told_late = late
            self.parent.say(pack_late(late))


# --- a microphone


class Backlog:
    """Between PortAudio's thread, which puts, and the main thread, which takes."""

    def __init__(self, period_ms: int) -> None:
        self.is_waiting = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.overwritten_frames = 0
        self._blocks: deque[tuple[bytes, int, float, int]] = deque()
        self._most = int(BACKLOG_S * 1000 / period_ms)

    def put(self, heard: bytes | None, frames: int, times: Mapping[str, float], flags: int) -> tuple[None, int]:
        """PortAudio's callback: keeps a block with the time at which its first sample was captured."""
        first_s = time.monotonic() - min(max(times["current_time"] - times["input_buffer_adc_time"], 0.0), 1.0)
        if len(self._blocks) >= self._most:
            self.overwritten_frames += self._blocks.popleft()[1]
        self._blocks.append((heard or b"", frames, first_s, flags))
        os.eventfd_write(self.is_waiting, 1)
        return None, 0  # paContinue

    def take(self) -> Iterator[tuple[bytes, int, float, int]]:
        """What has come: (interleaved int16, frames, monotonic seconds of the first, PortAudio's flags)."""
        try:
            os.eventfd_read(self.is_waiting)
        except BlockingIOError:
            return
        while self._blocks:
            yield self._blocks.popleft()


def hear_device(wire: Wire, wanted: str, channel: str, period_ms: int, before: Heard | None) -> None:
    from chimein.sound.portaudio import OVERFLOW, PortAudio  # not for a scene from a file, which needs no sound system

    portaudio, device = PortAudio.one_way(wanted, Way.IN, before=before.device if before is not None else "")
    backlog = Backlog(period_ms)
    stream = portaudio.hear(device, channel, period_ms, backlog.put)
    name = without_number(device.label)
    known = found_before(before, name, stream.channels)
    choice = pick(channel, stream.channels, device.array, rate_hz=stream.rate_hz, before=known)
    told: Heard | None = None
    ear = Ear(stream.rate_hz, stream.channels, choice, tells_played=wire.wants_loopback)
    meter = LossMeter(stream.rate_hz)
    plug = Plug(device.pcm, Way.IN)
    wire.parent.watch(backlog.is_waiting)
    if plug.changes is not None:
        wire.parent.watch(plug.changes)
    stream.pa_stream.start_stream()
    is_ready, lost, overwritten = False, 0, 0
    while True:
        wire.listen(plug.look_s)
        if not plug.is_in:
            raise MicrophoneError(f"{device.label} was unplugged")
        for heard, frames, first_s, flags in backlog.take():
            last_s = first_s + frames / stream.rate_hz
            lost += meter.count(frames, last_s)
            if flags & OVERFLOW:  # the meter will say how much; that something went is known already
                lost = max(lost, 1)
            if backlog.overwritten_frames != overwritten:  # these the meter sees as well, a second later
                overwritten = backlog.overwritten_frames
                lost = max(lost, 1)
            choice.heed(speaker_sounds=wire.is_speaker_audible)
            pcm = ear.hear(heard)
            if not is_ready:
                wire.parent.say(pack(Kind.READY, device.label.encode()))
                is_ready = True
            heard_now = Heard(name, stream.channels, choice.number, choice.why)
            if heard_now != told:
                told = heard_now
                wire.parent.say(pack(Kind.CHANNEL, told.written().encode()))
            if pcm:
                wire.say(Sound(last_s, math.ceil(lost * UP_HZ / stream.rate_hz), pcm, ear.played))
                lost = 0


# --- a file


def play_scene(wire: Wire, path: Path, channel: str, period_ms: int, skip_s: float) -> None:
    """Plays a file as if somebody spoke: in real time, then silence without end, and never exact zeros.

    Without its first `skip_s`: a room talks on while nobody hears it.
    """
    blocks = scene(path, channel, period_ms, tells_played=wire.wants_loopback)
    block = next(blocks, None)
    for _ in range(int(skip_s * 1000 / period_ms)):
        if block is None:
            break
        block = next(blocks, None)
    wire.parent.say(pack(Kind.READY, f"file {path.name}".encode()))
    period_s = period_ms / 1000
    silence = hush(period_ms)
    due_s = time.monotonic()
    while True:
        due_s = max(due_s + period_s, time.monotonic() - 1.0)  # after a standstill, catch up with one second at most
        while (left_s := due_s - time.monotonic()) > 0:
            wire.listen(left_s)
        wire.say(Sound(due_s, 0, *((next(silence),) if block is None else block)))
        block = next(blocks, None)


def scene(path: Path, channel: str, period_ms: int, *, tells_played: bool = False) -> Iterator[tuple[bytes, bytes]]:
    """A file's sound in blocks of `period_ms`, PCM16 at 16 kHz mono; the last is filled up. Raises MicrophoneError.

    With each, where it `tells_played`, what a loopback in it says was played; empty for nothing.

    Digital silence within it is a gap between recordings and not a microphone switched off, which is what a run of
    exact zeros means to this house: such frames get the hiss of the last bit.
    """
    try:
        recording = open_recording(path)
    except NotSound as error:
        raise MicrophoneError(f"{path} cannot play the microphone: {error}") from error
    except OSError as error:
        raise MicrophoneError(f"{path} cannot play the microphone: {error.strerror}") from error
    hiss = hush(FRAME_MS)
    block_bytes = FRAME_BYTES * period_ms // FRAME_MS
    pcm = played = b""
    is_last = False
    with closing(recording):
        choice = pick(channel, recording.channels, rate_hz=recording.rate_hz)
        ear = Ear(recording.rate_hz, recording.channels, choice, tells_played=tells_played)
        while not is_last:
            sound = recording.read(recording.rate_hz // 10)
            is_last = len(sound) == 0
            new = ear.hear_samples(sound, is_last=is_last)
            pcm, played = pcm + new, played + (ear.played or bytes(len(new)))
            while len(pcm) >= block_bytes or (is_last and pcm):
                block, pcm = pcm[:block_bytes], pcm[block_bytes:]
                told, played = played[:block_bytes], played[block_bytes:]
                whole = _without_zeros(block.ljust(block_bytes, b"\0"), hiss)
                yield whole, told.ljust(block_bytes, b"\0") if any(told) else b""


def _without_zeros(block: bytes, hiss: Iterator[bytes]) -> bytes:
    frames = (block[start : start + FRAME_BYTES] for start in range(0, len(block), FRAME_BYTES))
    return b"".join(frame if any(frame) else next(hiss) for frame in frames)


def hush(period_ms: int) -> Iterator[bytes]:
    """Blocks of the quietest sound there is: samples of -1, 0 and 1, about -92 dBFS, the same at every start."""
    octets = np.frombuffer(random.Random(0).randbytes(HISS_BYTES), dtype=np.uint8)
    table = ((octets & 1).astype("<i2") - ((octets >> 1) & 1)).tobytes()
    size = FRAME_BYTES * period_ms // FRAME_MS
    start = 0
    while True:
        yield (table[start:] + table)[:size]
        start = (start + size) % len(table)


if __name__ == "__main__":
    serve(main)
