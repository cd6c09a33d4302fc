"""The sounds: short, quiet, without a click, and no two alike."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, samples
from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Hours, Life
from chimein.core.panel.earcons import Earcon, wanted


@pytest.mark.parametrize("earcon", Earcon)
def test_it_is_short_and_quiet_and_does_not_click(earcon: Earcon) -> None:
    sound = samples(earcon.pcm).astype(np.int32)
    assert len(sound) < 0.2 * DOWN_HZ
    assert 2000 < np.abs(sound).max() < 8000
    assert np.abs(sound[[0, -1]]).max() < 10
    assert np.abs(np.diff(sound)).max() < 1500


def test_shut_falls_and_open_rises() -> None:
    def pitches(earcon: Earcon) -> list[float]:
        first, second = np.array_split(samples(earcon.pcm).astype(float), 2)
        return [float(np.argmax(np.abs(np.fft.rfft(half, DOWN_HZ)))) for half in (first, second)]

    falling, rising = pitches(Earcon.MUTED), pitches(Earcon.UNMUTED)
    assert falling[0] > falling[1]
    assert rising[0] < rising[1]
    for one, other in combinations(Earcon, 2):
        assert one.pcm != other.pcm


def test_at_night_and_while_it_wakes_there_is_none() -> None:
    awake = Appliance(life=Life.AWAKE)
    assert wanted(awake)
    assert not wanted(replace(awake, hours=Hours.QUIET))
    assert not wanted(Appliance())
