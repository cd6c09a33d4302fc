"""WAV files of every usual form, and one that is true at any moment."""

import struct
import wave
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from chimein.sound.wav import NotSound, WavWriter, open_recording

SOUND = np.array([[0, 100], [-32_768, 32_767], [256, -256]], dtype=np.int16)


def wav(form: bytes, data: bytes, *, size: int | None = None) -> bytes:
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", len(form)) + form
    body = b"WAVE" + chunks + b"data" + struct.pack("<I", len(data) if size is None else size) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def form(code: int, bits: int, channels: int = 2) -> bytes:
    return struct.pack("<HHIIHH", code, channels, 44_100, 44_100 * channels * bits // 8, channels * bits // 8, bits)


def as_24(sound: np.ndarray) -> bytes:
    return (sound.astype("<i4") << 8).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


FORMS = {
    "8 bit": (form(1, 8), ((SOUND >> 8) + 128).astype(np.uint8).tobytes(), 256),
    "16 bit": (form(1, 16), SOUND.tobytes(), 1),
    "24 bit": (form(1, 24), as_24(SOUND), 1),
    "32 bit": (form(1, 32), (SOUND.astype("<i4") << 16).tobytes(), 1),
    "float": (form(3, 32), (SOUND / 32767).astype("<f4").tobytes(), 2),
    "double": (form(3, 64), (SOUND / 32767).astype("<f8").tobytes(), 2),
    "extensible": (form(0xFFFE, 16) + struct.pack("<HHIH", 22, 16, 3, 1) + bytes(14), SOUND.tobytes(), 1),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_usual_form_is_read(tmp_path: Path, name: str) -> None:
    header, data, tolerance = FORMS[name]
    (tmp_path / "a.wav").write_bytes(wav(header, data) + b"junk after the sound")
    with closing(open_recording(tmp_path / "a.wav")) as recording:
        assert (recording.rate_hz, recording.channels) == (44_100, 2)
        first, rest, none = recording.read(1), recording.read(100), recording.read(100)
    assert len(none) == 0
    assert np.abs(np.concatenate([first, rest]).astype(int) - SOUND).max() < tolerance


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 1 << 20])
def test_a_length_that_is_not_true_is_no_hindrance(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.wav").write_bytes(wav(form(1, 16), SOUND.tobytes() + b"\1", size=size))
    with closing(open_recording(tmp_path / "a.wav")) as recording:
        assert recording.read(100).tolist() == SOUND.tolist()


@pytest.mark.parametrize(
    "data", [b"", b"#!/bin/sh\n" * 9, b"RIFF\0\0\0\0WAVE", wav(form(1, 16), b"")[:30], wav(form(85, 16), b"mp3")]
)
def test_what_is_not_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(NotSound):
        open_recording(tmp_path / "a.wav")


def test_what_is_written_can_be_read_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"something that was here before")
    writer = WavWriter(path, 24_000, append=False)
    for count in (0, 1, 2):
        with wave.open(str(path)) as file:
            assert file.getparams()[:4] == (1, 2, 24_000, 600 * count)
        writer.write(bytes(1200))
    writer.close()
    with closing(WavWriter(path, 24_000, append=True)) as writer:
        writer.write(bytes(1200))
    with wave.open(str(path)) as file:
        assert file.getnframes() == 2400


def test_appending_to_something_else_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"not a sound at all" * 9)
    with closing(WavWriter(path, 24_000, append=True)) as writer:
        writer.write(bytes(2))
    with wave.open(str(path)) as file:
        assert file.getnframes() == 1
