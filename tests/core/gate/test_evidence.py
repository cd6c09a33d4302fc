"""How the cues are weighed."""

import numpy as np
import pytest

from chimein.core.gate.cues import Cues
from chimein.core.gate.evidence import POINTS, holding, opening, strength

NORMAL = POINTS["normal"]
CHANGING, SAME = np.full(5, 0.7), np.full(5, 0.97)


def cues(
    standout: float = 4.0,
    busy: float = 0.5,
    glide: float = 0.5,
    swing: float = 6.0,
    ringing: float = 0.2,
    fall: float = 12.0,
    standout_low: float | None = None,
) -> Cues:
    """A clear voice at some distance, in all five frames, but for what is named."""
    low = np.full(5, standout if standout_low is None else standout_low)
    standout_, busy_, glide_, swing_, ringing_ = (np.full(5, each) for each in (standout, busy, glide, swing, ringing))
    bands = np.zeros(16, np.float32)
    return Cues(standout_, low, standout_, busy_, glide_, swing_, ringing_, fall, bands, False, [20] * 5)


def opens(heard: Cues) -> bool:
    return bool(opening(heard, strength(heard), NORMAL).all())


def holds(heard: Cues, sameness: np.ndarray = CHANGING) -> bool:
    return bool(holding(heard, strength(heard), NORMAL, sameness).all())


def test_a_voice_opens_and_holds() -> None:
    assert opens(cues())
    assert holds(cues())


@pytest.mark.parametrize("lacking", ["standout", "glide", "fall"])
def test_without_any_one_of_its_cues_it_is_no_voice(lacking: str) -> None:
    assert not opens(cues(**{lacking: 0.0}))


def test_a_deep_fall_makes_up_for_little_pitch_and_pitch_for_a_shallow_fall() -> None:
    assert not opens(cues(glide=0.15, fall=7.0))
    assert opens(cues(glide=0.15, fall=18.0))
    assert opens(cues(glide=0.8, fall=7.0))


def test_what_stands_out_only_above_the_voice_is_none() -> None:
    assert not opens(cues(standout_low=0.3))
    assert not holds(cues(standout_low=0.3))


def test_a_single_frame_of_pitch_is_chance_however_loud() -> None:
    assert not opens(cues(standout=12.0, glide=0.04, fall=30.0))


def test_less_holds_the_door_than_opens_it() -> None:
    faint = cues(standout=1.5, glide=0.3, fall=12.0)
    assert not opens(faint)
    assert holds(faint)


def test_what_was_struck_neither_opens_nor_holds() -> None:
    assert not opens(cues(ringing=0.6))
    assert not holds(cues(ringing=0.6))


def test_a_whisper_stands_out_without_a_break_and_swings() -> None:
    assert opens(cues(glide=0.0, busy=1.0))
    assert not opens(cues(glide=0.0, busy=0.95))
    assert holds(cues(glide=0.0, busy=0.95))
    assert not opens(cues(glide=0.0, busy=1.0, swing=4.0))


def test_what_keeps_its_timbre_does_not_hold_by_its_pitch() -> None:
    assert not holds(cues(), SAME)
    assert opens(cues()), "a word may be one vowel"


def test_the_points_are_in_order() -> None:
    high, normal, low = (POINTS[each] for each in ("high", "normal", "low"))
    for of_high, of_normal, of_low in zip(vars(high).values(), vars(normal).values(), vars(low).values(), strict=True):
        assert of_high < of_normal < of_low
