"""Echo through real children: what the speaker plays comes back into the microphone of the software card."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, Samples, samples
from chimein.edge.sound.microphone import Block, EchoWay, Microphone
from chimein.edge.sound.speaker import Speaker
from helpers.soundcard import SoundCard

PLAYS_S = 9
LATE_MS = 120
PATIENCE_S = 30
PROOF_BLOCKS = 20


def murmur(seconds: float, rate_hz: int) -> Samples:
    """A noise that comes and goes as speech does."""
    rng = np.random.default_rng(1)
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    loud = rng.standard_normal(len(at_s)) * 2500 * (np.sin(2 * np.pi * 2.3 * at_s) > 0.1)
    return np.convolve(loud, np.ones(4) / 2, "same").clip(-32_000, 32_000).astype(np.int16)


@asynccontextmanager
async def open_kitchen(tmp_path: Path, way: EchoWay) -> AsyncIterator[tuple[Microphone, Speaker]]:
    card = SoundCard(tmp_path)
    hiss = np.random.default_rng(0).integers(-4, 5, (16_000, 1)).astype(np.int16)
    card.microphone("ear", hiss, rate_hz=16_000, hears="loud", late_ms=LATE_MS)
    card.speaker("loud", channels=2, rate_hz=48_000)
    with card.plugged_in():
        microphone = Microphone("ear", echo=way)
        speaker = Speaker("loud", 100, tell_played=microphone.tell_played)
        await microphone.open()
        await speaker.open()
        try:
            yield microphone, speaker
        finally:
            microphone.shut()
            speaker.kill()


async def heard_while_it_plays(microphone: Microphone, speaker: Speaker) -> list[Block]:
    speaker.play(murmur(PLAYS_S, DOWN_HZ).tobytes())
    speaker.finish()
    return [await microphone.read() for _ in range(int(PLAYS_S / 0.08))]


def level_db(blocks: list[Block], of: Callable[[Block], bytes]) -> float:
    sound = samples(b"".join(of(block) for block in blocks)).astype(float)
    return float(10 * np.log10(np.mean(sound**2) + 1))


async def test_what_is_played_is_told_in_time(tmp_path: Path) -> None:
    async with open_kitchen(tmp_path, "follow") as (microphone, speaker):
        blocks = await heard_while_it_plays(microphone, speaker)
    told = samples(b"".join(block.played or bytes(len(block.pcm)) for block in blocks)).astype(float)
    heard = samples(b"".join(block.pcm for block in blocks)).astype(float)
    late = late_by(told[16_000 : 3 * 16_000], heard[16_000 : 3 * 16_000])
    assert 0 < late < (LATE_MS + 60) * 16, "the echo comes after what is told of it, by what nobody reckons with"
    after = late_by(told[7 * 16_000 :], heard[7 * 16_000 :])
    assert abs(after) < 50 * 16, "and once that has been noticed, with it"
    assert not any(block.is_own_voice for block in blocks)


def late_by(told: np.ndarray, heard: np.ndarray) -> int:
    """By how many samples `heard` comes after `told`."""
    size = 1 << (len(told) + len(heard)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(told, size)), size)
    best = int(np.argmax(likeness))
    return best if best < size // 2 else best - size


async def test_the_echo_is_cancelled_once_that_is_proven(tmp_path: Path) -> None:
    """On a machine that loses sound meanwhile the proof takes longer; it plays until then, if not for ever."""
    async with open_kitchen(tmp_path, "cancel") as (microphone, speaker):
        speaker.play(murmur(PATIENCE_S, DOWN_HZ).tobytes())
        speaker.finish()
        blocks = [await microphone.read()]
        while not is_cancelled(blocks[-PROOF_BLOCKS:]) and len(blocks) < PATIENCE_S / 0.08:
            blocks.append(await microphone.read())
    assert any(block.is_own_voice for block in blocks[:-PROOF_BLOCKS])
    assert is_cancelled(blocks[-PROOF_BLOCKS:])


def is_cancelled(blocks: list[Block]) -> bool:
    """It speaks, what is heard goes up, and next to nothing of the speaker is in it."""
    if any(block.is_own_voice for block in blocks) or sum(block.played != b"" for block in blocks) < PROOF_BLOCKS / 2:
        return False
    came_back_db = level_db(blocks, lambda it: it.played or bytes(len(it.pcm))) - 6  # the card's room: half as loud
    return level_db(blocks, lambda it: it.pcm) < came_back_db - 15


@pytest.mark.parametrize("way", ["plain", "follow"])
async def test_silence_is_told_as_nothing(tmp_path: Path, way: EchoWay) -> None:
    async with open_kitchen(tmp_path, way) as (microphone, _):
        blocks = [await microphone.read() for _ in range(5)]
    assert all(block.played == b"" for block in blocks)
