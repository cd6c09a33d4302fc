"""What the gate learns from its false alarms."""

import pytest

from chimein.core.gate.caution import CONVINCING, HALF_LIFE_S, MORE, MOST, SUSPICIOUS, Caution

BLOCKS_PER_S = 10


def opened_by(caution: Caution, *strengths: float) -> None:
    for number, strength in enumerate(strengths):
        caution.watch(strength, is_new=number == 0)
    caution.closed()


def test_a_false_alarm_makes_the_next_take_more() -> None:
    caution = Caution(1.0)
    opened_by(caution, 1.2, 1.6, 0.0)
    assert caution.demand == pytest.approx(1.6 * MORE)
    opened_by(caution, 1.1)
    assert caution.demand == pytest.approx(1.6 * MORE), "a weaker one teaches nothing new"


def test_it_never_takes_more_than_that() -> None:
    caution = Caution(1.0)
    opened_by(caution, 0.99 * CONVINCING)
    assert caution.demand == MOST < CONVINCING


def test_somebody_who_is_really_heard_makes_it_forget() -> None:
    caution = Caution(1.0)
    opened_by(caution, 2.0)
    opened_by(caution, 2.1, CONVINCING)
    assert caution.demand == 1.0


def test_a_whisper_is_no_false_alarm() -> None:
    caution = Caution(1.0)
    opened_by(caution, 0.0, 0.9)
    assert caution.demand == 1.0


def test_it_is_forgotten_within_minutes() -> None:
    caution = Caution(1.0)
    opened_by(caution, 2.9)
    for _ in range(round(HALF_LIFE_S * BLOCKS_PER_S)):
        caution.fade()
    assert caution.demand == pytest.approx(MOST / 2)
    for _ in range(round(HALF_LIFE_S * BLOCKS_PER_S)):
        caution.fade()
    assert caution.demand == 1.0


def test_what_is_lively_is_trusted_for_some_false_alarms() -> None:
    caution = Caution(1.0)
    for _ in range(SUSPICIOUS - 1):
        opened_by(caution, 2.0)
        assert caution.lively_demand == 1.0
    opened_by(caution, 2.0)
    assert caution.lively_demand == caution.demand == pytest.approx(2.0 * MORE)
    opened_by(caution, CONVINCING)
    assert caution.lively_demand == 1.0


def test_an_opening_that_was_cut_off_does_not_count_for_the_next() -> None:
    caution = Caution(1.0)
    caution.watch(CONVINCING, is_new=True)  # and then the microphone was muted
    opened_by(caution, 2.0)
    assert caution.demand == pytest.approx(2.0 * MORE)
