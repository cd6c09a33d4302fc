"""What is played is told at 16 kHz, each piece with its own time."""

import numpy as np
import pytest

from chimein.core.audio import samples
from chimein.sound.tap import Tap


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (24_000, 1), (44_100, 2), (48_000, 2)])
def test_a_click_is_told_when_it_is_heard(rate_hz: int, channels: int) -> None:
    tap, block, click_s = Tap(rate_hz, channels), rate_hz // 40, 0.4
    sound = np.zeros((rate_hz, channels), dtype=np.int16)
    sound[round(click_s * rate_hz)] = 20_000
    told = []
    for at in range(0, len(sound), block):
        tap.put(100.0 + at / rate_hz, sound[at : at + block].tobytes())
        told += tap.take()
    tap.close()
    peaks = [
        (np.abs(samples(one.pcm)).max(), one.first_s + np.argmax(np.abs(samples(one.pcm))) / 16_000) for one in told
    ]
    assert max(peaks)[1] == pytest.approx(100.0 + click_s, abs=0.001)
    assert sum(len(samples(one.pcm)) for one in told) > 15_000
