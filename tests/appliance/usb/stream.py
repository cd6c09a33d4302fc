"""The samples of a sound device made of software: where a microphone's come from, where a speaker's go to.

int16, little endian, interleaved. The USB side calls `take` and `give` from a thread of its own, the test's side calls
the rest from another; a lock stands between them.
"""

import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
SAMPLE_BYTES = 2


class Stream:
    """One direction of sound. `is_open` says whether the machine has switched the device on (USB alternate setting)."""

    is_microphone = False

    def __init__(self, channels: int, rate_hz: int) -> None:
        self.channels = channels
        self.rate_hz = rate_hz
        self.frame_bytes = SAMPLE_BYTES * channels
        self.is_open = False
        self._lock = threading.Lock()

    def packet_frames(self, millisecond: int) -> int:
        """Frames that belong into this millisecond's packet."""
        return (millisecond + 1) * self.rate_hz // 1000 - millisecond * self.rate_hz // 1000

    @property
    def largest_packet_bytes(self) -> int:
        return (-(-self.rate_hz // 1000) + 1) * self.frame_bytes

    def switch(self, is_open: bool) -> None:
        """The machine opens or closes the device; pulling the plug closes it, too."""
        self.is_open = is_open


class Microphone(Stream):
    """An array: its first channel hears what is said, the others a faint hiss. What nobody listens to is lost."""

    is_microphone = True

    def __init__(self, channels: int = 6, rate_hz: int = 16_000) -> None:
        super().__init__(channels, rate_hz)
        self._said: deque[bytes] = deque()
        self._hiss = np.random.default_rng(7).normal(0.0, 20.0, (rate_hz, channels)).astype("<i2").tobytes()
        self._at = 0
        self.taken_frames = 0
        """How much the machine has fetched. Not: how often it was opened, for a driver opens what it has found."""

    def say(self, sound: Samples) -> float:
        """Appends `sound`, shape (n,), to what is being said. Returns how many seconds it takes until all is said."""
        with self._lock:
            waiting_s = sum(map(len, self._said)) / SAMPLE_BYTES / self.rate_hz
            if self.is_open:
                self._said.append(sound.astype("<i2").tobytes())
        return waiting_s + len(sound) / self.rate_hz

    def switch(self, is_open: bool) -> None:
        super().switch(is_open)
        if not is_open:
            with self._lock:
                self._said.clear()

    def take(self, frames: int) -> bytes:
        """The next frames, of all channels."""
        self.taken_frames += frames
        heard = np.frombuffer(self._background(frames), "<i2").reshape(frames, self.channels).copy()
        with self._lock:
            words = self._next(frames * SAMPLE_BYTES)
        voice = np.frombuffer(words, "<i2").astype(np.int32)
        heard[: len(voice), 0] = np.clip(heard[: len(voice), 0] + voice, -32768, 32767)
        return heard.tobytes()

    def _background(self, frames: int) -> bytes:
        wanted = frames * self.frame_bytes
        if self._at + wanted > len(self._hiss):
            self._at = 0
        self._at += wanted
        return self._hiss[self._at - wanted : self._at]

    def _next(self, size: int) -> bytes:
        words = b""
        while len(words) < size and self._said:
            piece = self._said.popleft()
            missing = size - len(words)
            words += piece[:missing]
            if len(piece) > missing:
                self._said.appendleft(piece[missing:])
        return words


class Speaker(Stream):
    """Remembers what it played."""

    def __init__(self, channels: int = 2, rate_hz: int = 48_000) -> None:
        super().__init__(channels, rate_hz)
        self._played = bytearray()

    def give(self, pcm: bytes) -> None:
        with self._lock:
            self._played += pcm

    def played(self) -> Samples:
        """Everything since the last `forget`, shape (frames, channels)."""
        with self._lock:
            whole = len(self._played) // self.frame_bytes * self.frame_bytes
            return np.frombuffer(bytes(self._played[:whole]), "<i2").reshape(-1, self.channels)

    def forget(self) -> None:
        with self._lock:
            self._played.clear()
