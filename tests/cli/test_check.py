"""`chimein check`, from outside."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chimein.cli import main
from chimein.edge import extras

BROKEN = {
    "wrong type": (b"speaker: {volume: loud}\n", "speaker.volume"),
    "misspelt key": (b"gate:\n  sensitivty: high\n", "did you mean sensitivity?"),
    "bad pin": (b"panel:\n  button: {pin: 40}\n", "0 to 27"),
    "unknown model": (b"live: {model: gemini-3.8-life}\n", "did you mean gemini-3.8-live?"),
    "tabs": (b"gate:\n\tenabled: true\n", "use spaces"),
    "binary": (bytes(range(256)), "binary"),
    "not UTF-8": ("assistant: {instruction: Köche}\n".encode("latin-1"), "UTF-8"),
    "twice": (b"gate: {}\ngate: {}\n", "stands twice"),
    "list": (b"- a\n- b\n", "sections"),
}


def check(*words: str) -> "subprocess.CompletedProcess[str]":
    """The real command, in a process of its own."""
    whole = [sys.executable, "-m", "chimein", "check", *words]
    return subprocess.run(whole, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_78_and_says_why(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, says = BROKEN[kind]
    (tmp_path / "config.yaml").write_bytes(raw)
    assert main(["check", "--config", str(tmp_path / "config.yaml")]) == 78
    assert says in capsys.readouterr().out


def test_the_real_command_names_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("gate: {enabled: yes}\nlive: {model: gpt}\npanel: {lamp: {red: 99}}\n")
    ended = check("--config", str(file))
    assert (ended.returncode, ended.stderr) == (78, "")
    lines = ended.stdout.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        [f"{file}:1", "gate.enabled"],
        [f"{file}:2", "live.model"],
        [f"{file}:3", "panel.lamp.red"],
    ]
    assert lines[3:] == ["3 problems"]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "missing/config.yaml"])
def test_the_real_command_without_a_file_to_read(name: str, tmp_path: Path) -> None:
    ended = check("--config", str(tmp_path / name))
    assert ended.returncode == 78
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_name_that_no_terminal_can_show(tmp_path: Path) -> None:
    ended = check("--config", os.fsdecode(bytes(tmp_path) + b"/\xff\x1b[2J.yaml"))
    assert ended.returncode == 78
    assert "\\udcff\\x1b[2J.yaml: there is no such file" in ended.stdout


def test_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("gate: {enbled: true, enabled: false}\n")
    assert main(["check", "--json", "--config", str(file)]) == 78
    said = json.loads(capsys.readouterr().out)
    assert not said["ok"]
    assert said["notes"] == ["gate.enabled: with the gate off silence is sent too, and billed like speech"]
    problem = said["problems"][0]
    assert problem.pop("message").startswith("there is no such key")
    assert problem == {"file": str(file), "line": 1, "path": "gate.enbled", "suggestion": "enabled"}


def test_a_scene_that_is_not_there_is_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, scene = tmp_path / "config.yaml", tmp_path / "scene.wav"
    file.write_text(f"microphone: {{device: 'file:{scene}'}}\n")
    assert main(["check", "--config", str(file)]) == 0
    assert "note: microphone.device: there is no such file now" in capsys.readouterr().out
    scene.touch()
    assert main(["check", "--config", str(file)]) == 0
    assert "note" not in capsys.readouterr().out


def test_a_fine_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("gate: {enabled: false}\n")
    assert main(["check", "--config", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{file}: fine\nnote: gate.enabled:")
    assert main(["check", "--json", "--config", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["problems"], told["files"]) == (True, [], [str(file)])


def test_no_name_for_the_file_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", ""]) == 2
    assert "--config needs the name of a file" in capsys.readouterr().err


def test_a_canceller_that_is_not_installed_is_named_with_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("echo: {mode: webrtc}\n")
    assert main(["check", "--config", str(file)]) == 0
    assert "livekit" not in capsys.readouterr().out
    monkeypatch.setattr(extras, "CANCELLER", "no_such_package")
    assert main(["check", "--config", str(file)]) == 0
    assert "pip install 'chimein[echo]'" in capsys.readouterr().out


def test_a_second_stage_that_is_not_installed_is_named_with_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("gate: {second_stage: silero}\n")
    monkeypatch.setattr(extras, "VAD", "no_such_package")
    assert main(["check", "--config", str(file)]) == 0
    assert "pip install 'chimein[vad]'" in capsys.readouterr().out
