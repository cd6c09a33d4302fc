"""Recordings on disk: WAV of any rate, width and channel count; other formats by libsndfile."""

import struct
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import SAMPLE_BYTES, UP_HZ, Samples
from chimein.core.errors import ChimeinError
from chimein.core.sound.arrays import pick

PIECE_FRAMES: Final = 1 << 18
"""Sample frames converted at a time, so that an hour of eight channels needs no gigabytes."""
INTEGERS, FLOATS, EXTENSIBLE = 1, 3, 0xFFFE
"""WAV's names for what its samples are; the last one says it further down."""


class SoundFileError(ChimeinError, ValueError):
    """The file is missing, unreadable or no sound; the message says which."""


@dataclass(frozen=True)
class Recording:
    """What a file holds, before anything is changed."""

    rate_hz: int
    sound: NDArray[Any]
    """(frames, channels): uint8, int16, int32, float32 or float64; 24 bit comes as its bytes, (frames, channels, 3)."""


def read_sound(path: Path, *, channel: int | Literal["auto", "mix"] = "mix") -> Samples:
    """A recording as 16 kHz mono: one channel, counted from 0, their mix, or the one that the daemon hears.

    SoundFileError if it cannot be.
    """
    recording = _read(path)
    channels = recording.sound.shape[1]
    if isinstance(channel, int) and not 0 <= channel < channels:
        raise SoundFileError(f"{path}: there is no channel {channel}, it has {channels} (0 to {channels - 1})")
    if channel == "auto":
        return _as_heard(recording)[0]
    import soxr

    resampler = soxr.ResampleStream(recording.rate_hz, UP_HZ, 1, dtype="float32")
    frames = len(recording.sound)
    pieces = []
    for at in range(0, max(frames, 1), PIECE_FRAMES):
        piece = _floats(recording.sound[at : at + PIECE_FRAMES])
        mono = piece.mean(axis=1) if channel == "mix" else np.ascontiguousarray(piece[:, channel])
        last = at + PIECE_FRAMES >= frames
        changed = mono if recording.rate_hz == UP_HZ else resampler.resample_chunk(mono, last=last)
        pieces.append(np.clip(np.rint(changed * 32768.0), -32768, 32767).astype(np.int16))
    return np.concatenate(pieces)


def read_array(path: Path) -> tuple[Samples, Samples | None]:
    """What the daemon would hear of an array's recording, and what its loopback says was played meanwhile (as long;
    None where it has none). SoundFileError if it cannot be read.
    """
    return _as_heard(_read(path))


def _as_heard(recording: Recording) -> tuple[Samples, Samples | None]:
    """What the hearing child would make of it, were it a microphone: block by block, for the choice may change."""
    choice = pick("auto", recording.sound.shape[1], rate_hz=recording.rate_hz)
    block = recording.rate_hz // 10
    heard, played = list[Samples](), list[Samples]()
    is_played = False
    for at in range(0, max(len(recording.sound), 1), block):
        piece = np.clip(np.rint(_floats(recording.sound[at : at + block]) * 32768.0), -32768, 32767).astype(np.int16)
        heard.append(choice.mono(piece))
        meanwhile = choice.played(piece)
        is_played = is_played or meanwhile is not None
        played.append(np.zeros(len(piece), dtype=np.int16) if meanwhile is None else meanwhile)
    return _at_16_khz(heard, recording.rate_hz), _at_16_khz(played, recording.rate_hz) if is_played else None


def _at_16_khz(pieces: list[Samples], rate_hz: int) -> Samples:
    import soxr

    sound = np.concatenate(pieces)
    if rate_hz == UP_HZ:
        return sound.astype(np.int16)
    resampler = soxr.ResampleStream(rate_hz, UP_HZ, 1, dtype="float32")
    changed = []
    for at in range(0, max(len(sound), 1), PIECE_FRAMES):
        piece = sound[at : at + PIECE_FRAMES].astype(np.float32)
        smooth = resampler.resample_chunk(piece, last=at + PIECE_FRAMES >= len(sound))
        changed.append(np.rint(smooth).clip(-32768, 32767).astype(np.int16))
    return np.concatenate(changed)


def write_wav(path: Path, pcm: bytes, rate_hz: int) -> None:
    """Mono PCM16 into a WAV file. SoundFileError if it cannot be written."""
    try:
        with path.open("wb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(SAMPLE_BYTES)
            wav.setframerate(rate_hz)
            wav.writeframes(pcm)
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be written: {error.strerror or error}") from error


def _read(path: Path) -> Recording:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _read_wav(path, data)
    import soundfile

    try:
        sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SoundFileError(f"{path}: is not a sound file that can be read here") from error
    return Recording(int(rate_hz), sound)


def _read_wav(path: Path, data: bytes) -> Recording:
    """By hand: the standard library reads neither float samples nor the extensible form that arrays' tools write."""
    form: bytes | None = None
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            form = body
        elif name == b"data" and form is not None:
            return _decoded(path, form, body)
        at += 8 + size + size % 2
    raise SoundFileError(f"{path}: is a damaged WAV file: it has no {'sound' if form else 'format'} in it")


def _decoded(path: Path, form: bytes, body: bytes) -> Recording:
    """Takes the body as far as it goes: a recording that broke off still counts."""
    kind, channels, rate_hz, _, block, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == EXTENSIBLE and len(form) >= 26:
        kind = int.from_bytes(form[24:26], "little")
    types = {
        (INTEGERS, 8): "u1",
        (INTEGERS, 16): "<i2",
        (INTEGERS, 24): "u1",
        (INTEGERS, 32): "<i4",
        (FLOATS, 32): "<f4",
        (FLOATS, 64): "<f8",
    }
    dtype = types.get((kind, bits))
    if dtype is None or not channels or not rate_hz or block != channels * bits // 8:
        raise SoundFileError(f"{path}: is a WAV file of a kind chimein does not read (format {kind}, {bits} bit)")
    sound = np.frombuffer(body[: len(body) // block * block], dtype)
    return Recording(rate_hz, sound.reshape(-1, channels, 3) if bits == 24 else sound.reshape(-1, channels))


def _floats(sound: NDArray[Any]) -> NDArray[np.float32]:
    """(frames, channels), full scale 1."""
    if sound.ndim == 3:  # 24 bit: the three bytes become the upper ones of four
        wide = np.zeros((*sound.shape[:2], 4), dtype=np.uint8)
        wide[:, :, 1:] = sound
        sound = wide.view("<i4")[:, :, 0]
    if sound.dtype.kind == "f":
        return np.nan_to_num(sound.astype(np.float32))
    if sound.dtype == np.uint8:
        return (sound.astype(np.float32) - 128.0) / 128.0
    return np.asarray(sound / np.float32(2 ** (8 * sound.dtype.itemsize - 1)), dtype=np.float32)
