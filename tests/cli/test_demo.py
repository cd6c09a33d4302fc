"""`chimein demo`: what it refuses before it begins. A whole run is in tests/stories."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chimein.cli import main

PATIENCE_S = 30.0


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


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite: apt install flite")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_while_it_loads_it_says_so_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho $PPID > '{tmp_path}/demo'\nexec sleep 60\n")
    python.chmod(0o755)
    starts = f"import sys; from chimein.cli import main; sys.executable = {str(python)!r}; sys.exit(main())"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", starts, "demo", "--out", str(tmp_path / "out"), "--say", "Hello."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    ) as demo:
        while not (tmp_path / "demo").exists() and demo.poll() is None:
            time.sleep(0.01)
        demo.send_signal(number)
        _, complaints = demo.communicate(timeout=PATIENCE_S)
    assert demo.returncode == 1
    assert complaints == "chimein: ended while the rehearsal service was loading: nothing was heard, nothing is left\n"
    assert list(scratch.iterdir()) == []
    assert list((tmp_path / "out").iterdir()) == []
