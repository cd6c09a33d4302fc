"""Bounces, and edges that were missed."""

from chimein.core.panel.buttons import ButtonEdge, Fingers

PRESSED, RELEASED = ButtonEdge.PRESSED, ButtonEdge.RELEASED


def meant(*edges: tuple[ButtonEdge, float]) -> list[ButtonEdge]:
    fingers = Fingers()
    return [one for edge, at_s in edges for one in fingers.mean(edge, at_s)]


def test_the_first_press_counts_at_any_time() -> None:
    assert meant((PRESSED, 0.0)) == [PRESSED]


def test_chatter_is_one_press_and_one_release() -> None:
    chatter = [(PRESSED, 1.000), (RELEASED, 1.001), (PRESSED, 1.002), (RELEASED, 1.003), (PRESSED, 1.004)]
    assert meant(*chatter) == [PRESSED, RELEASED]


def test_two_presses_within_the_bounce_time_are_one_and_after_it_they_are_two() -> None:
    assert meant((PRESSED, 1.0), (RELEASED, 1.04), (PRESSED, 1.079), (RELEASED, 1.3)) == [PRESSED, RELEASED]
    assert meant((PRESSED, 1.0), (RELEASED, 1.04), (PRESSED, 1.081)) == [PRESSED, RELEASED, PRESSED]


def test_a_missed_release_is_made_up_for() -> None:
    assert meant((PRESSED, 1.0), (PRESSED, 2.0)) == [PRESSED, RELEASED, PRESSED]


def test_a_missed_press_is_made_up_for() -> None:
    assert meant((RELEASED, 1.0)) == [PRESSED, RELEASED]


def test_a_bounce_is_no_missed_press() -> None:
    assert meant((PRESSED, 1.0), (RELEASED, 1.02), (RELEASED, 1.05)) == [PRESSED, RELEASED]
