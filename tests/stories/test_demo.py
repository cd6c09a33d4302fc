"""The first usage, end to end: the seed's conversation, heard, thought about and answered once."""

import json
import shutil
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, UP_HZ, Samples, level_dbfs, samples

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite: apt install flite")

RUN_S = 180


class Evening:
    """What one `chimein demo` printed and left."""

    def __init__(self, out: Path, *words: str) -> None:
        whole = [sys.executable, "-m", "chimein", "demo", "--out", str(out), *words]
        ran = subprocess.run(
            whole, capture_output=True, text=True, timeout=RUN_S, stdin=subprocess.DEVNULL, check=False
        )
        self.status, self.printed, self.complaints = ran.returncode, ran.stdout, ran.stderr
        self.report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
        self.heard = read(out / "heard.wav", UP_HZ)
        self.spoken = read(out / "spoken.wav", DOWN_HZ)


def read(path: Path, rate_hz: int) -> Samples:
    with wave.open(str(path), "rb") as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, rate_hz)
        return samples(wav.readframes(wav.getnframes()))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def evening(out: Path) -> Evening:
    return Evening(out)


def test_it_goes_well(evening: Evening) -> None:
    assert evening.status == 0, evening.printed + evening.complaints
    assert evening.complaints == ""


def test_silent_silent_and_an_answer(evening: Evening) -> None:
    lines = evening.report["lines"]
    assert [line["text"] for line in lines] == [
        "I really love cooking!",
        "Oh yes, me too! My favorite is French cuisine.",
        "I really like Italian food; do you know how to make a pizza?",
    ]
    assert [line["chimed_in"] for line in lines] == [False, False, True]
    assert [bool(line["reply"]) for line in lines] == [False, False, True]
    assert lines[0]["speaker"] == lines[2]["speaker"] != lines[1]["speaker"]
    assert evening.report["instruction"].startswith("You are an AI assistant in Italian cooking")


def test_the_times_are_in_order(evening: Evening) -> None:
    times = [at for line in evening.report["lines"] for at in (line["start_s"], line["end_s"])]
    assert times == sorted(times)
    assert times[-1] < evening.report["heard_s"]


def test_silence_stayed_in_the_kitchen(evening: Evening) -> None:
    told = evening.report
    assert abs(len(evening.heard) / UP_HZ - told["sent_s"]) < 0.02
    assert abs(told["sent_s"] + told["saved_s"] - told["heard_s"]) < 0.02
    assert told["saved_s"] > told["heard_s"] / 4
    assert told["input_tokens"] >= 25 * told["sent_s"] * 0.9
    assert told["output_tokens"] > 0
    assert told["usd"] > 0


def test_the_lines_went_up_and_the_answer_came_out(evening: Evening) -> None:
    assert level_dbfs(evening.heard) > -35
    assert level_dbfs(evening.spoken) > -40
    assert np.count_nonzero(evening.spoken) > DOWN_HZ


def test_it_says_what_it_did(evening: Evening) -> None:
    assert evening.printed.count("stays silent: ") == 2
    assert evening.printed.count("CHIMES IN: ") == 1
    for word in ("lamp: speaking", "tokens", "saved", "report.json"):
        assert word in evening.printed


def test_what_went_up_is_a_recording_for_another_instruction(evening: Evening, out: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("assistant: {instruction: Only chime in when the topic is about football.}\n")
    again = Evening(tmp_path / "again", "--scene", str(out / "heard.wav"), "--config", str(tmp_path / "config.yaml"))
    assert again.status == 0, again.printed + again.complaints
    assert again.report["lines"], "something was understood"
    assert {line["speaker"] for line in again.report["lines"]} == {None}
    assert again.report["instruction"] == "Only chime in when the topic is about football."
