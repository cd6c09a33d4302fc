"""The three usages, from outside: placed in a kitchen, muted, edited over SSH. Real SDK, real TLS, real processes."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from helpers.household import Household, household

LINES = (
    ("anna", "I really love cooking!"),
    ("ben", "My favorite is French cuisine."),
    ("anna", "I really like Italian food; do you know how to make a pizza?"),
)
CANNED = {"ears": "none", "answers": ["silent", "silent", "answer"], "reply_s": 2.0, "speed": 0}
"""The service listens for lines and not for words, and plays a tone: what is tried here is the speaker."""


UNKNOWN_MODEL = {"on": "setup", "do": "close", "code": 1008, "reason": "models/x is not found"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    with household(tmp_path, CANNED) as home:
        home.records(*LINES)
        home.edits()
        home.starts_the_service()
        yield home


def test_placed_in_a_kitchen_it_listens_and_speaks_once(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: len(home.told("heard")) == 3, "three lines were heard")
    home.waits_until(lambda: home.heard_from_the_speaker_s() > 1.9, "the answer was heard whole")
    home.waits_until(lambda: home.status()["voice"] == "silent", "it is silent again")
    seen = home.status()
    assert seen["link"] == "online"
    assert seen["last_turn"] == "answered"
    assert 0 < seen["uplink"]["audio_s"] < seen["microphone"]["heard_s"]
    assert seen["usage"]["today"]["output_tokens"] == 50
    assert home.switches_off() == 0
    assert home.told("refused") == []
    assert all(closed["odd_chunks"] == 0 for closed in home.told("closed"))
    assert "Traceback" not in home.log.read_text()


def test_muted_nothing_can_hear_and_nothing_leaves(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: home.status()["uplink"]["bytes"] > 0, "something was heard")
    assert home.asks("mute").returncode == 0
    assert home.who_can_hear() == []
    sent = home.status()["uplink"]["bytes"]
    assert home.asks("mute").returncode == 0, "twice is once"
    seen = home.status()
    assert (seen["muted"], seen["muted_by"], seen["lamp"]["name"]) == (True, ["software"], "muted")
    assert (seen["uplink"]["bytes"], seen["uplink"]["since_mute_bytes"]) == (sent, 0)
    proof = seen["mute"]
    assert (proof["by"], proof["capture"], proof["sound_bytes"]) == (["software"], "none", 0)
    assert proof["since"]
    assert proof["socket_bytes"] < 876, "by the kernel's count not even one frame"
    assert "muted by software: capture handle none" in home.log.read_text()
    assert home.asks("unmute").returncode == 0
    home.waits_until(lambda: len(home.who_can_hear()) == 1, "it hears again")
    home.waits_until(lambda: home.status()["uplink"]["bytes"] > sent, "it sends again")


def test_a_power_cut_does_not_undo_a_mute(home: Household) -> None:
    home.switches_on()
    home.asks("mute")
    since = home.status()["mute"]["since"]
    home.pulls_the_plug()
    home.switches_on()
    assert home.status()["muted_by"] == ["software"]
    assert home.status()["mute"]["since"] == since
    assert home.who_can_hear() == []
    home.switches_off()
    assert not home.told("stream_end")


def test_a_memory_that_the_card_has_damaged_costs_the_memory_and_no_more(home: Household) -> None:
    home.switches_on()
    home.asks("list", "add", "milk")
    home.switches_off()
    file = home.folder / "state" / "chimein" / "chimein.sqlite"
    file.write_bytes(b"what a dying card has left" * 500)
    for _ in ("at once", "and after a power cut"):
        home.switches_on()
        assert home.status()["muted_by"] == ["unknown"]
        home.pulls_the_plug()
    home.switches_on()
    assert home.asks("unmute").returncode == 0
    home.asks("list", "add", "eggs")
    home.pulls_the_plug()
    home.switches_on()
    assert home.status()["muted_by"] == []
    assert home.asks("list").stdout == "eggs\n"
    assert home.log.read_text().count("a new memory begins") == 1


def test_a_mute_that_a_full_card_did_not_take_is_a_mute_after_a_power_cut(home: Household) -> None:
    home.switches_on()
    with closing(sqlite3.connect(home.folder / "state" / "chimein" / "chimein.sqlite", isolation_level=None)) as full:
        full.execute("begin immediate")  # what is there can be read, and nothing can be written
        home.asks("mute")
        assert "nothing is remembered" in home.asks("status").stdout
        home.pulls_the_plug()
        home.switches_on()
        assert home.status()["muted_by"] == ["unknown"]
        assert home.who_can_hear() == []


def test_an_edit_takes_effect_without_losing_the_conversation(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: home.status()["link"] == "online", "it is online")
    home.edits(assistant={"instruction": "Only chime in about football."}, speaker={"volume": 30})
    home.reloads()
    home.waits_until(lambda: len(home.told("setup")) == 2, "the new instruction was set up")
    second = home.told("setup")[1]
    assert second["resumed"]
    assert "football" in json.dumps(second["setup"])
    assert home.status()["speaker"]["volume"] == 30


def test_a_broken_edit_is_refused_and_the_old_one_lives(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: home.status()["link"] == "online", "it is online")
    home.yaml.write_text("gate:\n  sensitivty: high\n")
    home.reloads()
    home.waits_until(lambda: home.status()["last_error"] is not None, "the edit was refused")
    seen = home.status()
    assert "config.yaml:2: gate.sensitivty" in seen["last_error"]
    assert "sensitivity" in seen["last_error"]
    assert seen["link"] == "online"
    assert len(home.told("setup")) == 1
    home.edits()
    home.reloads()
    home.waits_until(lambda: home.status()["last_error"] is None, "the mended file was taken")


def test_a_killed_ear_grows_again(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: len(home.who_can_hear()) == 1, "it hears")
    (ear,) = home.who_can_hear()
    os.kill(ear, signal.SIGKILL)
    home.waits_until(lambda: home.who_can_hear() not in ([], [ear]), "another process hears")
    home.waits_until(lambda: home.status()["microphone"]["alive"], "and is known to")
    assert home.status()["link"] == "online"


def test_a_service_that_is_gone_is_waited_for(tmp_path: Path) -> None:
    gone = {"on": "ready", "after_s": 1, "times": 1, "do": "refuse", "for_s": 4}
    with household(tmp_path, {"ears": "none", "answers": "never", "faults": [gone]}) as home:
        home.records(*LINES)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "offline", "it says that it is offline")
        assert "tries again" in home.asks("why").stdout
        home.waits_until(lambda: home.status()["link"] == "online", "it is online again")
        home.waits_until(lambda: home.told("heard"), "and is heard")


def test_talking_over_an_answer_silences_it_where_the_array_cancels_its_echo(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "answers": ["answer", "silent"], "reply_s": 20.0, "speed": 0}) as home:
        home.records(LINES[2], LINES[1], pause_s=4.0)
        home.edits(echo={"mode": "device"})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.told("interrupted"), "somebody talked over the answer")
        home.waits_until(lambda: home.status()["voice"] == "silent", "it is silent")
        heard_s = home.heard_from_the_speaker_s()
        assert 1 < heard_s < 15
        home.switches_off()
        assert home.heard_from_the_speaker_s() < heard_s + 0.5, "nothing of the rest came later"


def test_by_default_it_does_not_hear_itself_nor_anybody_while_it_speaks(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "answers": "always", "reply_s": 8.0, "speed": 0}) as home:
        home.records(LINES[2], LINES[1], pause_s=3.0)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.heard_from_the_speaker_s() > 7.5, "the answer was heard whole")
        home.switches_off()
        assert home.told("interrupted") == []
        assert len(home.told("heard")) == 1


@pytest.mark.parametrize(
    ("script", "link", "why"),
    [
        ({"api_key": "the one that was paid for"}, "refused", "API key"),
        (
            {"faults": [{"on": "setup", "do": "close", "code": 1008, "reason": "models/x is not found"}]},
            "refused",
            "model",
        ),
        ({"faults": [{"on": "connect", "do": "http", "status": 503}]}, "offline", "503"),
    ],
)
def test_what_is_wrong_is_said_in_words(tmp_path: Path, script: dict[str, object], link: str, why: str) -> None:
    with household(tmp_path, {"ears": "none", **script}) as home:
        home.records(LINES[0])
        home.edits()
        home.starts_the_service()
        home.has_the_key("some-key")
        home.switches_on()
        home.waits_until(lambda: home.status()["session"]["last_goodbye"] is not None, "the first attempt failed")
        home.waits_until(lambda: home.status()["link"] == link, f"the link is {link}")
        assert why in home.asks("why").stdout
        assert "Traceback" not in home.log.read_text()
        assert home.switches_off() == 0


def test_a_key_that_cannot_be_one_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none"}) as home:
        home.records(LINES[0])
        home.edits()
        home.starts_the_service()
        home.has_the_key("export KEY=pasted-with-its-line")
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "refused", "it says that it cannot call")
        assert "the API key cannot be used: set it anew" in home.asks("why").stdout
        assert "pasted" not in home.log.read_text() + home.asks("why").stdout + home.asks("status", "--json").stdout
        assert home.asks("mute").returncode == 0
        assert home.switches_off() == 0


def test_the_line_is_dropped_and_the_conversation_goes_on(tmp_path: Path) -> None:
    drop = {"on": "stream_end", "nth": 1, "connection": 1, "do": "drop"}
    with household(tmp_path, {"ears": "none", "answers": "never", "faults": [drop]}) as home:
        home.records(*LINES)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: len(home.told("setup")) == 2, "it called again")
        assert home.told("setup")[1]["resumed"]
        home.waits_until(lambda: home.status()["link"] == "online", "it is online again")
        assert home.status()["session"]["reconnects"] == 1


def test_after_a_power_cut_the_conversation_goes_on_and_forgotten_is_forgotten(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: home.told("usage"), "a turn is over")
    assert home.switches_off() == 0
    home.switches_on()
    home.waits_until(lambda: len(home.told("setup")) == 2, "it called again")
    assert home.told("setup")[1]["resumed"]
    assert home.asks("forget").returncode == 0
    home.waits_until(lambda: len(home.told("setup")) == 3, "a fresh conversation was begun")
    assert not home.told("setup")[2]["resumed"]
    home.pulls_the_plug()
    home.switches_on()
    home.waits_until(lambda: len(home.told("setup")) == 4, "it called again")
    offered = [json.dumps(setup["setup"].get("sessionResumption")) for setup in home.told("setup")]
    assert offered[3] != offered[1], "at most the fresh one goes on, never the forgotten one"
