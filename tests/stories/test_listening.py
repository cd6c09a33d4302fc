"""Somebody has it listen to a file, and asks about it afterwards; or changes his mind in the middle of it."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from chimein.rehearsal.sound.voices import say
from helpers.household import CHIMEIN, Household, household

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite: apt install flite")

FILE_HZ = 44_100
PODCAST = (
    "My neighbour bought a bicycle for his daughter.",
    "The tomatoes need water every morning.",
    "The train to London leaves at seven o'clock.",
)


def podcast(path: Path, *lines: str, repeat: int = 1) -> Path:
    """A stereo file of these lines, in whatever format its name asks for."""
    pause = np.zeros(int(1.2 * FILE_HZ), np.int16)
    pieces = [piece for line in lines * repeat for piece in (say(line, "ben", FILE_HZ), pause)]
    mono = np.concatenate(pieces)
    soundfile.write(path, np.stack([mono, mono // 2], axis=1), FILE_HZ)
    return path


def listens(home: Household, *command: str) -> "subprocess.Popen[str]":
    """`chimein listen` that goes on while the test does."""
    return subprocess.Popen([*CHIMEIN, "listen", *command], env=home.env, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    with household(tmp_path, {"ears": "none", "answers": "never"}) as home:
        home.records(lead_s=0.02)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online")
        yield home


def test_it_hears_a_file_and_answers_about_it_over_another_connection(tmp_path: Path) -> None:
    with household(tmp_path, {"speed": 0}) as home:
        home.records(lead_s=0.02)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online")
        listening = listens(home, str(podcast(tmp_path / "podcast.flac", *PODCAST[:2])))
        home.waits_until(lambda: home.status()["file"] == "running", "the file goes up")
        seen = home.status()
        assert (seen["lamp"]["name"], seen["ear"], seen["muted"]) == ("file", "shut", False)
        assert home.who_can_hear() == []
        _, said = listening.communicate(timeout=60)
        assert listening.returncode == 0, said
        assert "tokens, at least 0.00" in said
        home.waits_until(lambda: len(home.told("heard")) >= 2, "the file was understood")
        home.asks("mute")
        home.edits(assistant={"instruction": "Only chime in about football."})
        home.reloads()
        home.waits_until(lambda: len(home.told("setup")) == 2, "the connection was changed")
        assert home.told("setup")[1]["resumed"]
        later_s = home.status()["up_s"] + 2.5  # the room has talked on meanwhile
        home.records(("ben", "What was said about the tomatoes?"), lead_s=later_s)
        home.asks("unmute")
        home.waits_until(lambda: any(turn["speaks"] for turn in home.told("turn")), "the question was answered")
        (turn,) = [turn for turn in home.told("turn") if turn["speaks"]]
        assert "water" in turn["reply"]
        assert "bicycle" not in turn["reply"]
        home.waits_until(lambda: home.heard_from_the_speaker_s() > 1, "and the answer was heard")
        home.waits_until(lambda: home.status()["voice"] == "silent", "to its end")
        assert "daughter" in home.asks("ask", "Who got the bicycle?").stdout


def test_changing_ones_mind_in_the_middle_leaves_the_session_well(home: Household) -> None:
    file = str(podcast(home.folder / "long.wav", *PODCAST, repeat=4))

    def begins() -> "subprocess.Popen[str]":
        sent_s = home.status()["uplink"]["audio_s"]
        listening = listens(home, file)
        home.waits_until(lambda: home.status()["uplink"]["audio_s"] > sent_s + 0.5, "some of it went up")
        return listening

    def hears_again() -> None:
        home.waits_until(lambda: home.status()["file"] == "none", "it listens to the room again")
        home.waits_until(lambda: len(home.who_can_hear()) == 1, "the microphone is open")

    listening = begins()
    second = home.asks("listen", file)
    assert (second.returncode, "listening to a file already" in second.stderr) == (1, True)
    listening.send_signal(signal.SIGINT)
    _, said = listening.communicate(timeout=20)
    assert (listening.returncode, "the conversation goes on" in said) == (130, True), said
    hears_again()
    home.waits_until(lambda: home.told("stream_end"), "the service knows that no more comes")

    listening = begins()
    listening.kill()
    listening.communicate(timeout=20)
    hears_again()

    listening = begins()
    assert home.asks("mute").returncode == 0
    _, said = listening.communicate(timeout=20)
    assert (listening.returncode, "it was muted" in said) == (1, True), said
    assert home.who_can_hear() == []
    assert home.status()["uplink"]["since_mute_bytes"] == 0
    assert home.asks("unmute").returncode == 0
    hears_again()
    seen = home.status()
    assert (seen["link"], seen["session"]["reconnects"], seen["uplink"]["audio_s"] < 12) == ("online", 0, True)

    listening = begins()
    assert home.switches_off() == 0
    _, said = listening.communicate(timeout=20)
    assert listening.returncode == 1, said
    assert "Traceback" not in home.log.read_text() + said


def test_aloud_it_is_heard_from_the_speaker_and_what_stands_against_it_is_said_first(home: Household) -> None:
    file = str(podcast(home.folder / "short.ogg", PODCAST[0]))
    sent_s = home.status()["uplink"]["audio_s"]
    (home.folder / "empty.mp3").write_bytes(b"")
    (home.folder / "letter.txt").write_text("Dear Anna, this is no sound. " * 50)
    for name, words in (
        ("empty.mp3", "there is nothing in it"),
        ("letter.txt", "`ffmpeg -i FILE new.flac` makes one that can"),
        ("missing.wav", "No such file or directory"),
        ("", "is not a file"),
    ):
        refused = home.asks("listen", str(home.folder / name))
        assert (refused.returncode, words in refused.stderr) == (1, True), refused.stderr
    assert home.asks("listen").returncode == 2
    home.asks("mute")
    refused = home.asks("listen", file)
    assert (refused.returncode, "nothing leaves the house" in refused.stderr) == (77, True)
    home.asks("unmute")
    assert home.status()["uplink"]["audio_s"] == pytest.approx(sent_s, abs=0.2)

    answer = home.asks("listen", "--aloud", "--json", file)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert (told["end"], told["lost_s"]) == ("", 0)
    home.waits_until(lambda: home.heard_from_the_speaker_s() > 1.0, "the file was heard in the kitchen")

    home.edits(budget={"daily_usd": 0.001})
    home.reloads()
    home.waits_until(lambda: home.status()["usage"]["daily_usd"] == 0.001, "there is a budget")
    refused = home.asks("listen", str(podcast(home.folder / "long.wav", *PODCAST)))
    assert (refused.returncode, "that costs at least" in refused.stderr) == (1, True), refused.stderr
    home.switches_off()
    assert home.asks("listen", file).returncode == 69
