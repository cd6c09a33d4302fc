"""From what a microphone delivers to what the house hears: one channel, 16 kHz, whole frames, and what got lost."""

from collections import deque
from typing import Any, Final

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, Samples
from chimein.core.sound.arrays import One, Pick
from chimein.core.sound.heard import Why

FRAME_BYTES: Final = FRAME_SAMPLES * SAMPLE_BYTES
LEAP_S: Final = 0.010
"""A stream that is later than it was by this much, all through WINDOW_S, has lost something."""
WINDOW_S: Final = 1.0
DRIFT_SHARE: Final = 0.02
"""How much of a small difference per block is taken for drift between two clocks (good for some hundred ppm)."""


class Ear:
    """Makes 16 kHz mono frames of interleaved int16 blocks of any rate and number of channels.

    Exact zeros stay exact zeros at every rate, for they mean that the microphone's own mute is on.
    """

    def __init__(self, rate_hz: int, channels: int, pick: Pick, *, tells_played: bool = False) -> None:
        """With `tells_played` an array's loopback is listened to as well; see `played`."""
        self.played = b""
        """What the array says was played while the frames given last were caught: as long; empty for nothing."""
        self._loopback = Ear(rate_hz, 1, One(0, Why.ONLY)) if tells_played and channels > 1 else None
        self._channels = channels
        self._pick = pick
        self._resampler = resampler(rate_hz, UP_HZ, "float32")  # for int16 soxr adds dither, also to nothing
        self._rest = b""

    def hear(self, interleaved: bytes) -> bytes:
        """The frames that are whole by now: PCM16, n × 640 bytes. n may be 0."""
        return self.hear_samples(np.frombuffer(interleaved, dtype="<i2").reshape(-1, self._channels))

    def hear_samples(self, block: Samples, *, is_last: bool = False) -> bytes:
        """The same from an array of shape (frames, channels). With `is_last`, the tail comes out, filled with zeros."""
        mono = self._pick.mono(block)
        if self._loopback is not None:
            played = self._pick.played(block)
            column = np.zeros((len(block), 1), dtype=np.int16) if played is None else played[:, None]
            told = self._loopback.hear_samples(column, is_last=is_last)
            self.played = told if any(told) else b""
        if self._resampler is not None:
            smooth = self._resampler.resample_chunk(mono.astype(np.float32), last=is_last)
            mono = np.clip(np.rint(smooth), -32768, 32767).astype(np.int16)
        pcm: bytes = self._rest + mono.tobytes()
        if is_last:
            pcm += bytes(-len(pcm) % FRAME_BYTES)
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        self._rest = pcm[whole:]
        return pcm[:whole]


class LossMeter:
    """Counts samples against the clock: what should have come by now and has not, is lost.

    One late block proves nothing, because the next may make up for it; only when the *least* late block of a whole
    second is later than the stream used to be, something is missing.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._start_s: float | None = None
        self._samples = 0
        self._usual_s: float | None = None
        self._lateness: deque[tuple[float, float]] = deque()

    def count(self, samples: int, captured_s: float) -> int:
        """A block of so many samples, the last of which was captured then. How many have been lost, newly known."""
        if self._start_s is None:
            self._start_s = captured_s - samples / self._rate_hz
        self._samples += samples
        self._lateness.append((captured_s, captured_s - self._start_s - self._samples / self._rate_hz))
        if captured_s - self._lateness[0][0] < WINDOW_S:
            return 0
        self._lateness.popleft()
        least_s = min(late_s for _, late_s in self._lateness)
        if self._usual_s is None or least_s < self._usual_s:
            self._usual_s = least_s
        leap_s = least_s - self._usual_s
        if leap_s < LEAP_S:
            self._usual_s += leap_s * DRIFT_SHARE
            return 0
        lost = round(leap_s * self._rate_hz)
        self._samples += lost
        self._lateness = deque((at_s, late_s - leap_s) for at_s, late_s in self._lateness)
        return lost


def resampler(from_hz: int, to_hz: int, dtype: str = "int16") -> Any:
    """A streaming mono resampler, None when there is nothing to do. soxr is loaded only for those who need it."""
    if from_hz == to_hz:
        return None
    import soxr

    return soxr.ResampleStream(from_hz, to_hz, 1, dtype=dtype, quality="HQ")
