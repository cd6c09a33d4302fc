"""What the speaker plays, tapped behind all volume and told to the daemon before the room has heard it."""

import os
from collections import deque
from typing import Any, Final

import numpy as np

from chimein.core.audio import UP_HZ, Samples
from chimein.sound.ear import resampler
from chimein.sound.frames import Reference

MOST_BLOCKS: Final = 400


class Tap:
    """Between PortAudio's thread, which puts, and the main thread, which takes. For one opening of a device."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.is_waiting = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._rate_hz = rate_hz
        self._channels = channels
        self._resampler: Any = resampler(rate_hz, UP_HZ, "float32")
        self._blocks: deque[tuple[float, bytes]] = deque(maxlen=MOST_BLOCKS)
        self._into = self._out_of = 0  # samples that went into the resampler and came out of it

    def put(self, first_s: float, sound: bytes) -> None:
        """An interleaved int16 block, and when its first sample will be heard."""
        self._blocks.append((first_s, sound))
        os.eventfd_write(self.is_waiting, 1)

    def take(self) -> list[Reference]:
        """What has come, at 16 kHz. What the resampler still holds back comes with the next block, at its own time."""
        try:
            os.eventfd_read(self.is_waiting)
        except BlockingIOError:
            return []
        pieces = []
        while self._blocks:
            first_s, sound = self._blocks.popleft()
            mono: Samples = np.frombuffer(sound, dtype="<i2")[:: self._channels]
            behind_s = self._into / self._rate_hz - self._out_of / UP_HZ
            self._into += len(mono)
            if self._resampler is not None:
                smooth = self._resampler.resample_chunk(mono.astype(np.float32))
                mono = np.clip(np.rint(smooth), -32768, 32767).astype(np.int16)
            self._out_of += len(mono)
            if len(mono):
                pieces.append(Reference(first_s - behind_s, mono.tobytes()))
        return pieces

    def close(self) -> None:
        os.close(self.is_waiting)
