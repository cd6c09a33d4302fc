"""What was played, by the clock; how late it comes back; whether the canceller works; and what talk across it does."""

from itertools import pairwise

import numpy as np
import pytest

from chimein.core.audio import UP_HZ, Samples
from chimein.core.sound.echo import STEP, BargeIn, DelayFinder, Echo, Place, Reaction, Timeline, echo_way
from chimein.core.sound.echo_trust import LEFT_IN, RINGS_STEPS, Trust

PIECE = 400


def speechlike(seconds: float, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    at_s = np.arange(round(seconds * UP_HZ)) / UP_HZ
    loud = rng.standard_normal(len(at_s)) * 3000 * (np.interp(at_s, np.arange(0, seconds + 1, 0.15), rng.random(
        len(np.arange(0, seconds + 1, 0.15))) ** 3))  # fmt: skip
    return loud.clip(-32_000, 32_000).astype(np.int16)


@pytest.mark.parametrize(
    ("mode", "has_canceller", "way"),
    [
        ("half-duplex", True, Echo.DEAF),
        ("device", False, Echo.FOLLOW),
        ("webrtc", True, Echo.CANCEL),
        ("webrtc", False, Echo.DEAF),
        ("none", True, Echo.NOTHING),
    ],
)
def test_a_canceller_that_is_missing_leaves_it_deaf_and_not_loose(mode: str, has_canceller: bool, way: Echo) -> None:
    assert echo_way(mode, has_canceller=has_canceller) is way


def test_pieces_are_joined_without_a_gap_whatever_their_times_jitter() -> None:
    sound, line = np.arange(4000, dtype=np.int16), Timeline()
    rng = np.random.default_rng(0)
    for at in range(0, len(sound), PIECE):
        line.put(5.0 + at / UP_HZ + rng.uniform(-0.004, 0.004) * (at > 0), sound[at : at + PIECE])
    assert np.array_equal(line.read(5 * UP_HZ, 4000), sound)


def test_what_nobody_put_is_silence() -> None:
    line = Timeline()
    line.put(1.0, np.ones(1600, dtype=np.int16))
    line.put(2.0, np.ones(1600, dtype=np.int16))
    assert not line.read(round(1.2 * UP_HZ), 1600).any()
    assert line.read(round(1.95 * UP_HZ), 1600).sum() == 800
    line.put(60.0, np.ones(1600, dtype=np.int16))
    assert not line.read(UP_HZ, 1600).any(), "what is long past is forgotten"


def test_a_place_moves_evenly_and_is_put_right_after_a_loss() -> None:
    place = Place()
    starts = [place.of(1.0 + 0.08 * number + 0.003 * (number % 2), 1280) for number in range(1, 6)]
    assert set(np.diff(starts)) == {1280}
    assert place.of(9.0, 1280) == 9 * UP_HZ - 1280


@pytest.mark.parametrize("late_ms", [60, 280, 500])
def test_the_delay_of_an_echo_is_found(late_ms: int) -> None:
    played = speechlike(10.0)
    heard = np.concatenate([np.zeros(late_ms * 16, dtype=np.int16), played // 3])[: len(played)]
    finder = DelayFinder()
    for at in range(0, len(played), STEP):
        finder.push(heard[at : at + STEP], played[at : at + STEP])
    assert finder.is_known
    assert finder.delay_samples == pytest.approx(late_ms * 16, abs=160)


def test_no_delay_is_found_where_there_is_no_echo() -> None:
    finder = DelayFinder()
    played, heard = speechlike(10.0), speechlike(10.0, seed=1)
    for at in range(0, len(played), STEP):
        finder.push(heard[at : at + STEP], played[at : at + STEP])
    assert not finder.is_known


def delays(finder: DelayFinder, heard: Samples, played: Samples) -> list[int]:
    """In ms, as they were found one after the other."""
    found = []
    for at in range(0, len(played), STEP):
        finder.push(heard[at : at + STEP], played[at : at + STEP])
        found.append(finder.delay_samples // 16)
    return [found[0], *(after for before, after in pairwise(found) if after != before)]


def later(sound: Samples, ms: int) -> Samples:
    return np.concatenate([np.zeros(ms * 16, dtype=np.int16), sound])[: len(sound)]


def test_a_delay_that_is_known_does_not_move_for_somebody_who_falls_into_step() -> None:
    finder, played = DelayFinder(), speechlike(12.0)
    finder.expect(60 * 16)
    at_s = np.arange(len(played)) / UP_HZ
    talk = np.where((at_s > 3.0) & (at_s < 6.5), later(played, 300), speechlike(12.0, seed=1) // 2)
    assert delays(finder, later(played, 60) // 4 + talk, played) == [60]
    assert delays(finder, later(played, 300) // 4, played) == [60, pytest.approx(300, abs=10)], "it has really moved"


def trusted(trust: Trust, left: float, seconds: float = 2.0) -> bool:
    sound = speechlike(seconds)
    for at in range(0, len(sound), STEP):
        heard = sound[at : at + STEP]
        trust.judge(heard, (heard * left).astype(np.int16), heard)
    return trust.is_relied_on


def test_trust_is_lost_by_failing_and_earned_again_by_cancelling() -> None:
    trust = Trust()
    assert trusted(trust, 0.9, seconds=2.0), "somebody talks across the very first words"
    assert not trusted(trust, 0.9, seconds=20.0), "for twenty seconds nobody does"
    assert not trusted(trust, 0.5)
    assert trusted(trust, 0.05)
    assert trusted(trust, 0.9, seconds=1.0), "somebody talks across it"
    assert not trusted(trust, 0.9, seconds=6.0)


def test_somebody_who_talks_across_it_for_long_does_not_make_it_fail() -> None:
    trust, played, talk = Trust(), speechlike(12.0), speechlike(12.0, seed=1)
    for at in range(0, len(played), STEP):
        own, across = played[at : at + STEP], talk[at : at + STEP] * (at > 2 * UP_HZ)
        trust.judge(own // 4 + across, own // 80 + across, own)
    assert trust.is_relied_on


def test_of_what_a_canceller_that_failed_leaves_nothing_is_used() -> None:
    trust, sound, silence = Trust(), speechlike(0.01), np.zeros(STEP, dtype=np.int16)
    assert not trusted(trust, 0.9, seconds=25.0)
    assert np.array_equal(trust.judge(sound, sound, sound), np.rint(LEFT_IN * sound.astype(np.float32)))
    for _ in range(RINGS_STEPS):
        trust.judge(sound, sound, silence)
    assert np.array_equal(trust.judge(sound, sound, silence), sound), "nothing is played any more"


def test_nothing_is_changed_while_nothing_is_played() -> None:
    sound = speechlike(0.01)
    assert np.array_equal(Trust().judge(sound, sound, np.zeros_like(sound)), sound)


def reactions(*talk: bool) -> list[Reaction]:
    barge = BargeIn()
    return [barge.heard(0.08, is_sounding=True, is_talk=it) for it in talk]


def test_talk_ducks_at_once_and_stops_it_when_it_goes_on() -> None:
    assert reactions(False, True)[-1] is Reaction.DUCK
    assert reactions(*[True] * 3)[-1] is Reaction.DUCK
    assert reactions(*[True] * 4)[-1] is Reaction.STOP  # 0.32 s
    assert reactions(True, True, False, True, True)[-1] is Reaction.STOP, "syllables"


def test_a_cough_is_forgotten() -> None:
    after = reactions(True, *[False] * 11)
    assert after[5] is Reaction.DUCK
    assert after[-1] is Reaction.GO_ON
    assert Reaction.STOP not in reactions(*[True, True, False, False, False, False] * 4)


def test_talk_in_silence_is_nobody_talking_across() -> None:
    barge = BargeIn()
    assert {barge.heard(0.08, is_sounding=False, is_talk=True) for _ in range(20)} == {Reaction.GO_ON}
    assert barge.heard(0.08, is_sounding=True, is_talk=True) is Reaction.DUCK
