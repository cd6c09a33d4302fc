"""WAV files: read in any usual form, and written so that they can be played at any moment, even after SIGKILL.

The standard library's reader knows neither floats nor (before Python 3.12) WAVE_FORMAT_EXTENSIBLE, in which most
recordings of more than two channels come.
"""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import numpy as np

from chimein.core.audio import Samples

PCM: Final = 1
FLOAT: Final = 3
EXTENSIBLE: Final = 0xFFFE
OPEN_ENDED: Final = (0, 0xFFFFFFFF)
"""A recorder that writes to a pipe does not know the length."""
HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")


class Recording(Protocol):
    """An open sound file."""

    rate_hz: int
    channels: int
    frames: int
    """What there is to read, at most."""

    def read(self, frames: int) -> Samples:
        """The next frames, shape (n, channels); fewer at the end, then none."""

    def close(self) -> None: ...


class NotSound(ValueError):
    """The file is not one that can be read; the message says what it is not."""


def open_recording(path: Path) -> Recording:
    """Raises OSError, or NotSound. What our own reader does not know is left to libsndfile."""
    file = path.open("rb")
    try:
        return WavReader(file)
    except NotSound as not_wav:
        file.close()
        import soundfile

        try:
            return _Foreign(soundfile.SoundFile(path))
        except RuntimeError as error:
            if not path.stat().st_size:
                raise NotSound("there is nothing in it") from error
            raise NotSound(
                f"{not_wav}, nor FLAC, MP3, Ogg or another that can be read here; of most that cannot "
                "`ffmpeg -i FILE new.flac` makes one that can"
            ) from error


class WavReader:
    """Integers of 8 to 32 bits and floats of 32 and 64, any rate, any number of channels."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = 0
        riff, _, wave = struct.unpack("<4sI4s", _exactly(file, 12))
        if riff != b"RIFF" or wave != b"WAVE":
            raise NotSound("not a WAV file")
        form = b""
        while True:
            name, size = struct.unpack("<4sI", _exactly(file, 8))
            if name == b"data":
                break
            chunk = file.read(size + size % 2)
            if name == b"fmt ":
                form = chunk
        if len(form) < 16:
            raise NotSound("a WAV file that does not say what is in it")
        code, self.channels, self.rate_hz, _, self._frame_bytes, bits = struct.unpack_from("<HHIIHH", form)
        if code == EXTENSIBLE and len(form) >= 26:
            (code,) = struct.unpack_from("<H", form, 24)
        self._kind = (code, bits)
        if not (self.channels and self.rate_hz) or self._kind not in _TO_INT16:
            raise NotSound(f"a WAV file in an unusual form (code {code}, {bits} bits)")
        self._frame_bytes = self.channels * bits // 8
        self._left = size if size not in OPEN_ENDED else 1 << 62
        there = os.fstat(file.fileno()).st_size - file.tell()  # a header may promise more, and a pipe tells nothing
        self.frames = min(self._left, max(0, there)) // self._frame_bytes

    def read(self, frames: int) -> Samples:
        data = self._file.read(min(frames * self._frame_bytes, self._left))
        self._left -= len(data)
        data = data[: len(data) - len(data) % self._frame_bytes]
        return _TO_INT16[self._kind](data).reshape(-1, self.channels)

    def close(self) -> None:
        self._file.close()


class WavWriter:
    """A 16 bit mono file whose header is true after every write."""

    def __init__(self, path: Path, rate_hz: int, *, append: bool) -> None:
        """Raises OSError. With `append`, what was written before stays; a file of another kind is begun anew."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | (0 if append else os.O_TRUNC) | os.O_CLOEXEC, 0o644)
        self._rate_hz = rate_hz
        self._bytes = max(0, os.fstat(self._file).st_size - HEADER.size) & ~1
        if os.pread(self._file, 4, 0) not in (b"", b"RIFF"):
            os.ftruncate(self._file, 0)
            self._bytes = 0
        self.write(b"")

    def write(self, pcm: bytes) -> None:
        os.pwrite(self._file, pcm, HEADER.size + self._bytes)
        self._bytes += len(pcm)
        os.pwrite(self._file, wav_header(self._rate_hz, self._bytes), 0)

    def close(self) -> None:
        os.close(self._file)


def wav_header(rate_hz: int, data_bytes: int) -> bytes:
    """The 44 bytes before so much mono PCM16."""
    size = min(data_bytes, 0xFFFFFFFF - 36)
    return HEADER.pack(
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, PCM, 1, rate_hz, rate_hz * 2, 2, 16, b"data", size
    )  # fmt: skip


class _Foreign:
    """A file that libsndfile reads."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.rate_hz: int = file.samplerate
        self.channels: int = file.channels
        self.frames: int = file.frames

    def read(self, frames: int) -> Samples:
        sound: Samples = self._file.read(frames, dtype="int16", always_2d=True)
        return sound

    def close(self) -> None:
        self._file.close()


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise NotSound("not a WAV file" if file.tell() < 12 else "a WAV file without sound")
    return data


def _from_24(data: bytes) -> Samples:
    octets = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)
    return np.ascontiguousarray(octets[:, 1:]).view("<i2").reshape(-1)


def _from_float(data: bytes, dtype: str) -> Samples:
    sound = np.nan_to_num(np.frombuffer(data, dtype=dtype))
    whole: Samples = (np.clip(sound, -1.0, 1.0) * 32767.0).round().astype(np.int16)
    return whole


_TO_INT16: Final[dict[tuple[int, int], Callable[[bytes], Samples]]] = {
    (PCM, 8): lambda data: (np.frombuffer(data, dtype=np.uint8).astype(np.int16) - 128) << 8,
    (PCM, 16): lambda data: np.frombuffer(data, dtype="<i2"),
    (PCM, 24): _from_24,
    (PCM, 32): lambda data: (np.frombuffer(data, dtype="<i4") >> 16).astype(np.int16),
    (FLOAT, 32): lambda data: _from_float(data, "<f4"),
    (FLOAT, 64): lambda data: _from_float(data, "<f8"),
}
