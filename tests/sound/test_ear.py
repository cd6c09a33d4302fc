"""One channel, 16 kHz, whole frames; and what is missing gets counted."""

import numpy as np
import pytest

from chimein.core.audio import Samples, samples
from chimein.core.sound.arrays import Mix, One, Watched
from chimein.core.sound.chooser import Chooser
from chimein.sound.ear import Ear, LossMeter


def tone(hz: float, rate_hz: int, seconds: float) -> Samples:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.int16)


def in_blocks(ear: Ear, sound: Samples, frames: int) -> bytes:
    return b"".join(ear.hear(sound[at : at + frames].tobytes()) for at in range(0, len(sound), frames))


def test_one_channel_of_six_passes_unchanged() -> None:
    array = np.stack([tone(300 + 100 * channel, 16_000, 0.4) for channel in range(6)], axis=1)
    assert in_blocks(Ear(16_000, 6, One(3)), array, 1280) == array[:, 3].tobytes()


def test_a_mix_is_the_mean() -> None:
    stereo = np.array([[100, 200], [-30_000, -32_000]] * 320, dtype=np.int16)
    assert samples(Ear(16_000, 2, Mix([0, 1])).hear(stereo.tobytes())[:4]).tolist() == [150, -31_000]


@pytest.mark.parametrize(("rate_hz", "frames"), [(48_000, 3840), (44_100, 3528), (8_000, 640), (11_025, 700)])
def test_other_rates_are_brought_to_sixteen_kilohertz_in_whole_frames(rate_hz: int, frames: int) -> None:
    ear = Ear(rate_hz, 1, One(0))
    sound = tone(440, rate_hz, 2)[:, None]
    came = [ear.hear(sound[at : at + frames].tobytes()) for at in range(0, len(sound), frames)]
    came.append(ear.hear_samples(sound[:0], is_last=True))
    assert all(len(pcm) % 640 == 0 for pcm in came)
    heard = samples(b"".join(came))
    assert len(heard) == pytest.approx(32_000, abs=320)
    wanted = tone(440, 16_000, 2).astype(float)
    assert np.abs(heard[1000:31_000] - wanted[1000:31_000]).max() < 60  # of 8000, tails of the filter left out


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_exact_zeros_stay_exact_zeros_for_they_mean_a_mute(rate_hz: int) -> None:
    for channels, pick in ((1, One(0)), (2, Mix([0, 1])), (8, One(5))):
        ear = Ear(rate_hz, channels, pick)
        ear.hear_samples(np.repeat(tone(440, rate_hz, 0.5)[:, None], channels, axis=1))
        ear.hear_samples(np.zeros((rate_hz // 10, channels), dtype=np.int16))  # the resampler rings out
        assert not any(ear.hear_samples(np.zeros((rate_hz, channels), dtype=np.int16)))


def test_frames_wait_until_they_are_whole() -> None:
    ear = Ear(16_000, 1, One(0))
    assert ear.hear(bytes(600)) == b""
    assert ear.hear(bytes(80)) == bytes(640)
    assert ear.hear(bytes(600)) == bytes(640)


def story(meter: LossMeter, blocks: int, *, rate_hz: int = 16_000, pause_s: float = 0.0, drift: float = 0.0) -> int:
    """Lost, by a meter that sees blocks of 80 ms with a pause before the twentieth and clocks that disagree."""
    lost, captured_s = 0, 5.0
    for number in range(blocks):
        captured_s += 0.08 * (1 + drift) + (pause_s if number == 20 else 0.0)
        lost += meter.count(rate_hz * 80 // 1000, captured_s)
    return lost


def test_a_healthy_stream_loses_nothing() -> None:
    assert story(LossMeter(16_000), 500) == 0


@pytest.mark.parametrize("drift", [300e-6, -300e-6])
def test_clocks_that_drift_apart_are_no_loss(drift: float) -> None:
    assert story(LossMeter(16_000), 45_000, drift=drift) == 0


def test_a_gap_is_counted_once_and_nearly_right() -> None:
    assert story(LossMeter(48_000), 200, rate_hz=48_000, pause_s=0.25) == pytest.approx(12_000, abs=500)


def test_a_late_block_is_no_loss_when_the_next_one_makes_up_for_it() -> None:
    meter = LossMeter(16_000)
    late = [0.06 if number % 5 == 3 else 0.0 for number in range(200)]
    assert sum(meter.count(1280, number * 0.08 + late[number]) for number in range(200)) == 0


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_what_the_array_says_was_played_is_as_long_and_in_time(rate_hz: int) -> None:
    rng = np.random.default_rng(1)
    played = np.repeat(rng.normal(0, 3000, rate_hz // 16), 16).astype(np.int16)
    sound = np.stack([played, np.zeros(rate_hz, np.int16), *[np.zeros(rate_hz, np.int16)] * 3, played], axis=1)
    ear = Ear(rate_hz, 6, Watched(0, Chooser(6, rate_hz), loopback=5), tells_played=True)
    heard, told = b"", b""
    for at in range(0, rate_hz, rate_hz // 10):
        heard += ear.hear(sound[at : at + rate_hz // 10].tobytes())
        told += ear.played
    assert told == heard
    ear.hear(np.zeros((rate_hz, 6), np.int16).tobytes())
    ear.hear(np.zeros((rate_hz, 6), np.int16).tobytes())
    assert ear.played == b""
