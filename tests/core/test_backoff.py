"""The back-off, read aloud."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.backoff import CAP_S, FIRST_S, waits_s


def test_without_luck_the_ceilings_double_up_to_a_minute() -> None:
    assert list(islice(waits_s(lambda: 1.0), 8)) == [1, 2, 4, 8, 16, 32, 60, 60]


def test_the_first_attempt_starts_within_a_second_and_never_at_once() -> None:
    assert next(waits_s(lambda: 0.0)) == FIRST_S / 4


@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_no_wait_is_longer_than_the_cap(random, skipped) -> None:  # type: ignore[no-untyped-def]
    wait = next(islice(waits_s(random.random), skipped, None))
    assert 0.25 <= wait <= CAP_S
