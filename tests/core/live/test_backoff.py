"""The back-off, read aloud."""

from itertools import islice, takewhile

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.live.backoff import CAP_S, DEVICE_EAGER_S, EAGER_S, FIRST_S, LATE_CAP_S, device_waits_s, waits_s
from chimein.core.live.resumption import SUSPICIOUS


def test_without_luck_it_asks_every_second_and_a_half() -> None:
    assert [round(wait, 2) for wait in islice(waits_s(lambda: 1.0), 5)] == [0.7, 1.05, 1.57, 1.6, 1.6]


def test_three_attempts_find_a_broken_handle_out_within_two_seconds() -> None:
    refused = min(SUSPICIOUS[code] for code in (1008, 1011))
    assert sum(islice(waits_s(lambda: 1.0), refused)) <= 1.8, "and there are three set-ups to be made"


def test_the_first_attempt_starts_within_a_second_and_never_at_once() -> None:
    assert next(waits_s(lambda: 0.0)) == FIRST_S / 2


def test_after_ten_minutes_it_asks_less_and_less_often() -> None:
    waits = list(islice(waits_s(lambda: 1.0), 500))
    eager = list(takewhile(lambda wait: wait <= CAP_S, waits))
    assert EAGER_S <= sum(eager) < EAGER_S + 2 * CAP_S
    assert waits[len(eager) : len(eager) + 6] == [3.2, 6.4, 12.8, 15, 15, 15]


@given(st.randoms(use_true_random=False), st.integers(0, 600))
def test_no_wait_is_longer_than_the_cap(random, skipped) -> None:  # type: ignore[no-untyped-def]
    wait = next(islice(waits_s(random.random), skipped, None))
    assert FIRST_S / 2 <= wait <= LATE_CAP_S


def test_a_device_that_is_gone_is_tried_often_at_first_and_then_at_little_cost() -> None:
    waits = list(islice(device_waits_s(), 60))
    assert waits[:5] == [0.5, 0.75, 1.125, 1.5, 1.5]
    assert DEVICE_EAGER_S <= sum(takewhile(lambda wait: wait < 10, waits)) < DEVICE_EAGER_S + 2
    assert waits[-1] == 10
