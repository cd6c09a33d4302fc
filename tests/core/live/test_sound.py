"""An answer is heard at its own speed, whatever its label says it is, and what is no PCM is not played."""

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, samples
from chimein.core.live.facts import Oddity, ReplyAudio
from chimein.core.live.sound import reply_audio


def tone(hz: int, channels: int = 1) -> bytes:
    """Half a second of 440 Hz."""
    sound = 8000 * np.sin(2 * np.pi * 440 * np.arange(hz // 2) / hz)
    return np.repeat(sound.astype("<i2"), channels).tobytes()


def pitch_hz(pcm: bytes) -> float:
    """By what it is played at."""
    spectrum = np.abs(np.fft.rfft(samples(pcm).astype(float)))
    return float(np.argmax(spectrum)) * DOWN_HZ / (len(pcm) // 2)


@pytest.mark.parametrize(
    "mime", ["audio/pcm;rate=24000", "audio/pcm", "Audio/PCM; rate=24000", "audio/L16;codec=pcm;rate=24000"]
)
def test_what_the_service_sends_is_left_as_it_is(mime: str) -> None:
    assert reply_audio(b"\1\2\3", mime) == ReplyAudio(b"\1\2\3")


@pytest.mark.parametrize(("hz", "channels"), [(16_000, 1), (48_000, 1), (24_000, 2), (44_100, 2), (8_000, 1)])
def test_another_speed_is_heard_at_the_right_pitch(hz: int, channels: int) -> None:
    said = reply_audio(tone(hz, channels), f"audio/pcm;rate={hz};channels={channels}")
    assert isinstance(said, ReplyAudio)
    assert abs(len(said.pcm) / 2 / DOWN_HZ - 0.5) < 0.001
    assert abs(pitch_hz(said.pcm) - 440) < 3


@pytest.mark.parametrize("label", ["rate=0", "rate=fast", "rate=1000000000", "rate=-1", "channels=0", "rate", "rate=²"])
def test_a_speed_that_cannot_be_is_not_believed(label: str) -> None:
    assert reply_audio(b"\1\2", f"audio/pcm;{label}") == ReplyAudio(b"\1\2")


@pytest.mark.parametrize("mime", ["audio/opus", "audio/wav", "video/mp4", "", "text/plain; rate=24000"])
def test_what_is_no_pcm_would_be_a_noise(mime: str) -> None:
    assert isinstance(reply_audio(b"\1\2", mime), Oddity)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_few_bytes_of_another_speed(count: int) -> None:
    assert reply_audio(bytes(count), "audio/pcm;rate=48000;channels=2") == ReplyAudio(b"")
