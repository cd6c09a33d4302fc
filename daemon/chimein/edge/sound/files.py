"""Recordings on disk, as the daemon would hear them, and written as it spoke."""

from contextlib import closing
from pathlib import Path
from typing import Final, Literal

import numpy as np

from chimein.core.audio import UP_HZ, Samples
from chimein.core.errors import ChimeinError
from chimein.core.sound.arrays import pick
from chimein.sound.wav import NotSound, Recording, open_recording, wav_header

BLOCKS_A_SECOND: Final = 10


class SoundFileError(ChimeinError, ValueError):
    """The file is missing, unreadable or no sound; the message says which."""


def opened(path: Path) -> Recording:
    """A recording to be read with `read_on`, and closed. SoundFileError if it is none."""
    try:
        if path.exists() and not path.is_file():
            raise SoundFileError(f"{path}: is not a file")
        return open_recording(path)
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    except NotSound as error:
        raise SoundFileError(f"{path}: {error}") from error


def read_on(path: Path, recording: Recording, frames: int) -> Samples:
    """The next frames, shape (n, channels); none at the end. SoundFileError where the file is damaged."""
    try:
        return recording.read(frames)
    except (OSError, RuntimeError) as error:  # libsndfile's errors are RuntimeErrors
        why = str(error).removeprefix("Error : ").rstrip(".")
        raise SoundFileError(f"{path}: is damaged: {why}") from error


def read_sound(path: Path, *, channel: int | Literal["auto", "mix"] = "mix") -> Samples:
    """A recording as 16 kHz mono: one channel, counted from 0, their mix, or the one that the daemon hears.

    SoundFileError if it cannot be.
    """
    return _read(path, channel)[0]


def read_array(path: Path) -> tuple[Samples, Samples | None]:
    """What the daemon would hear of an array's recording, and what its loopback says was played meanwhile (as long;
    None where it has none). SoundFileError if it cannot be read.
    """
    return _read(path, "auto")


def _read(path: Path, channel: int | Literal["auto", "mix"]) -> tuple[Samples, Samples | None]:
    """Block by block like a microphone, for the choice of `auto` may change."""
    with closing(opened(path)) as recording:
        rate_hz, channels = recording.rate_hz, recording.channels
        if isinstance(channel, int) and not 0 <= channel < channels:
            raise SoundFileError(f"{path}: there is no channel {channel}, it has {channels} (0 to {channels - 1})")
        choice = pick(str(channel), channels, rate_hz=rate_hz)
        heard, played, has_loopback = _Resampled(rate_hz), _Resampled(rate_hz), False
        while len(block := read_on(path, recording, max(1, rate_hz // BLOCKS_A_SECOND))):
            heard.add(choice.mono(block))
            meanwhile = choice.played(block)
            has_loopback = has_loopback or meanwhile is not None
            played.add(np.zeros(len(block), dtype=np.int16) if meanwhile is None else meanwhile)
    return heard.whole(), played.whole() if has_loopback else None


class _Resampled:
    """Gathers a sound of any rate as 16 kHz."""

    def __init__(self, rate_hz: int) -> None:
        import soxr

        self._resampler = soxr.ResampleStream(rate_hz, UP_HZ, 1, dtype="float32") if rate_hz != UP_HZ else None
        self._pieces: list[Samples] = []

    def add(self, mono: Samples, *, last: bool = False) -> None:
        if self._resampler is not None:
            changed = self._resampler.resample_chunk(mono.astype(np.float32), last=last)
            mono = np.rint(changed).clip(-32768, 32767).astype(np.int16)
        self._pieces.append(np.ascontiguousarray(mono))  # a view would keep all channels of its block

    def whole(self) -> Samples:
        self.add(np.zeros(0, dtype=np.int16), last=True)
        return np.concatenate(self._pieces)


def write_wav(path: Path, pcm: bytes, rate_hz: int) -> None:
    """Mono PCM16 into a WAV file. SoundFileError if it cannot be written."""
    try:
        path.write_bytes(wav_header(rate_hz, len(pcm)) + pcm)
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be written: {error.strerror or error}") from error
