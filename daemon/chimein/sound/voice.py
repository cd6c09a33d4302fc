"""What is played next: 24 kHz mono in, a device's own rate and channels out, and the books on what became of it.

Two threads meet here without a lock. The child's main thread puts, finishes, silences; PortAudio's thread renders. What
they share is a deque (appending and popping are atomic) and a few numbers that only one of them writes.

A *place* is a count of 24 kHz samples since the speaker was opened, in everything that was put.
"""

from collections import deque
from typing import Any, Final

import numpy as np

from chimein.core.audio import DOWN_HZ, Samples
from chimein.sound.ear import resampler

FADE_MS: Final = 5
"""A voice that is cut off fades for so long, because a cut would click."""
LONGEST_S: Final = 600
NOTHING: Final = np.zeros(0, dtype=np.int16)


def gain(percent: int) -> float:
    """Volume as people count it: 100 is unchanged, 50 about half as loud. Cubic, as PulseAudio has it."""
    return (min(max(percent, 0), 100) / 100) ** 3


class Voice:
    """For one opening of a device. `received`, `put` … belong to the main thread; `render` and `place` to the other."""

    def __init__(self, rate_hz: int, channels: int, percent: int, *, place: int = 0) -> None:
        """`place` is where the counting goes on."""
        self.received = place
        """Samples put so far."""
        self.place = place
        """Rendered or dropped up to here."""
        self.dropped = 0
        """Samples that were skipped."""
        self._rate_hz = rate_hz
        self._channels = channels
        self._resampler: Any = resampler(DOWN_HZ, rate_hz)
        self._queue: deque[tuple[Samples | None, int]] = deque()  # sound and the place of its end; None: a jump
        self._queued = place  # the end of what the queue has ever held
        self._begun_at = place  # where the resampler began
        self._resampled = 0  # what it has given since then
        self._percent, self._softer = percent, 1.0
        self._gain = self._target = gain(percent)
        self._cuts = self._cuts_seen = 0
        self._rest, self._rest_end = NOTHING, place

    # --- the main thread

    def put(self, pcm: bytes) -> None:
        """24 kHz mono PCM16. What would make the queue longer than LONGEST_S is skipped, and counted as dropped."""
        sound = np.frombuffer(pcm, dtype="<i2")
        self.received += len(sound)
        if self.received - self.place > LONGEST_S * DOWN_HZ:
            self._append(None, self.received)
            return
        if self._resampler is not None:
            sound = self._resampler.resample_chunk(sound)
        self._resampled += len(sound)
        self._append(sound, self._begun_at + self._resampled * DOWN_HZ // self._rate_hz)

    def finish(self) -> None:
        """Lets the resampler's tail out: everything that was put will be played."""
        if self._begun_at == self.received:
            return
        tail = NOTHING if self._resampler is None else self._resampler.resample_chunk(NOTHING, last=True)
        self._append(tail, self.received)
        self._begin_anew()

    def silence(self) -> None:
        """Drops what has not been rendered; the next device buffer fades to nothing."""
        self._queue.clear()
        self._append(None, self.received)
        self._cuts += 1
        self._begin_anew()

    def set_volume(self, percent: int) -> None:
        self._percent = percent
        self._target = gain(percent) * self._softer

    def duck(self, db: int) -> None:
        """Quieter by so much than the volume says, until told otherwise."""
        self._softer = 10 ** (-db / 20)
        self.set_volume(self._percent)

    @property
    def is_dry(self) -> bool:
        """Nothing is left to render, but for what the resampler may hold back."""
        return self.place >= self._queued

    def _append(self, sound: Samples | None, end: int) -> None:
        self._queued = min(end, self.received)
        self._queue.append((sound, self._queued))

    def _begin_anew(self) -> None:
        if self._resampler is not None:
            self._resampler.clear()
        self._begun_at, self._resampled = self.received, 0

    # --- PortAudio's thread

    def render(self, frames: int) -> bytes:
        """The next interleaved int16 frames; silence when dry. Never waits, never raises."""
        mono = np.zeros(frames, dtype=np.int16)
        if self._cuts != self._cuts_seen:
            self._cuts_seen = self._cuts
            self._fade_rest()
        filled = 0
        while filled < frames and (len(self._rest) or self._next()):
            part = self._rest[: frames - filled]
            mono[filled : filled + len(part)] = part
            filled += len(part)
            self._rest = self._rest[len(part) :]
            self.place = max(self.place, self._rest_end - len(self._rest) * DOWN_HZ // self._rate_hz)
        loud = self._amplify(mono)
        return loud.tobytes() if self._channels == 1 else np.repeat(loud, self._channels).tobytes()

    def _next(self) -> bool:
        """Takes up the next piece of sound; False when there is none."""
        try:
            sound, end = self._queue.popleft()
        except IndexError:
            return False
        if sound is None:
            self.dropped += max(0, end - self.place)
            sound = NOTHING
        if not len(sound):
            self.place = max(self.place, end)
        self._rest, self._rest_end = sound, end
        return True

    def _fade_rest(self) -> None:
        fade = self._rest[: self._rate_hz * FADE_MS // 1000]
        self._rest_end -= (len(self._rest) - len(fade)) * DOWN_HZ // self._rate_hz
        self._rest = (fade * np.linspace(1.0, 0.0, len(fade), dtype=np.float32)).astype(np.int16)

    def _amplify(self, mono: Samples) -> Samples:
        """The volume, as a ramp over this block where it has changed."""
        old, self._gain = self._gain, self._target
        if old == self._gain == 1.0:
            return mono
        ramp = np.linspace(old, self._gain, len(mono), dtype=np.float32)
        loud: Samples = np.rint(mono * ramp).astype(np.int16)
        return loud
