"""A timer that somebody relies on: with the network down, muted, and after the plug was pulled."""

import json
from pathlib import Path

from helpers.household import household


def test_it_rings_offline_and_muted_and_after_a_power_cut_until_it_is_stopped(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits(timers={"alarm_volume": 80, "ring_for_s": 30}, panel={"board": "none"})
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
