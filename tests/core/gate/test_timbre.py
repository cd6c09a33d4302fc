"""Whether a sound keeps its timbre."""

import numpy as np
import pytest

from chimein.core.gate.hearing import BANDS, BLOCK_FRAMES, Floats
from chimein.core.gate.timbre import Timbre

LOUD = np.full(BLOCK_FRAMES, 6.0, np.float32)
SHAPES = np.random.default_rng(3).uniform(0, 20, (8, BANDS)).astype(np.float32)


def after(*blocks: tuple[Floats, Floats]) -> float:
    timbre = Timbre()
    for excess, standout in blocks:
        timbre.remember(excess, standout)
    return float(timbre.sameness()[-1])


def of(shape: Floats, louder_db: float = 0.0) -> Floats:
    return np.tile(shape + np.float32(louder_db), (BLOCK_FRAMES, 1))


def test_a_machine_is_always_the_same_however_loud() -> None:
    assert after(*((of(SHAPES[0], louder_db=3 * (n % 3)), LOUD) for n in range(8))) == pytest.approx(1.0)


def test_what_keeps_changing_is_not() -> None:
    assert after(*((of(shape), LOUD) for shape in SHAPES)) < 0.7


def test_pauses_do_not_count() -> None:
    pause = np.zeros((BLOCK_FRAMES, BANDS), np.float32), np.zeros(BLOCK_FRAMES, np.float32)
    assert after((of(SHAPES[0]), LOUD), pause, pause, (of(SHAPES[0]), LOUD), pause) == pytest.approx(1.0)


def test_what_is_over_for_a_second_is_forgotten() -> None:
    assert after((of(SHAPES[0]), LOUD), *[(of(SHAPES[1]), LOUD)] * 9) == pytest.approx(1.0)


def test_silence_has_no_timbre() -> None:
    assert after() == 0.0
