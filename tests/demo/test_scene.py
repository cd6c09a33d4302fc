import wave
from pathlib import Path

import numpy as np

from chimein.core.audio import UP_HZ, Samples, level_dbfs, samples
from chimein.demo import scene
from chimein.demo.stage import Stage


def read(path: Path) -> Samples:
    with wave.open(str(path), "rb") as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, UP_HZ)
        return samples(wav.readframes(wav.getnframes()))


def test_the_kitchen_is_quiet_and_never_exactly_silent() -> None:
    noise = scene.kitchen(40 * UP_HZ)
    assert len(noise) == 40 * UP_HZ
    assert abs(level_dbfs(noise) - scene.NOISE_DBFS) < 1.0
    frames = noise.reshape(-1, 320)
    assert np.all(np.any(frames != 0, axis=1)), "exact zeros would mean a muted microphone"


def test_the_kitchen_is_the_same_every_time() -> None:
    assert np.array_equal(scene.kitchen(UP_HZ), scene.kitchen(2 * UP_HZ)[:UP_HZ])


def test_mixing_clips() -> None:
    loud = np.array([30000, -30000, 5], dtype=np.int16)
    assert scene.mixed(loud, loud).tolist() == [32767, -32768, 10]


def test_a_line_is_heard_where_it_was_put(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "scene.wav", 3.0)
    tone = np.full(UP_HZ, 8000, dtype=np.int16)
    before = read(stage.path)
    stage.put(tone, 1.0)
    after = read(stage.path)
    assert len(after) == 3 * UP_HZ
    assert np.array_equal(after[:UP_HZ], before[:UP_HZ])
    assert np.array_equal(after[2 * UP_HZ :], before[2 * UP_HZ :])
    assert np.array_equal(after[UP_HZ : 2 * UP_HZ], scene.mixed(before[UP_HZ : 2 * UP_HZ], tone))
    stage.clear()
    assert np.array_equal(read(stage.path), before)


def test_a_line_beyond_the_end_does_not_make_the_file_longer(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "scene.wav", 1.0)
    stage.put(np.full(UP_HZ, 8000, dtype=np.int16), 0.5)
    stage.put(np.full(UP_HZ, 8000, dtype=np.int16), 5.0)
    assert len(read(stage.path)) == UP_HZ
