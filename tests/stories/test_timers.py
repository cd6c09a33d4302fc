"""A timer that somebody relies on: with the network down, muted, and after the plug was pulled."""

import json
from pathlib import Path

from helpers.household import household


def test_it_rings_offline_and_muted_and_after_a_power_cut_until_it_is_stopped(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits(timers={"alarm_volume": 80, "ring_for_s": 30}, panel={"board": "none", "earcons": False})
        home.has_the_key("a-key")
        home.switches_on()
        assert home.asks("mute").returncode == 0
        assert home.asks("timer", "add", "6s", "pasta").stdout.split()[-1] == "pasta"
        assert home.asks("timer", "add", "1h", "bread").returncode == 0
        home.pulls_the_plug()
        assert home.heard_from_the_speaker_s() == 0.0
        home.switches_on()
        home.waits_until(lambda: home.status()["bell"] == "ringing", "it rings")
        picture = home.status()
        assert picture["muted"]
        assert picture["link"] != "online"
        assert [it["state"] for it in picture["timers"]] == ["ringing", "running"]
        home.waits_until(lambda: home.heard_from_the_speaker_s() > 0.3, "it can be heard")
        assert home.asks("timer", "stop").stdout == "stopped: #1 pasta\n"
        home.waits_until(lambda: home.status()["bell"] == "silent", "it is silent")
        [bread] = json.loads(home.asks("timers", "--json").stdout)["timers"]
        assert (bread["name"], bread["length_s"]) == ("bread", 3600)
        assert home.asks("timer", "cancel", "bread").stdout == "cancelled: #2 bread\n"
        assert home.asks("timers").stdout == "no timer runs\n"
        assert home.switches_off() == 0


def test_wrong_words_are_explained_and_lose_nothing(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits()
        home.switches_on()
        home.asks("timer", "add", "10m", "pasta")
        for words, said in (
            (("add", "soon"), "write it as 90s, 10m, 1h30m"),
            (("add", "25:00"), "write it as 90s, 10m, 1h30m"),
            (("add", "0s"), "one second to seven days"),
            (("cancel", "rice"), "there are: pasta"),
        ):
            refused = home.asks("timer", *words)
            assert refused.returncode == 2
            assert said in refused.stderr
        assert home.asks("timers").stdout.split()[-1] == "pasta"


def test_what_nobody_heard_is_told_by_every_command_that_is_asked(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits(timers={"ring_for_s": 1})
        home.has_the_key("a-key")
        home.switches_on()
        home.asks("timer", "add", "1s", "tea")
        home.waits_until(lambda: "nobody heard it" in home.asks("why").stdout, "why tells of it")
        assert "The tea timer ended " in home.asks("status").stdout
        assert "ago" in home.asks("timers").stdout
        assert home.asks("timer", "stop").stdout == "stopped: #1 tea\n"
        assert "nobody heard it" not in home.asks("why").stdout


def test_by_voice_on_the_owner_s_list_and_on_nobody_else_s(tmp_path: Path) -> None:
    words = ["set a timer for ten minutes for the pasta", "mute the microphone", "put milk on the shopping list"]
    script = {"ears": "none", "answers": "never", "words": words, "reply_s": 0.5, "speed": 0}
    with household(tmp_path, script) as home:
        home.records(*[("ben", "Good morning to you.")] * 3, lead_s=3.0, pause_s=1.2)
        home.edits(tools={"allow": ["timers", "shopping"]})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.asks("list").stdout == "milk\n", "milk is on the list")
        [pasta] = json.loads(home.asks("timers", "--json").stdout)["timers"]
        assert (pasta["name"], pasta["length_s"], pasta["state"]) == ("pasta", 600, "running")
        assert not home.status()["muted"], "that is not on the owner's list"
        told = [one["response"] for one in home.told("tool_response")]
        assert [one["response"] for one in told] == [
            {"output": "The pasta timer rings in 10 minutes."},
            {"output": "On the list now: milk."},
        ]
        assert {one["scheduling"] for one in told} == {"WHEN_IDLE"}
        assert home.asks("list", "remove", "bread").returncode == 2
        assert home.asks("list", "add", "six eggs", "butter").stdout == "milk\nsix eggs\nbutter\n"
        assert home.asks("list", "remove", "milk").stdout == "six eggs\nbutter\n"
        assert home.asks("list", "clear").stdout == "the list is empty\n"


def test_in_quiet_hours_nothing_hears_and_a_timer_rings(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits(quiet={"hours": ["00:00-00:00"]})
        home.switches_on()
        home.waits_until(lambda: home.status()["hours"] == "quiet", "it is quiet")
        assert (home.status()["muted"], home.who_can_hear()) == (False, [])
        assert home.asks("why").stdout.startswith("It ")
        refused = home.asks("timer", "add", "25:00")
        assert (refused.returncode, "write it as 90s, 10m, 1h30m, or a time of day" in refused.stderr) == (2, True)
        assert "required: WHEN\n" in home.asks("timer", "add").stderr, "a timer needs no name"
        home.asks("timer", "add", "2s")
        home.waits_until(lambda: home.heard_from_the_speaker_s() > 0.3, "it rings")
        home.asks("timer", "stop")
        assert home.asks("quiet", "off").stdout == "not quiet\n"
        home.waits_until(lambda: home.who_can_hear() != [], "it hears again")
        assert home.asks("quiet", "10m").stdout.startswith("quiet until ")
        assert home.who_can_hear() == []
        assert home.asks("quiet", "a while").returncode == 2


def test_somebody_says_stop_to_a_timer_that_rings(tmp_path: Path) -> None:
    """Spoken again and again: what falls into a round of ringing is not heard, for the speaker would hear itself."""
    script = {"ears": "none", "words": ["stop the timer"], "reply_s": 0.3, "speed": 0}
    with household(tmp_path, script) as home:
        home.records(*(("ben", "Stop the timer, please.") for _ in range(8)), lead_s=5.0, pause_s=1.7)
        home.edits(timers={"ring_for_s": 120})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online")
        assert home.asks("timer", "add", "1s", "tea").returncode == 0
        home.waits_until(lambda: home.told("tool_call") != [], "it was understood")
        home.waits_until(lambda: home.status()["bell"] == "silent", "it is silent")
        assert home.asks("timers").stdout == "no timer runs\n"
        assert home.told("tool_response")[0]["response"]["response"] == {"output": "Stopped: the tea timer."}
