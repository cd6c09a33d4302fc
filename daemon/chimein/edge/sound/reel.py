"""A recording read piece by piece, however long it is: as the service hears it and, if wanted, as the speaker plays it.

WAV is read by our own reader, FLAC, MP3, Ogg and more by libsndfile.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from chimein.core.audio import DOWN_HZ, UP_HZ
from chimein.edge.sound.files import SoundFileError, opened, read_on

PIECE_S: Final = 0.5
MOST_CHANNELS: Final = 32


@dataclass(frozen=True)
class Piece:
    """The same half second twice; the last one is shorter."""

    up: bytes = field(repr=False)
    """16 kHz mono PCM16."""
    aloud: bytes = field(repr=False)
    """24 kHz mono PCM16; empty when nobody wants to hear it."""


class Reel:
    """An open recording."""

    def __init__(self, path: Path, *, aloud: bool) -> None:
        """SoundFileError when it is missing, unreadable, no sound, or empty."""
        self._path = path
        self._aloud = aloud
        self._recording = opened(path)
        self.seconds = self._recording.frames / self._recording.rate_hz
        """How long it says it is. A damaged file may end earlier."""
        if not self._recording.frames:
            self.close()
            raise SoundFileError(f"{path}: there is no sound in it")
        if not 1 <= self._recording.channels <= MOST_CHANNELS:
            self.close()
            raise SoundFileError(f"{path}: {self._recording.channels} channels are too many")

    def pieces(self) -> Iterator[Piece]:
        """To the end of the file. SoundFileError when it is damaged on the way."""
        rate_hz = self._recording.rate_hz
        up = soxr.ResampleStream(rate_hz, UP_HZ, 1, dtype="float32")
        down = soxr.ResampleStream(rate_hz, DOWN_HZ, 1, dtype="float32")
        frames = max(1, int(rate_hz * PIECE_S))
        sound = read_on(self._path, self._recording, frames)
        while len(sound):
            following = read_on(self._path, self._recording, frames)
            mono = sound.astype(np.float32).mean(axis=1) / 32768.0
            is_last = not len(following)
            yield Piece(_pcm(up, mono, last=is_last), _pcm(down, mono, last=is_last) if self._aloud else b"")
            sound = following

    def close(self) -> None:
        self._recording.close()


def _pcm(stream: soxr.ResampleStream, mono: NDArray[np.float32], *, last: bool) -> bytes:
    changed = stream.resample_chunk(mono, last=last)
    pcm: bytes = np.clip(np.rint(changed * 32768.0), -32768, 32767).astype("<i2").tobytes()
    return pcm
