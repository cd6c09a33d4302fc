"""`chimein demo`: what it refuses before it begins. A whole run is in tests/stories."""

from pathlib import Path

import pytest

from chimein.cli import main


def test_a_missing_voice_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["demo", "--out", str(tmp_path / "out"), "--say", "A line nobody has said before."]) == 1
    assert "sudo apt install flite" in capsys.readouterr().err


def test_a_recording_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scene.wav").write_text("not sound")
    assert main(["demo", "--out", str(tmp_path / "out"), "--scene", str(tmp_path / "scene.wav")]) == 1
    assert "scene.wav" in capsys.readouterr().err
    assert main(["demo", "--scene", str(tmp_path / "nowhere.wav")]) == 1


def test_a_line_without_words_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--say", " "]) == 2
    assert "without words" in capsys.readouterr().err


def test_a_recording_and_lines_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--say", "Hello.", "--scene", "scene.wav"]) == 2


def test_a_broken_configuration_is_78(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("speaker: {volume: loud}\n")
    assert main(["demo", "--config", str(tmp_path / "config.yaml")]) == 78
