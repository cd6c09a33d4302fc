"""A person with a shell: a line of text into the conversation, another assistant in the middle of it, and how loud."""

import json
from pathlib import Path

from helpers.household import household

GARDENER = "You are an AI assistant in gardening; only chime in when the topic is plants."


def test_ask_and_persona(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "reply_s": 0.3, "speed": 0}) as home:
        home.records()
        home.edits(assistant={"personas": {"gardener": GARDENER}})
        home.switches_on()
        refused = home.asks("ask", "Hello?")
        assert (refused.returncode, "no connection" in refused.stderr) == (1, True)
        home.starts_the_service()
        home.switches_off()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online")
        assert home.asks("mute").returncode == 0
        assert home.asks("ask", "How long", "do eggs take?").stdout == "You said: How long do eggs take.\n"
        assert json.loads(home.asks("ask", "--json", "Hello?").stdout) == {"answer": "You said: Hello."}
        assert home.asks("ask", " ").returncode == 2
        assert home.asks("persona").stdout == "* default\n  gardener\n"
        assert home.asks("persona", "gardener").stdout == "  default\n* gardener\n"
        home.waits_until(lambda: len(home.told("setup")) == 2, "it dials as the gardener")
        first, second = (one["setup"]["systemInstruction"]["parts"][0]["text"] for one in home.told("setup"))
        assert "Italian cooking" in first
        assert second.startswith(GARDENER)
        assert home.told("setup")[1]["resumed"], "the conversation goes on"
        wrong = home.asks("persona", "nobody")
        assert (wrong.returncode, "default, gardener" in wrong.stderr) == (2, True)
        home.pulls_the_plug()
        home.switches_on()
        assert home.asks("persona").stdout == "  default\n* gardener\n"


def test_a_volume_that_was_asked_for_lasts_until_the_file_names_another(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        home.records()
        home.edits(speaker={"volume": 60})
        home.switches_on()
        assert home.asks("volume").stdout == "60 %\n"
        assert home.asks("volume", "25").stdout == "25 % (speaker.volume: 60)\n"
        assert json.loads(home.asks("volume", "--json").stdout) == {"percent": 25, "configured": 60}
        too_loud = home.asks("volume", "900")
        assert (too_loud.returncode, "0 to 100" in too_loud.stderr) == (2, True)
        home.pulls_the_plug()
        home.switches_on()
        assert home.status()["speaker"]["volume"] == 25
        home.edits(speaker={"volume": 60}, gate={"sensitivity": "high"})
        home.reloads()
        home.waits_until(lambda: home.status()["gate"]["sensitivity"] == "high", "the file has been read")
        assert home.asks("volume").stdout == "25 % (speaker.volume: 60)\n", "the file says of it what it said before"
        home.edits(speaker={"volume": 70})
        home.reloads()
        home.waits_until(lambda: home.asks("volume").stdout == "70 %\n", "the file has been read")
        home.pulls_the_plug()
        home.switches_on()
        assert home.asks("volume").stdout == "70 %\n"
