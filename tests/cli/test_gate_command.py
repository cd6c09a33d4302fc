"""`chimein gate FILE`, as it is typed."""

import importlib.util
import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chimein.cli import main
from chimein.edge.sound import vad
from chimein.edge.sound.files import write_wav

HZ = 16_000


@pytest.fixture(autouse=True)
def _no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine is configured to: not here."""
    (tmp_path / "empty.yaml").write_text("")
    for variable in ("XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Eight seconds of hiss with two seconds of a buzzing voice from the third on."""
    t = np.arange(8 * HZ) / HZ
    phase = 2 * np.pi * np.cumsum(120 + 15 * np.sin(4 * t)) / HZ
    buzz = sum((np.sin(k * phase) / k for k in range(1, 25)), np.zeros(len(t)))
    speaking = ((t >= 3) & (t < 5)) * np.maximum(np.sin(4 * np.pi * t), 0)
    sound = np.random.default_rng(1).normal(size=len(t)) * 15 + buzz * speaking * 1000
    write_wav(tmp_path / "kitchen.wav", sound.astype(np.int16).tobytes(), HZ)
    return tmp_path / "kitchen.wav"


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    assert main(["gate", *argv, "--json"]) == 0
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    return read


def test_json(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(capsys, str(recording))
    ((start, end),) = said["intervals"]
    assert 2.4 <= start <= 3.0
    assert 5.0 <= end <= 6.0
    assert said["heard_s"] == 8.0
    assert said["sent_s"] == pytest.approx(end - start)
    assert said["saved_s"] == pytest.approx(8.0 - (end - start))
    assert said["usd_saved"] == pytest.approx((8.0 - (end - start)) * 25 * 3 / 1e6, abs=1e-6)


def test_for_people(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", str(recording)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("sends ")
    assert "heard 8.0 s, sent " in said
    assert "saves $0.000" in said


def test_the_configuration_counts(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("gate:\n  enabled: false\n")
    assert answer(capsys, str(recording), "--config", str(config))["intervals"] == [[0.0, 8.0]]


class Deaf:
    """A second stage to which nothing is speech."""

    def hear(self, pcm: bytes) -> float:
        return 0.0

    def forget(self) -> None: ...


def test_a_second_stage_has_its_say(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vad, "Silero", Deaf)
    monkeypatch.setattr(vad, "is_installed", lambda extra: True)
    config = tmp_path / "config.yaml"
    config.write_text("gate:\n  second_stage: silero\n")
    alone = answer(capsys, str(recording))["sent_s"]
    assert answer(capsys, str(recording), "--config", str(config))["sent_s"] < 0.8 * alone


def test_a_picture(recording: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert main(["gate", str(recording), "--plot", str(tmp_path / "x.png")]) == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    assert main(["gate", str(recording), "--plot", str(tmp_path / "no" / "x.png")]) == 1
    assert main(["gate", str(recording), "--plot", str(tmp_path / "x.tune")]) == 1
    told = capsys.readouterr().err
    assert told.count("cannot be drawn") == 2
    assert "cannot be drawn: No such file or directory" in told, "in words, and no error number"


def test_no_matplotlib(recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["gate", str(recording), "--plot", "x.png"]) == 1
    assert "pip install 'chimein[plot]'" in capsys.readouterr().err


def test_a_bad_file_is_one_plain_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVEnothing")
    for file in ("x.wav", "none.wav", "empty.yaml"):
        assert main(["gate", str(tmp_path / file)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"chimein: {tmp_path / file}: ")
        assert len(said.splitlines()) == 1


def test_an_empty_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wav(tmp_path / "empty.wav", b"", HZ)
    assert answer(capsys, str(tmp_path / "empty.wav"))["intervals"] == []
    assert main(["gate", str(tmp_path / "empty.wav")]) == 0


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_a_recording_of_an_array_whose_loopback_says_what_was_played(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], order: tuple[int, ...]
) -> None:
    """It speaks for itself from 4 s to 10 s, and somebody talks from 15 s on."""
    buzz = np.frombuffer(recording.read_bytes()[44:], dtype="<i2").astype(float)
    voice = np.concatenate([buzz[3 * HZ : 5 * HZ]] * 3) - np.mean(buzz)
    length = 20 * HZ
    played, echo, talk = np.zeros(length), np.zeros(length), np.zeros(length)
    played[4 * HZ : 10 * HZ] = voice
    echo[4 * HZ + 192 : 10 * HZ + 192] = 0.3 * voice
    talk[15 * HZ : 17 * HZ] = voice[: 2 * HZ]
    rng = np.random.default_rng(2)
    worked_on = talk + 0.2 * echo
    bare = [0.5 * talk + echo, 0.5 * talk + echo]
    hiss = rng.normal(0, 10, (length, 3))
    channels = np.stack([worked_on + hiss[:, 0], bare[0] + hiss[:, 1], bare[1] + hiss[:, 2], played], axis=1)
    file = tmp_path / "array.wav"
    with wave.open(str(file), "wb") as wav:
        wav.setparams((4, 2, HZ, 0, "NONE", ""))
        wav.writeframes(channels[:, order].astype("<i2").tobytes())
    ((start, end),) = answer(capsys, str(file))["intervals"]
    assert 14.0 <= start <= 15.0
    assert 17.0 <= end <= 18.0
    assert answer(capsys, str(file), "--channel", str(order.index(1)))["intervals"][0][0] < 10.0, "unaware of it"
