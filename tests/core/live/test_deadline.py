"""How long a set-up may take: what was measured decides, and nobody is shut out for having become slow."""

import pytest

from chimein.core.live.deadline import FIRST_S, LEAST_S, LONGEST_S, PATIENT, Deadline


def given(deadline: Deadline, hangs: int) -> list[float]:
    """What each of so many set-ups that hang was given, in a row."""
    seconds = []
    for _ in range(hangs):
        seconds.append(deadline.s)
        deadline.passed()
    return seconds


def test_what_nobody_has_measured_is_given_time() -> None:
    assert given(Deadline(), 4) == [FIRST_S] * 4


def test_a_service_that_sets_up_in_a_second_is_given_three_and_after_a_hang_two() -> None:
    deadline = Deadline()
    deadline.took(1.0)
    assert given(deadline, 4) == [3.0, 2.0, 2.0, 2.0]
    for _ in range(4):
        deadline.took(0.01)
    assert deadline.s == LEAST_S


def test_one_that_was_slow_is_no_reason_to_wait_for_the_next() -> None:
    deadline = Deadline()
    for seconds in (1.0, 40.0, 1.0):
        deadline.took(seconds)
    assert deadline.s == 3.0
    deadline.took(40.0)
    deadline.took(40.0)
    assert deadline.s == LONGEST_S


@pytest.mark.parametrize("slow_s", [3.0, 14.0, 20.0, 59.0])
def test_who_has_become_slow_is_not_shut_out(slow_s: float) -> None:
    deadline = Deadline()
    deadline.took(0.1)
    waited_s = 0.0
    while (seconds := deadline.s) < slow_s:
        waited_s += seconds
        deadline.passed()
    assert waited_s < 20 * slow_s
    deadline.took(slow_s)
    assert deadline.s == min(3 * slow_s, LONGEST_S)


def test_patience_is_rare() -> None:
    deadline = Deadline()
    deadline.took(0.1)
    seconds = given(deadline, 2000)
    patient = [one for one in seconds if one > LEAST_S]
    assert patient[:4] == list(PATIENT.values())
    assert set(patient[4:]) == {LONGEST_S}
    assert seconds[:8] == [LEAST_S] * 8
    assert sum(patient) <= 0.25 * sum(seconds)
