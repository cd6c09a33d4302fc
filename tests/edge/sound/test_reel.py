"""Recordings of every kind, read piece by piece; and what is none."""

import struct
import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from chimein.core.audio import DOWN_HZ, UP_HZ, samples
from chimein.edge.sound.files import SoundFileError
from chimein.edge.sound.reel import PIECE_S, Reel

SECONDS = 2.3


def tone(rate_hz: int, channels: int, seconds: float = SECONDS) -> np.ndarray:  # type: ignore[type-arg]
    """440 Hz at half of full scale."""
    mono = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate_hz)) / rate_hz)
    return np.stack([mono] * channels, axis=1)


def read(reel: Reel) -> tuple[bytes, bytes]:
    pieces = list(reel.pieces())
    reel.close()
    return b"".join(piece.up for piece in pieces), b"".join(piece.aloud for piece in pieces)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.opus"])
@pytest.mark.parametrize(("rate_hz", "channels"), [(48_000, 2), (16_000, 1), (8_000, 1)])
def test_every_kind_of_file_sounds_the_same(tmp_path: Path, name: str, rate_hz: int, channels: int) -> None:
    path = tmp_path / name
    kinds = {"a.opus": {"format": "OGG", "subtype": "OPUS"}}
    soundfile.write(path, tone(rate_hz, channels), rate_hz, **kinds.get(name, {}))
    reel = Reel(path, aloud=True)
    assert reel.seconds == pytest.approx(SECONDS, abs=0.15)
    up, aloud = read(reel)
    for pcm, out_hz in ((up, UP_HZ), (aloud, DOWN_HZ)):
        assert len(pcm) / 2 / out_hz == pytest.approx(reel.seconds, abs=0.1)
        sound = samples(pcm)[out_hz // 2 : out_hz // 2 + out_hz].astype(float)
        spectrum = np.abs(np.fft.rfft(sound))
        assert int(np.argmax(spectrum)) == pytest.approx(440, abs=1)
        assert float(np.sqrt(np.mean(sound**2))) == pytest.approx(
            32768 * 0.5 / np.sqrt(2), rel=0.25
        )  # what MP3 leaves of it


def test_nobody_who_does_not_want_to_hear_it_pays_for_it(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(16_000, 1), 16_000)
    up, aloud = read(Reel(tmp_path / "a.wav", aloud=False))
    assert (len(up), aloud) == (int(SECONDS * UP_HZ) * 2, b"")


def test_hours_are_read_in_little_memory(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        for _ in range(2 * 60):
            file.writeframesraw(b"\1\0" * 8000 * 60)
    reel = Reel(tmp_path / "long.wav", aloud=False)
    assert reel.seconds == 7200
    tracemalloc.start()
    heard = sum(len(piece.up) for piece in reel.pieces())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reel.close()
    assert heard == pytest.approx(7200 * UP_HZ * 2, rel=1e-4)
    assert most < 3_000_000


def test_no_piece_is_larger_than_the_daemon_takes(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(44_100, 1, 5.0), 44_100)
    reel = Reel(tmp_path / "a.wav", aloud=True)
    assert max(len(piece.up) for piece in reel.pieces()) <= PIECE_S * 1.5 * UP_HZ * 2
    reel.close()


def test_a_recording_that_broke_off_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "whole.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\1\0" * 32_000)
    data = (tmp_path / "whole.wav").read_bytes()
    (tmp_path / "half.wav").write_bytes(data[: len(data) // 2])
    reel = Reel(tmp_path / "half.wav", aloud=False)
    assert reel.seconds == pytest.approx(1.0, abs=0.01)
    assert len(read(reel)[0]) == pytest.approx(32_000, abs=100)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing", b"", "there is nothing in it"),
        ("text.wav", b"Dear Anna, " * 100, "nor FLAC, MP3, Ogg or another that can be read here"),
        ("cut.wav", b"RIFF\0\0\0\0WAVE", "nor FLAC, MP3, Ogg or another that can be read here"),
        ("noise.mp3", bytes(range(256)) * 40, "nor FLAC, MP3, Ogg or another that can be read here"),
        (
            "empty.wav",
            struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36, b"WAVE", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", 0),
            "there is no sound in it",
        ),
    ],
)
def test_what_is_no_sound_is_said(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SoundFileError, match=words):
        Reel(tmp_path / name, aloud=False)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match="No such file"):
        Reel(tmp_path / "missing", aloud=False)
    with pytest.raises(SoundFileError, match="is not a file"):
        Reel(tmp_path, aloud=False)
