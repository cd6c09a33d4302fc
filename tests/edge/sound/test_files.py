"""Recordings in and out: every kind of WAV that microphones and editors leave behind."""

import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from chimein.edge.sound.files import SoundFileError, read_sound, write_wav

SECOND = 16_000


def tone(rate_hz: int, hz: float = 440.0, seconds: float = 1.0) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Half of full scale, shape (n,)."""
    return np.asarray(0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz))


def wav(
    path: Path, body: bytes, *, rate_hz: int, channels: int, bits: int, kind: int = 1, extensible: bool = False
) -> Path:
    """A WAV file written by hand, with a chunk before the sound that a reader has to skip."""
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else kind, channels, rate_hz, rate_hz * block, block, bits)
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, kind) + bytes(14)
    chunks = (b"fmt ", form), (b"LIST", b"odd"), (b"data", body)
    inside = b"".join(name + struct.pack("<I", len(part)) + part + bytes(len(part) % 2) for name, part in chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(inside)) + b"WAVE" + inside)
    return path


def level(sound: Any) -> float:
    return float(np.sqrt(np.mean((sound[2000:-2000] / 32768.0) ** 2)))


def encoded(sound: Any, bits: int, kind: int) -> bytes:
    if kind == 3:
        return np.asarray(sound, dtype=f"<f{bits // 8}").tobytes()
    if bits == 8:
        return np.asarray(sound * 127 + 128, dtype=np.uint8).tobytes()
    whole = np.asarray(sound * (2 ** (bits - 1) - 1), dtype="<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()


@pytest.mark.parametrize(("bits", "kind"), [(8, 1), (16, 1), (24, 1), (32, 1), (32, 3), (64, 3)])
@pytest.mark.parametrize("extensible", [False, True])
def test_every_width(tmp_path: Path, bits: int, kind: int, extensible: bool) -> None:
    file = wav(
        tmp_path / "x.wav", encoded(tone(SECOND), bits, kind), rate_hz=SECOND, channels=1, bits=bits, kind=kind,
        extensible=extensible,
    )  # fmt: skip
    sound = read_sound(file)
    assert sound.dtype == np.int16
    assert len(sound) == SECOND
    assert np.abs(sound - tone(SECOND) * 32768).max() < (400 if bits == 8 else 3)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_every_rate(tmp_path: Path, rate_hz: int) -> None:
    sound = read_sound(wav(tmp_path / "x.wav", encoded(tone(rate_hz), 16, 1), rate_hz=rate_hz, channels=1, bits=16))
    assert len(sound) == pytest.approx(SECOND, abs=2)
    assert level(sound) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_a_long_recording_has_no_seams(tmp_path: Path) -> None:
    """Longer than one piece of the conversion."""
    body = encoded(tone(48_000, 100.0, 12.0), 16, 1)
    sound = read_sound(wav(tmp_path / "x.wav", body, rate_hz=48_000, channels=1, bits=16))
    assert len(sound) == pytest.approx(12 * SECOND, abs=2)
    assert np.abs(sound[100:-100] - tone(SECOND, 100.0, 12.0)[100 : len(sound) - 100] * 32768).max() < 40


def test_channels_are_mixed_or_chosen(tmp_path: Path) -> None:
    left, right = tone(SECOND), np.zeros(SECOND)
    body = encoded(np.stack([left, right], axis=1).ravel(), 16, 1)
    file = wav(tmp_path / "x.wav", body, rate_hz=SECOND, channels=2, bits=16)
    assert level(read_sound(file)) == pytest.approx(0.25 / np.sqrt(2), rel=0.01)
    assert level(read_sound(file, channel=0)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    assert not read_sound(file, channel=1).any()
    with pytest.raises(SoundFileError, match="no channel 2"):
        read_sound(file, channel=2)


def test_a_recording_that_broke_off_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    file = wav(tmp_path / "x.wav", encoded(tone(SECOND), 16, 1), rate_hz=SECOND, channels=1, bits=16)
    file.write_bytes(file.read_bytes()[:-10_001])
    assert len(read_sound(file)) == SECOND - 5001


def test_no_sound_at_all_is_an_empty_recording(tmp_path: Path) -> None:
    assert len(read_sound(wav(tmp_path / "x.wav", b"", rate_hz=44_100, channels=2, bits=16))) == 0


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    pcm = np.arange(-500, 500, dtype=np.int16)
    write_wav(tmp_path / "x.wav", pcm.tobytes(), SECOND)
    assert np.array_equal(read_sound(tmp_path / "x.wav"), pcm)
    with wave.open(str(tmp_path / "x.wav")) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, SECOND)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match=r"none\.wav: cannot be read: No such file"):
        read_sound(tmp_path / "none.wav")
    with pytest.raises(SoundFileError, match="is not a file"):
        read_sound(tmp_path)
    with pytest.raises(SoundFileError, match="cannot be written"):
        write_wav(tmp_path / "no" / "x.wav", b"", SECOND)
    odd = wav(tmp_path / "odd.wav", bytes(100), rate_hz=8000, channels=1, bits=12, kind=0x7777)
    with pytest.raises(SoundFileError, match=r"a WAV file in an unusual form \(code 30583, 12 bits\)"):
        read_sound(odd)
    (tmp_path / "cut.wav").write_bytes(odd.read_bytes()[:20])
    with pytest.raises(SoundFileError, match="a WAV file without sound"):
        read_sound(tmp_path / "cut.wav")


def test_other_formats(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.flac", tone(44_100), 44_100)
    assert level(read_sound(tmp_path / "x.flac")) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    (tmp_path / "x.ogg").write_bytes(b"not a sound at all")
    with pytest.raises(SoundFileError, match="not a WAV file, nor FLAC"):
        read_sound(tmp_path / "x.ogg")
