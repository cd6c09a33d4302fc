"""What is rendered, when, and the books on it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import DOWN_HZ, Samples
from chimein.sound.voice import Voice, gain


def ramp(count: int, start: int = 1) -> Samples:
    return np.arange(start, start + count).astype(np.int16)


def rendered(voice: Voice, frames: int) -> Samples:
    return np.frombuffer(voice.render(frames), dtype="<i2")


def test_at_its_own_rate_every_sample_comes_out_once() -> None:
    voice = Voice(DOWN_HZ, 1, 100)
    voice.put(ramp(1000).tobytes())
    assert rendered(voice, 600).tolist() == ramp(600).tolist()
    assert voice.place == 600
    assert rendered(voice, 600).tolist() == [*ramp(400, 601), *[0] * 200]
    assert voice.place == voice.received == 1000
    assert voice.is_dry


def test_every_channel_of_the_device_says_the_same() -> None:
    voice = Voice(DOWN_HZ, 2, 100)
    voice.put(ramp(2).tobytes())
    assert rendered(voice, 2).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("count", [24_000, 10_001, 37])
def test_the_tail_is_never_cut(rate_hz: int, count: int) -> None:
    voice = Voice(rate_hz, 1, 100)
    sound = np.full(count, 5000, dtype=np.int16)
    for at in range(0, count, 4000):
        voice.put(sound[at : at + 4000].tobytes())
    voice.finish()
    out = rendered(voice, 2 * rate_hz)
    assert np.flatnonzero(np.abs(out) > 2000)[-1] == pytest.approx(count * rate_hz / DOWN_HZ - 1, abs=3)
    assert voice.place == voice.received == count
    assert voice.is_dry
    assert voice.dropped == 0


def test_silence_fades_at_once_and_what_follows_is_whole() -> None:
    voice = Voice(48_000, 1, 100)
    voice.put(np.full(DOWN_HZ, 10_000, dtype=np.int16).tobytes())
    rendered(voice, 4800)
    voice.silence()
    voice.put(np.full(2400, -10_000, dtype=np.int16).tobytes())
    voice.finish()
    out = rendered(voice, 48_000)
    assert np.flatnonzero(out > 0)[-1] < 300  # 5 ms of fading and the ringing of a filter
    assert np.count_nonzero(out < -5000) == pytest.approx(4800, abs=10)
    assert voice.place == voice.received == DOWN_HZ + 2400
    assert voice.dropped == pytest.approx(DOWN_HZ - 2400 - 120, abs=2)


def test_volume_changes_as_a_ramp_over_one_block() -> None:
    voice = Voice(DOWN_HZ, 1, 100)
    voice.put(np.full(1800, 10_000, dtype=np.int16).tobytes())
    assert set(rendered(voice, 600)) == {10_000}
    voice.set_volume(0)
    fading = rendered(voice, 600)
    assert fading[0] == 10_000
    assert fading[-1] == 0
    assert np.abs(np.diff(fading)).max() < 20
    assert not rendered(voice, 600).any()


def test_volume_in_percent() -> None:
    assert (gain(0), gain(100), gain(150), gain(-5)) == (0.0, 1.0, 1.0, 0.0)
    assert gain(50) == pytest.approx(0.125)


def test_more_than_ten_minutes_are_not_kept() -> None:
    voice = Voice(DOWN_HZ, 1, 100)
    minute = bytes(2 * 60 * DOWN_HZ)
    for _ in range(11):
        voice.put(minute)
    assert voice.received == 11 * 60 * DOWN_HZ
    while not voice.is_dry:
        voice.render(10 * DOWN_HZ)
    assert voice.dropped == 60 * DOWN_HZ


@given(
    st.lists(st.tuples(st.sampled_from(["put", "render", "silence", "finish"]), st.integers(1, 4000)), max_size=40),
    st.sampled_from([24_000, 44_100, 48_000]),
)
def test_the_books_always_balance(story: list[tuple[str, int]], rate_hz: int) -> None:
    voice = Voice(rate_hz, 1, 100)
    place = 0
    for what, count in story:
        if what == "put":
            voice.put(bytes(2 * count))
        elif what == "render":
            voice.render(count)
        elif what == "silence":
            voice.silence()
        else:
            voice.finish()
        assert place <= voice.place <= voice.received
        assert 0 <= voice.dropped <= voice.place
        place = voice.place
    voice.finish()
    while not voice.is_dry:
        voice.render(4000)
    assert voice.place == voice.received
