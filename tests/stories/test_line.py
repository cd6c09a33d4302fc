"""The line to the service goes bad in every way that a week brings, and nobody in the kitchen loses a word."""

from pathlib import Path

from helpers.household import household
from soak import kitchen

LINES = (
    ("anna", "The tomatoes in the garden need some water this evening."),
    ("ben", "My favorite is French cuisine with a lot of butter."),
    ("anna", "We should buy flour and eggs for the weekend."),
)


def test_cut_sent_away_and_locked_out_in_mid_sentence_not_one_sample_is_lost(tmp_path: Path) -> None:
    faults = [
        {"on": "audio", "nth": 12, "connection": 1, "do": "drop"},
        {"on": "audio", "nth": 30, "connection": 2, "do": "go_away", "time_left": "3s"},
        {"on": "audio", "nth": 12, "connection": 3, "do": "refuse", "for_s": 4},
    ]
    with household(tmp_path, {"ears": "none", "answers": "never", "faults": faults}) as home:
        home.records(*LINES, pause_s=1.5)
        home.edits(echo={"mode": "none"})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: len(home.told("fault")) == 3, "everything has gone wrong")
        home.waits_until(lambda: home.status()["microphone"]["heard_s"] > home.records_s + 3, "everything was said")
        home.waits_until(lambda: home.status()["link"] == "online", "it is online again")
        home.waits_until(lambda: home.status()["uplink"]["waiting_s"] == 0.0, "nothing waits any more")
        seen = home.status()
        assert home.switches_off() == 0
        home.keeps_what_was_received(tmp_path / "received.wav")
        assert [setup["resumed"] for setup in home.told("setup")[1:]] == [True] * (len(home.told("setup")) - 1)
        arrived = set(kitchen.frames(tmp_path / "received.wav"))
        forwarded = list(kitchen.forwarded(tmp_path / "scene.wav"))
        lost = [place for place, frame in forwarded if frame not in arrived]
        assert len(forwarded) > 200
        assert (lost, seen["uplink"]["dropped_s"]) == ([], 0.0)
        log = home.log.read_text()
        assert "Traceback" not in log
        assert "never retrieved" not in log


def test_a_feature_that_is_refused_is_left_out_said_and_remembered(tmp_path: Path) -> None:
    refusal = "Invalid JSON payload received. Unknown name \"proactivity\" at 'setup': Cannot find field."
    fault = {"on": "setup", "times": 1, "do": "close", "code": 1007, "reason": refusal}
    with household(tmp_path, {"ears": "none", "answers": "never", "faults": [fault]}) as home:
        home.records(LINES[0])
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online without it")
        seen = home.status()
        assert seen["session"]["without"] == ["proactivity"]
        assert "proactivity" in seen["last_error"]
        assert "left out" in home.asks("status").stdout
        home.pulls_the_plug()
        home.switches_on()
        home.waits_until(lambda: len(home.told("setup")) == 3, "it called again")
        assert ["proactivity" in setup["setup"] for setup in home.told("setup")] == [True, False, False]


def test_the_plug_is_pulled_in_the_first_minute_and_the_conversation_goes_on(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "answers": "never"}) as home:
        home.records(LINES[0])
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.told("usage"), "a turn is over")
        home.waits_until(lambda: home.status()["session"]["turn"]["input_tokens"] > 0, "and its cost is known")
        home.pulls_the_plug()
        home.switches_on()
        home.waits_until(lambda: len(home.told("setup")) == 2, "it called again")
        assert home.told("setup")[1]["resumed"]
