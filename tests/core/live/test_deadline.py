"""How long a set-up may take: what was measured decides, and nobody is shut out for having become slow."""

from chimein.core.live.deadline import FIRST_S, LEAST_S, MINUTE_OF_HANGS, PATIENT_S, Deadline


def test_what_nobody_has_measured_is_given_time_and_every_third_attempt_more() -> None:
    deadline = Deadline()
    given = []
    for _ in range(6):
        given.append(deadline.s)
        deadline.passed()
    assert given == [FIRST_S, FIRST_S, PATIENT_S] * 2


def test_a_service_that_sets_up_in_a_second_is_given_six() -> None:
    deadline = Deadline()
    deadline.took(1.0)
    assert deadline.s == 6.0
    deadline.took(0.01)
    assert deadline.s == 6.0, "the slowest of the latest"
    for _ in range(4):
        deadline.took(0.01)
    assert deadline.s == LEAST_S
    deadline.took(60.0)
    assert deadline.s == PATIENT_S


def test_who_has_become_slow_is_not_shut_out() -> None:
    deadline = Deadline()
    deadline.took(0.1)
    for _ in range(MINUTE_OF_HANGS):
        assert deadline.s == LEAST_S
        deadline.passed()
    given = []
    for _ in range(4):
        given.append(deadline.s)
        deadline.passed()
    assert given == [LEAST_S, PATIENT_S] * 2
    deadline.took(5.0)
    assert deadline.s == PATIENT_S
