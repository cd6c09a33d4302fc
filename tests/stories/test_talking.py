"""A person with a shell: a line of text into the conversation, and another assistant in the middle of it."""

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
