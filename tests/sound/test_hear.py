"""A file as a microphone: paced elsewhere, but never mistaken for one that has been switched off."""

import wave
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import level_dbfs, samples
from chimein.core.errors import MicrophoneError
from chimein.sound.hear import Backlog, hush, scene


def write(path: Path, sound: np.ndarray, rate_hz: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((sound.shape[1], 2, rate_hz, 0, "NONE", ""))
        file.writeframes(sound.astype("<i2").tobytes())
    return path


def test_a_scene_comes_whole_and_its_last_block_is_filled_up(tmp_path: Path) -> None:
    sound = np.arange(1, 3001, dtype=np.int16)[:, None]
    blocks = [block for block, _ in scene(write(tmp_path / "a.wav", sound), "auto", 60)]
    assert [len(block) for block in blocks] == [1920] * 4
    heard = samples(b"".join(blocks))
    assert heard[:3000].tolist() == sound[:, 0].tolist()


def test_digital_silence_in_a_scene_is_not_a_switch(tmp_path: Path) -> None:
    sound = np.zeros((16_000, 1), dtype=np.int16)
    sound[8000:9000] = 1000
    blocks = [block for block, _ in scene(write(tmp_path / "a.wav", sound), "auto", 20)]
    assert all(any(block) for block in blocks)
    assert np.abs(samples(b"".join(blocks)) - sound[:, 0]).max() == 1


def test_a_channel_can_be_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.array([[10, 20]] * 640, dtype=np.int16))
    assert set(samples(b"".join(block for block, _ in scene(path, "1", 40)))) == {20}
    assert set(samples(b"".join(block for block, _ in scene(path, "mix", 40)))) == {15}
    with pytest.raises(MicrophoneError, match="channels are 0 to 1"):
        next(scene(path, "2", 40))


@pytest.mark.parametrize("tells_played", [False, True])
def test_what_a_loopback_in_a_scene_recorded_comes_with_it(tmp_path: Path, tells_played: bool) -> None:
    rng = np.random.default_rng(4)
    sound = rng.normal(0, 300, (48_000, 3)).astype(np.int16)
    sound[:, 2] = 0
    sound[24_000:36_000, 2] = 5000
    blocks = list(scene(write(tmp_path / "a.wav", sound), "auto", 80, tells_played=tells_played))
    assert all(len(told) in (0, len(block)) for block, told in blocks)
    told = samples(b"".join(told or bytes(len(block)) for block, told in blocks))[: len(sound)]
    assert np.array_equal(told, sound[:, 2] * tells_played)


def test_an_empty_scene_is_a_scene(tmp_path: Path) -> None:
    assert list(scene(write(tmp_path / "a.wav", np.zeros((0, 1))), "auto", 40)) == []


def test_what_cannot_be_played_is_named(tmp_path: Path) -> None:
    with pytest.raises(MicrophoneError, match=r"nothing\.wav cannot play the microphone: No such file"):
        next(scene(tmp_path / "nothing.wav", "auto", 40))
    with pytest.raises(MicrophoneError, match="cannot play the microphone: Is a directory"):
        next(scene(tmp_path, "auto", 40))
    (tmp_path / "a.wav").write_text("hello")
    with pytest.raises(MicrophoneError, match="not a WAV file"):
        next(scene(tmp_path / "a.wav", "auto", 40))


def test_the_hush_is_as_quiet_as_can_be_and_never_zero() -> None:
    blocks = list(islice(hush(80), 300))
    assert {len(block) for block in blocks} == {2560}
    assert all(any(block[at : at + 640]) for block in blocks for at in range(0, 2560, 640))
    assert set(samples(b"".join(blocks))) == {-1, 0, 1}
    assert level_dbfs(samples(blocks[0])) < -90


def test_a_backlog_that_nobody_takes_drops_the_oldest_and_counts_them() -> None:
    backlog = Backlog(100)
    times = {"current_time": 10.0, "input_buffer_adc_time": 9.9}
    for number in range(25):
        backlog.put(bytes([number]), 1600, times, 0)
    taken = list(backlog.take())
    assert len(taken) == 20
    assert taken[0][0] == bytes([5])
    assert backlog.overwritten_frames == 5 * 1600
    assert list(backlog.take()) == []
