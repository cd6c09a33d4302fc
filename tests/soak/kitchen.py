"""The kitchen of a soak: hours of people who talk, as a recording, and what of it the gate lets through.

Every 20 ms of it are unlike all others, because a faint hiss lies over them: so each can be found again in what the
service received.
"""

import wave
from collections.abc import Iterator
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from random import Random

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ, samples
from chimein.core.config import Config
from chimein.core.gate import Forward, Gate
from chimein.rehearsal.sound.voices import say

FRAME_BYTES = FRAME_SAMPLES * SAMPLE_BYTES
LINES = (
    ("anna", "The tomatoes in the garden need some water."),
    ("ben", "Do you know how to make a pizza at home?"),
    ("anna", "We should buy flour and eggs tomorrow."),
    ("ben", "Who won the match on Saturday night?"),
)
PAUSE_S = (2.0, 8.0)
HISS = 20.0
BATCH = UP_HZ * 10

Frame = bytes
"""A hash of 20 ms of sound."""


def record(path: Path, seconds: float, seed: int) -> None:
    """Writes the recording, 16 kHz mono."""
    chance, hiss = Random(seed), np.random.default_rng(seed)
    spoken = cycle([say(words, voice, UP_HZ) for voice, words in LINES])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(UP_HZ)
        written = 0
        while written < seconds * UP_HZ:
            pause = np.zeros(int(chance.uniform(*PAUSE_S) * UP_HZ))
            sound = np.concatenate([pause, next(spoken)])
            sound += hiss.normal(0.0, HISS, len(sound))
            file.writeframes(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
            written += len(sound)


def frames(path: Path) -> Iterator[Frame]:
    """Each whole 20 ms of a recording."""
    with wave.open(str(path), "rb") as file:
        while sound := file.readframes(FRAME_SAMPLES):
            if len(sound) == FRAME_BYTES:
                yield _hash(sound)


def forwarded(path: Path) -> Iterator[tuple[int, Frame]]:
    """What a gate of its own lets through of a recording: the sample at which it stands, and the frame."""
    gate, heard = Gate(Config().gate), 0
    places: dict[Frame, int] = {}
    with wave.open(str(path), "rb") as file:
        while sound := file.readframes(BATCH):
            for at in range(0, len(sound) - len(sound) % FRAME_BYTES, FRAME_BYTES):
                places[_hash(sound[at : at + FRAME_BYTES])] = heard + at // SAMPLE_BYTES
            heard += len(sound) // SAMPLE_BYTES
            if len(sound) < FRAME_BYTES:
                break  # the rest of a recording that does not end with a whole frame
            for item in gate.push(samples(sound[: len(sound) - len(sound) % FRAME_BYTES])).items:
                if isinstance(item, Forward):
                    for at in range(0, len(item.pcm), FRAME_BYTES):
                        frame = _hash(item.pcm[at : at + FRAME_BYTES])
                        yield places[frame], frame
            places = {frame: place for frame, place in places.items() if place > heard - BATCH}


def _hash(sound: bytes) -> Frame:
    return blake2b(sound, digest_size=8).digest()
