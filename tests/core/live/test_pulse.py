"""What is dead, what is only slow, and what breathes and hears nothing."""

import pytest

from chimein.core.live.pulse import (
    ASK_EVERY_S,
    IDLE_PATIENCE_S,
    SLOWEST_PONG_S,
    SPEECH_PATIENCE_S,
    WORDLESS_AFTER_S,
    WORDLESS_LINES,
    Pulse,
    Sign,
)


class Line:
    """Asks every ASK_EVERY_S, and is answered late, or never."""

    def __init__(self, pulse: Pulse, *, late_s: float | None, word_every_s: float = 0) -> None:
        self.pulse, self.late_s, self.word_every_s = pulse, late_s, word_every_s
        self._asked: list[float] = []

    def passes(self, start_s: float, until_s: float) -> float:
        """Lets time pass: when the pulse was no longer ALIVE, or `until_s`."""
        now_s = start_s
        while now_s < until_s:
            if now_s % ASK_EVERY_S == 0:
                self._asked.append(now_s)
            if self.late_s is not None and self._asked and now_s - self._asked[0] >= self.late_s:
                self.pulse.ponged(self._asked.pop(0), now_s)
            if self.word_every_s and now_s % self.word_every_s == 0:
                self.pulse.told(now_s, is_word=True)
            if self.pulse.feel(now_s) is not Sign.ALIVE:
                return now_s
            now_s += 0.5
        return until_s


def felt(
    pulse: Pulse, start_s: float, until_s: float, *, pongs_after_s: float | None, word_every_s: float = 0
) -> float:
    return Line(pulse, late_s=pongs_after_s, word_every_s=word_every_s).passes(start_s, until_s)


def test_a_dead_line_is_noticed_in_the_middle_of_a_sentence_within_15_s() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    pulse.ponged(100.0, 100.1)
    pulse.spoke(200.0)
    assert felt(pulse, 200.0, 300.0, pongs_after_s=None) - 200.0 == SPEECH_PATIENCE_S


def test_and_after_its_end() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    pulse.spoke(101.0)
    pulse.ended(103.0)
    assert felt(pulse, 101.0, 300.0, pongs_after_s=None) - 101.0 <= 15.0


def test_who_said_nothing_to_nobody_is_left_in_peace_for_a_minute() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    pulse.ponged(100.0, 100.0)
    assert felt(pulse, 100.0, 300.0, pongs_after_s=None) - 100.0 == IDLE_PATIENCE_S


@pytest.mark.parametrize("late_s", [8.0, 20.0, 30.0])
def test_slow_pongs_are_signs_of_life(late_s: float) -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    line = Line(pulse, late_s=late_s)
    assert line.passes(100.0, 160.0) == 160.0
    pulse.spoke(160.0)
    assert line.passes(160.0, 190.0) == 190.0, "a monologue"
    pulse.ended(190.0)
    assert line.passes(190.0, 900.0) == 900.0, "of which nothing comes"
    assert pulse.is_heard


def test_slow_pongs_that_nobody_knows_of_cost_one_connection_at_most() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    pulse.spoke(100.0)
    assert felt(pulse, 100.0, 200.0, pongs_after_s=30.0) == 112.0
    pulse.begin(113.0)
    pulse.spoke(113.0)
    assert felt(pulse, 113.0, 400.0, pongs_after_s=30.0) == 400.0


def test_a_service_that_answers_no_ping_at_all_is_not_left_again_and_again() -> None:
    pulse = Pulse()
    lived_s = []
    for start_s in (100.0, 300.0, 500.0):
        pulse.begin(start_s)
        assert felt(pulse, start_s, start_s + 90.0, pongs_after_s=None) == start_s + 90.0, "nobody talks"
        pulse.spoke(start_s + 90.0)
        lived_s.append(felt(pulse, start_s + 90.0, start_s + 190.0, pongs_after_s=None) - start_s - 90.0)
    assert lived_s == [SPEECH_PATIENCE_S, SPEECH_PATIENCE_S + SLOWEST_PONG_S, 100.0]


def test_words_are_signs_of_life_without_any_pong() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    pulse.spoke(100.0)
    assert felt(pulse, 100.0, 900.0, pongs_after_s=None, word_every_s=9.0) == 900.0


def lines(pulse: Pulse, count: int, start_s: float) -> float:
    """Says lines of which nothing comes but pongs."""
    for number in range(count):
        now_s = start_s + 5 * number
        pulse.spoke(now_s)
        pulse.ended(now_s + 2)
        pulse.ponged(now_s + 2, now_s + 2.1)
    return start_s + 5 * (count - 1) + 2


def test_lines_that_follow_each_other_without_a_pause_are_wordless_too() -> None:
    pulse = Pulse()
    pulse.begin(0.0)
    lines(pulse, 4, 0.0)
    pulse.spoke(20.0)
    assert pulse.feel(20.0) is Sign.WORDLESS


def test_who_breathes_and_says_nothing_to_anything_is_changed_less_and_less_readily() -> None:
    pulse = Pulse()
    pulse.begin(0.0)
    lines(pulse, WORDLESS_LINES - 1, 0.0)
    assert not pulse.has_words
    assert pulse.feel(60.0) is Sign.ALIVE
    pulse.begin(200.0)
    first_s = 200.0 + 2
    lines(pulse, WORDLESS_LINES, 200.0)
    assert pulse.feel(first_s + WORDLESS_AFTER_S - 1) is Sign.ALIVE
    assert pulse.feel(first_s + WORDLESS_AFTER_S) is Sign.WORDLESS
    assert pulse.feel(first_s + WORDLESS_AFTER_S) is Sign.ALIVE, "said once"
    pulse.begin(300.0)
    lines(pulse, 2 * WORDLESS_LINES - 1, 300.0)
    assert pulse.feel(360.0) is Sign.ALIVE
    pulse.told(360.0, is_word=True)
    assert pulse.has_words
    lines(pulse, WORDLESS_LINES, 500.0)
    assert pulse.feel(560.0) is Sign.WORDLESS
