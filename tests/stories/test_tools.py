"""A service that has lost its mind calls tools at the real daemon, and hangs up in the middle."""

from pathlib import Path
from typing import Any

from helpers.household import household

GOOD = {
    "pasta": ("set_timer", {"minutes": 10, "name": "pasta"}),
    "eggs": ("set_timer", {"seconds": "90", "name": "eggs"}),
    "milk": ("add_to_shopping_list", {"items": ["milk"]}),
    "time": ("get_time", {}),
}
BAD: dict[str, tuple[Any, Any]] = {
    "word": ("set_timer", {"minutes": "ten"}),
    "negative": ("set_timer", {"minutes": -5}),
    "endless": ("set_timer", {"minutes": 1e308, "hours": 1e308}),
    "nothing": ("set_timer", {}),
    "novel": ("set_timer", {"minutes": 5, "name": "x" * 5000}),
    "list": ("set_timer", [1, 2]),
    "text": ("set_timer", "ten minutes"),
    "loud": ("set_volume", {"percent": 900}),
    "late": ("set_alarm", {"time": "25:99"}),
    "unmute": ("unmute_microphone", {}),
    "software": ("mute_microphone", {"muted": False}),
    "hardware": ("unmute", {"by": "hardware"}),
    "nameless": (None, {}),
    "private": ("__init__", {}),
}


def sends(message: dict[str, Any]) -> dict[str, Any]:
    return {"on": "ready", "do": "send", "message": message}


def calls(*ids: str) -> dict[str, Any]:
    named = [(one, *{**GOOD, **BAD}[one]) for one in ids]
    found = [{"id": one, "name": name, "args": args} for one, name, args in named]
    return sends({"toolCall": {"functionCalls": found}})


def test_every_call_is_answered_once_a_connection_and_done_once_in_all(tmp_path: Path) -> None:
    faults = [
        *(calls(one) for one in BAD),
        calls(*GOOD),
        sends({"toolCall": {"functionCalls": [{"name": "get_time", "args": {}}]}}),
        sends({"toolCall": {"functionCalls": "nonsense"}}),
        sends({"toolCall": {}}),
        sends({"toolCallCancellation": {"ids": ["nobody"]}}),
        {"on": "ready", "do": "drop", "connection": 1, "after_s": 1},
    ]
    with household(tmp_path, {"ears": "none", "speed": 0, "faults": faults}) as home:
        home.records()
        home.edits()
        home.starts_the_service()
        home.switches_on()
        assert home.asks("mute").returncode == 0
        everything = 2 * (len(GOOD) + len(BAD))
        home.waits_until(lambda: len(home.told("tool_response")) == everything, "both connections have their answers")
        answers = [one["response"] for one in home.told("tool_response")]
        assert {one["id"] for one in answers if "output" in one["response"]} == set(GOOD)
        assert {one["id"] for one in answers if "error" in one["response"]} == set(BAD)
        seen = home.status()
        assert (seen["link"], seen["muted"], seen["session"]["reconnects"]) == ("online", True, 1)
        assert [(it["name"], it["length_s"]) for it in seen["timers"]] == [("eggs", 90), ("pasta", 600)]
        assert home.asks("list").stdout == "milk\n"
        assert home.switches_off() == 0
        assert "Traceback" not in home.log.read_text()
