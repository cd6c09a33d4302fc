"""The gate as its owner sees it: what goes in, what it says to do."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples
from chimein.core.gate import Closed, Forward, Gate, GateStep, Item, Opened, Sensitivity


@dataclass(frozen=True)
class Settings:
    enabled: bool = True
    sensitivity: Sensitivity = "normal"
    preroll_ms: int = 500
    hangover_ms: int = 700


def hiss(seconds: float, dbfs: float, seed: int = 1) -> Samples:
    """Steady white noise."""
    noise = np.random.default_rng(seed).normal(size=round(seconds * UP_HZ)) * 32768 * 10 ** (dbfs / 20)
    return np.clip(np.rint(noise), -32768, 32767).astype(np.int16)


def voice(seconds: float, dbfs: float, seed: int = 2) -> Samples:
    """A buzz with a gliding pitch of about 120 Hz in syllables: a talker, to the gate."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    pitch = 120 + 15 * np.sin(2 * np.pi * 0.7 * t + seed)
    phase = np.cumsum(2 * np.pi * pitch / UP_HZ)
    buzz = sum(np.sin(k * phase) / k**0.7 for k in range(1, 30))
    syllables = np.maximum(np.sin(2 * np.pi * 2.0 * t), 0.0) ** 0.5
    sound = buzz * syllables
    sound *= 10 ** (dbfs / 20) / np.sqrt(np.mean(sound**2))
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


def mixed(*parts: tuple[float, Samples], seconds: float, floor_dbfs: float = -65.0) -> Samples:
    """A room: hiss, and sounds that begin at their seconds."""
    room = hiss(seconds, floor_dbfs).astype(np.int32)
    for at_s, sound in parts:
        at = round(at_s * UP_HZ)
        end = min(len(room), at + len(sound))
        room[at:end] += sound[: end - at]
    return np.clip(room, -32768, 32767).astype(np.int16)


def through(gate: Gate, sound: Samples, frames: int = 5) -> list[GateStep]:
    size = frames * FRAME_SAMPLES
    return [gate.push(sound[at : at + size]) for at in range(0, len(sound), size)]


def joined(steps: list[GateStep]) -> list[Item]:
    """The items, with sound that follows sound put into one piece."""
    items: list[Item] = []
    for item in (item for step in steps for item in step.items):
        if isinstance(item, Forward) and items and isinstance(items[-1], Forward):
            items[-1] = Forward(items[-1].pcm + item.pcm)
        else:
            items.append(item)
    return items


def test_a_talker_goes_up_with_the_preroll_and_the_hangover() -> None:
    sound = mixed((3.0, voice(2.0, -35)), seconds=8.0)
    opened, sent, closed = joined(through(Gate(Settings()), sound))
    assert isinstance(opened, Opened)
    assert isinstance(sent, Forward)
    assert isinstance(closed, Closed)
    assert 2.4 <= opened.frame * 0.02 <= 3.0
    assert 5.4 <= closed.frame * 0.02 <= 6.4
    assert sent.pcm == sound[opened.frame * FRAME_SAMPLES : closed.frame * FRAME_SAMPLES].tobytes()


SCENE = mixed((0.5, voice(1.5, -35)), (3.5, voice(1.2, -30)), (5.0, np.zeros(1, np.int16)), seconds=8.0)
WHOLE = joined(through(Gate(Settings()), SCENE))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_it_makes_no_difference_how_the_sound_is_cut(cuts: list[int]) -> None:
    gate, steps, at, turn = Gate(Settings()), [], 0, 0
    while at < len(SCENE):
        size = cuts[turn % len(cuts)] * FRAME_SAMPLES
        steps.append(gate.push(SCENE[at : at + size]))
        at, turn = at + size, turn + 1
    assert joined(steps) == WHOLE
    assert any(isinstance(item, Opened) for item in WHOLE)


def test_chunks_are_20_to_100_ms() -> None:
    for step in through(Gate(Settings()), SCENE, frames=50):
        for item in step.items:
            if isinstance(item, Forward):
                assert 640 <= len(item.pcm) <= 3200


def test_only_whole_frames() -> None:
    with pytest.raises(ValueError, match="whole frames"):
        Gate(Settings()).push(np.zeros(319, np.int16))
    with pytest.raises(ValueError, match="whole frames"):
        Gate(Settings()).push(np.zeros(0, np.int16))
