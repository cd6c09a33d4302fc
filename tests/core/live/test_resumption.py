"""When a handle is blamed for a connection that does not come about, and when it is not."""

import pytest

from chimein.core.live.deadline import PATIENT, Deadline
from chimein.core.live.goodbye import Failure, Phase
from chimein.core.live.resumption import ACQUITTED_FOR, Resumption

INTERNAL = Failure(Phase.SETUP, 1011, "Internal error encountered.", resuming=True)
HUNG = Failure(Phase.SETUP, None, "no answer to the set-up", resuming=True)
POLICY = Failure(Phase.SETUP, 1008, "The operation was aborted.", resuming=True)
LATER = Failure(Phase.SETUP, 1013, "Try again later.", resuming=True)
NOBODY = Failure(Phase.REACHING, None, "Connection refused", resuming=True)
UNAVAILABLE = Failure(Phase.REACHING, 503, "Service Unavailable", resuming=True)
BROKEN = Failure(Phase.TALKING, 1006, "the connection broke", resuming=True)
UNSTABLE = Failure(Phase.TALKING, 1007, "Request contains an invalid argument.", resuming=True)


def offers(resumption: Resumption, failure: Failure, attempts: int) -> list[bool]:
    """Whether the handle was named, attempt by attempt, while each fails in the same way."""
    named = []
    for _ in range(attempts):
        token = resumption.offered()
        named.append(token is not None)
        resumption.failed(failure, was_offered=token is not None)
    return named


@pytest.mark.parametrize(("failure", "after"), [(INTERNAL, 2), (HUNG, 10), (POLICY, 2), (UNSTABLE, 2)])
def test_what_fails_again_and_again_is_tried_once_without(failure: Failure, after: int) -> None:
    assert offers(Resumption("h"), failure, after + 1) == [True] * after + [False]


@pytest.mark.parametrize("failure", [LATER, NOBODY, UNAVAILABLE, BROKEN])
def test_what_cannot_be_the_handles_fault_is_not_blamed_on_it(failure: Failure) -> None:
    assert all(offers(Resumption("h"), failure, 100))


def test_an_outage_does_not_cost_the_conversation() -> None:
    resumption = Resumption("h")
    named = offers(resumption, INTERNAL, 100)
    assert named.count(False) == 3
    assert named[2 : 2 + ACQUITTED_FOR + 2] == [False, *[True] * ACQUITTED_FOR, False]
    assert resumption.offered() == "h"


def test_a_service_that_has_become_slow_is_reached_with_the_handle() -> None:
    resumption, deadline = Resumption("h"), Deadline()
    deadline.took(0.2)
    patient = []
    for _ in range(200):
        seconds, token = deadline.s, resumption.offered()
        if seconds in PATIENT.values():
            patient.append(token)
        deadline.passed()
        resumption.failed(HUNG, was_offered=token is not None)
    assert patient == ["h"] * len(PATIENT)


def test_a_broken_handle_is_gone_once_it_goes_well_without() -> None:
    resumption = Resumption("broken")
    offers(resumption, INTERNAL, 2)
    assert resumption.is_suspected
    assert resumption.offered() is None
    resumption.connected()
    assert resumption.token is None
    resumption.came("new")
    assert resumption.offered() == "new"


def test_a_connection_that_lasts_clears_it() -> None:
    resumption = Resumption("h")
    offers(resumption, INTERNAL, 1)
    resumption.connected()
    resumption.lived()
    assert offers(resumption, INTERNAL, 3) == [True, True, False]


def test_the_handle_is_in_no_repr() -> None:
    assert "secret" not in repr(Resumption("secret"))
