"""The gate with a second opinion on what is speech."""

import pytest

from chimein.core.audio import UP_HZ
from chimein.core.gate import Gate
from chimein.core.gate.replay import replay
from helpers.rooms import NORMAL, room, talk, through


class Opinionated:
    """Hears what it is given, and says what it was made to say."""

    def __init__(self, likelihood: float) -> None:
        self.likelihood = likelihood
        self.heard = bytearray()
        self.forgets = 0

    def hear(self, pcm: bytes) -> float:
        self.heard += pcm
        return self.likelihood

    def forget(self) -> None:
        self.forgets += 1


def test_a_second_stage_may_say_no_to_what_is_loud() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=8.0)
    assert replay(sound, NORMAL, Opinionated(0.5)).intervals == replay(sound, NORMAL).intervals
    assert replay(sound, NORMAL, Opinionated(0.01)).intervals == ()


def test_a_second_stage_has_no_word_about_what_is_faint() -> None:
    sound = room((3.0, talk(2.0, -67)), seconds=8.0)
    assert replay(sound, NORMAL, Opinionated(0.01)).sent_s == pytest.approx(replay(sound, NORMAL).sent_s) != 0.0


def test_a_second_stage_hears_only_what_stands_out_and_what_was_before() -> None:
    judge = Opinionated(0.5)
    sound = room((3.0, talk(2.0, -35)), seconds=60.0)
    replay(sound, NORMAL, judge)
    assert bytes(judge.heard) in sound.tobytes()
    assert 2 * UP_HZ * 2 <= len(judge.heard) <= 7 * UP_HZ * 2  # the room is not known before 2.4 s
    assert judge.forgets == 1


def test_a_wiped_gate_has_the_second_stage_forget_too() -> None:
    for forget in (Gate.wipe, Gate.pause):
        judge = Opinionated(0.5)
        gate = Gate(NORMAL, judge)
        through(gate, room((1.0, talk(2.0, -30)), seconds=2.2))
        forget(gate)
        assert judge.forgets == 1
