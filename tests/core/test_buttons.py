from chimein.core.buttons import ButtonEdge, Fingers

PRESSED, RELEASED = ButtonEdge.PRESSED, ButtonEdge.RELEASED


def test_the_first_press_counts_at_any_time() -> None:
    assert Fingers().means(PRESSED, 0.0)


def test_chatter_is_one_press_and_one_release() -> None:
    fingers = Fingers()
    edges = [(PRESSED, 1.000), (RELEASED, 1.001), (PRESSED, 1.002), (RELEASED, 1.003), (PRESSED, 1.004)]
    assert [fingers.means(edge, at) for edge, at in edges] == [True, True, False, False, False]


def test_a_second_press_after_the_pause_counts() -> None:
    fingers = Fingers()
    assert fingers.means(PRESSED, 1.0)
    assert not fingers.means(PRESSED, 1.149)
    assert fingers.means(PRESSED, 1.151)


def test_a_release_without_a_press_is_nothing() -> None:
    assert not Fingers().means(RELEASED, 1.0)
