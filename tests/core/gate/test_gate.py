"""The gate as its owner sees it: a room is heard, and what goes up is looked at."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples
from chimein.core.gate import Closed, Forward, Gate, Opened
from chimein.core.gate.replay import replay
from helpers.rooms import NORMAL, Settings, hiss, joined, room, talk, through


def click(dbfs: float = -10.0) -> Samples:
    """Ten milliseconds of noise that die away."""
    t = np.arange(UP_HZ // 50) / UP_HZ
    noise = np.random.default_rng(7).normal(size=len(t)) * np.exp(-t / 0.003)
    return np.asarray(noise / np.abs(noise).max() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def sent_s(sound: Samples, begin_s: float, end_s: float, of: Settings = NORMAL) -> float:
    """Seconds of this stretch that went up."""
    return sum(max(0.0, min(end, end_s) - max(start, begin_s)) for start, end in replay(sound, of).intervals)


def test_a_talker_goes_up_with_the_preroll_and_the_hangover() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=8.0)
    opened, sent, closed = joined(through(Gate(NORMAL), sound))
    assert isinstance(opened, Opened)
    assert isinstance(sent, Forward)
    assert isinstance(closed, Closed)
    assert 2.4 <= opened.frame * 0.02 <= 3.0
    assert 5.3 <= closed.frame * 0.02 <= 6.4
    assert sent.pcm == sound[opened.frame * FRAME_SAMPLES : closed.frame * FRAME_SAMPLES].tobytes()


def test_the_first_word_is_not_taken_for_the_room() -> None:
    assert sent_s(room((0.1, talk(1.4, -35)), seconds=4.0), 0.1, 1.4) == pytest.approx(1.3)


def test_talk_out_of_digital_silence_is_heard() -> None:
    sound = np.concatenate([np.zeros(UP_HZ, np.int16), talk(1.9, -40), np.zeros(UP_HZ, np.int16)])
    assert sent_s(sound, 1.0, 2.7) == pytest.approx(1.7)


@pytest.mark.parametrize("dbfs", [-70.0, -55.0, -40.0, -25.0])
def test_steady_noise_costs_nothing(dbfs: float) -> None:
    assert replay(hiss(20.0, dbfs), NORMAL).sent_s == 0.0


def test_a_click_costs_a_second_at_the_most_and_mostly_nothing() -> None:
    sound = room(*((3.0 + 2.1 * n, click()) for n in range(8)), seconds=22.0)
    assert replay(sound, NORMAL).sent_s <= 3.0


def struck(seconds: float, dbfs: float, seed: int) -> Samples:
    """A pot: seven modes that die away over half a second or more, after a knock."""
    make = np.random.default_rng(seed)
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    sound = 0.3 * make.normal(size=len(t)) * np.exp(-t / 0.008)
    for hz, decay_s in zip(np.exp(make.uniform(np.log(350), np.log(4500), 7)), make.uniform(0.1, 0.9, 7), strict=True):
        sound += make.uniform(0.3, 1.0) * np.sin(2 * np.pi * hz * t) * np.exp(-t / decay_s)
    return np.asarray(sound / np.abs(sound).max() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def test_most_pots_that_ring_are_known_for_pots() -> None:
    """Their pitch is steadier than any voice's; but for how they die away, eleven of twelve would pass."""
    sound = room(*((3.0 + 3.0 * n, struck(1.6, -8.0 - n, seed=n)) for n in range(12)), seconds=40.0)
    assert sum(sent_s(sound, 2.4 + 3.0 * n, 5.4 + 3.0 * n) > 0 for n in range(12)) <= 6
    assert replay(sound, NORMAL).sent_s <= 7.5, "a pot that passes is not held on to: its timbre stays the same"


def machine(seconds: float, dbfs: float) -> Samples:
    """A drum that turns once a second: noise that surges by 6 dB up and down, with an echo like a hollow's in it."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    noise = np.random.default_rng(5).normal(size=len(t))
    sound = noise.copy()
    for times in (1, 2, 3):
        lag = times * UP_HZ // 120
        sound[lag:] += 0.35**times * noise[:-lag]
    sound *= 10 ** (6 * np.sin(2 * np.pi * t) / 20)
    return np.asarray(sound / sound.std() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def test_a_machine_that_surges_costs_little_and_is_talked_over() -> None:
    """It stands out, swings and falls at every turn, but has no pitch to speak of."""
    sound = room((4.0, machine(56.0, -46)), (50.0, talk(2.0, -36)), seconds=62.0, floor_dbfs=-62.0)
    assert sent_s(sound, 4.0, 49.0) <= 2.5
    assert sent_s(sound, 50.0, 51.7) == pytest.approx(1.7)


def deep(seconds: float, dbfs: float) -> Samples:
    """A talker whose voice is about as deep as voices are: 74 to 94 Hz."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    phase = np.cumsum(2 * np.pi * (84 + 10 * np.sin(2 * np.pi * 0.9 * t)) / UP_HZ)
    buzz = sum((np.sin(k * phase + k * k) / k**0.8 for k in range(1, 40)), np.zeros(len(t)))
    sound = buzz * (np.maximum(np.sin(2 * np.pi * 1.7 * t), 0.0) ** 0.7 + 0.02)
    return np.asarray(sound / sound.std() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def test_a_deep_voice_is_made_out_below_the_noise() -> None:
    """Its harmonics stand closer to each other than a spectrum of 32 ms can tell: that would hear nothing of it."""
    sound = room(*((3.0 + 6.0 * n, deep(3.0, -55.0)) for n in range(4)), seconds=28.0, floor_dbfs=-52.0)
    assert sum(sent_s(sound, 3.0 + 6.0 * n, 6.0 + 6.0 * n) for n in range(4)) >= 5.0


def whisper(seconds: float, dbfs: float, seed: int = 4) -> Samples:
    """Four breaths a second, none with a voice in it."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    breath = np.random.default_rng(seed).normal(size=len(t)) * np.maximum(np.sin(2 * np.pi * 2.0 * t) ** 2, 0.01)
    return np.asarray(breath / breath.std() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_whisper_goes_up_to_its_end(seed: int) -> None:
    """Somebody whispers on, after a pause to think."""
    sound = room((3.0, whisper(1.75, -44, seed)), (5.0, whisper(1.75, -44, seed)), seconds=10.0)
    assert sent_s(sound, 3.0, 6.75) >= 3.7


def test_a_whisper_without_a_pause_passes_for_the_room_only_when_it_is_long() -> None:
    """After 2.4 s the least of each breath is the floor."""
    assert sent_s(room((3.0, whisper(4.0, -44)), seconds=10.0), 3.0, 7.0) >= 3.6


def test_a_hood_switched_on_is_learned_and_talked_over() -> None:
    sound = room((5.0, hiss(25.0, -40, seed=3)), (20.0, talk(3.0, -30)), seconds=30.0)
    assert sent_s(sound, 4.0, 19.0) <= 1.5
    assert sent_s(sound, 20.0, 22.7) == pytest.approx(2.7)


def test_a_jump_of_the_level_shuts_nothing_for_good() -> None:
    """An automatic gain that goes 20 dB down and up again."""
    sound = room((2.0, talk(2.0, -25)), (10.0, talk(2.0, -25)), (18.0, talk(2.0, -25)), seconds=24.0, floor_dbfs=-50)
    sound[8 * UP_HZ : 16 * UP_HZ] //= 10
    for at_s in (2.0, 10.0, 18.0):
        assert sent_s(sound, at_s, at_s + 1.7) >= 1.65
    assert replay(sound, NORMAL).sent_s <= 11.0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-30, 15), min_size=1, max_size=5))
def test_whatever_the_level_does_talk_is_heard_three_seconds_later(gains_db: list[int]) -> None:
    """Stays of six seconds, each at a level of its own, each with somebody talking in its second half."""
    stay = room((3.0, talk(2.0, -32)), seconds=6.0, floor_dbfs=-52.0) / 32768
    scene = np.concatenate([stay * 10 ** (gain_db / 20) for gain_db in gains_db])
    sound = np.clip(np.rint(scene * 32768), -32768, 32767).astype(np.int16)
    for number in range(len(gains_db)):
        assert sent_s(sound, 6.0 * number + 3.0, 6.0 * number + 4.7) >= 1.65


@pytest.mark.parametrize("gain_db", [-25, 0, 14])
def test_a_quiet_microphone_hears_what_a_loud_one_hears(gain_db: int) -> None:
    """14 dB of gain too much: the talker is clipped."""
    sound = room((3.0, talk(2.0, -22)), (7.0, hiss(3.0, -30, seed=3)), seconds=12.0, floor_dbfs=-55.0)
    scaled = np.clip(np.rint(sound * 10 ** (gain_db / 20)), -32768, 32767).astype(np.int16)
    assert sent_s(scaled, 3.0, 4.7) == pytest.approx(1.7)
    assert sent_s(scaled, 6.0, 12.0) == 0.0


def test_offset_and_rumble_are_not_heard() -> None:
    """Neither holds the gate open, nor do they hide a talker."""
    sound = room((6.0, talk(2.0, -40)), seconds=12.0)
    t = np.arange(len(sound)) / UP_HZ
    shaken = (sound + 300 + 600 * np.sin(2 * np.pi * 23 * t) * (1 + np.sin(2 * np.pi * 0.3 * t))).astype(np.int16)
    assert sent_s(shaken, 0.0, 5.0) == 0.0
    assert sent_s(shaken, 6.0, 7.7) == pytest.approx(1.7)
    assert sent_s(shaken, 9.0, 12.0) == 0.0


def test_sensitivity_is_one_dial() -> None:
    """A voice that fades into the noise goes up for longer, the higher it is set."""
    fading = room(*((2.0 + 4 * n, talk(2.0, -38.0 - n)) for n in range(17)), seconds=72.0, floor_dbfs=-48.0)
    low, normal, high = (replay(fading, Settings(sensitivity=each)).sent_s for each in ("low", "normal", "high"))
    assert 0 < low < normal < high


def test_the_dial_stands_a_step_higher_while_something_is_played() -> None:
    """Its floor has a margin of its own, here in one band alone: a tone is played that the room does not return."""
    fading = room(*((2.0 + 4 * n, talk(2.0, -44.0 - n)) for n in range(10)), seconds=44.0, floor_dbfs=-48.0)
    tone = np.rint(100 * np.sin(2 * np.pi * 5000 * np.arange(len(fading)) / UP_HZ)).astype(np.int16)
    assert replay(fading, NORMAL).sent_s < replay(fading, NORMAL, played=tone).sent_s


def test_preroll_and_hangover_are_as_set() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=9.0)
    ((start, end),) = replay(sound, NORMAL).intervals
    ((longer_start, longer_end),) = replay(sound, replace(NORMAL, preroll_ms=900, hangover_ms=1500)).intervals
    assert start - longer_start == pytest.approx(0.4)
    assert longer_end - end == pytest.approx(0.8)


def test_a_phrase_without_a_pause_loses_nothing_of_its_beginning() -> None:
    """Seven tenths of one gliding vowel do not fall: the gate knows late, and has to reach back to where it began."""
    t = np.arange(int(0.7 * UP_HZ)) / UP_HZ
    pitch = np.cumsum(120 + 30 * t) / UP_HZ
    vowel = sum(np.sin(2 * np.pi * k * pitch) / k for k in range(1, 25))
    sung = (3000 * np.asarray(vowel)).astype(np.int16)
    sound = room((3.0, np.concatenate([sung, talk(1.5, -20)])), seconds=7.0)
    steps = joined(through(Gate(NORMAL), sound))
    opened = next(item for item in steps if isinstance(item, Opened))
    assert opened.frame * FRAME_SAMPLES / UP_HZ <= 3.02
