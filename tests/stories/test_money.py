"""Somebody wants to know what it costs: the ledger beside what the service says it billed, to the token."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.household import Household, household

LINE = ("anna", "Do you like pizza?")
WHOLE = {"ears": "none", "answers": "always", "reply_s": 0.4, "speed": 0, "usage": "context"}
"""Every turn bills the conversation so far, as the real service does."""
SEEN_IN_THE_WILD = {
    "usageMetadata": {
        "promptTokenCount": 522,
        "responseTokenCount": 42,
        "totalTokenCount": 564,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 332}, {"modality": "AUDIO", "tokenCount": 165}],
        "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 42}],
        "thoughtsTokenCount": 136,
    }
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    drops = {"on": "turn", "nth": 2, "connection": 1, "do": "drop"}
    says = {"on": "ready", "connection": 2, "do": "send", "message": SEEN_IN_THE_WILD}
    with household(tmp_path, {**WHOLE, "faults": [drops, says]}) as home:
        home.records(LINE, LINE, LINE, pause_s=2.5)
        home.edits(budget={"prices": {"audio_out": 100.0}})
        home.starts_the_service()
        yield home


def billed(home: Household) -> dict[str, int]:
    """What the service wrote down that it billed, by way and modality."""
    told: dict[str, int] = {"in TEXT": 332, "in AUDIO": 165, "in UNSPECIFIED": 25, "out AUDIO": 42, "out THOUGHTS": 136}
    for usage in home.told("usage"):
        for way, name in (("in", "promptTokensDetails"), ("out", "responseTokensDetails")):
            for part in usage.get(name, []):
                key = f"{way} {part['modality']}"
                told[key] = told.get(key, 0) + part["tokenCount"]
    return told


def ledger(home: Household) -> tuple[dict[str, int], dict[str, Any]]:
    answer = home.asks("usage", "--json", "--days", "3")
    assert answer.returncode == 0, answer.stderr
    (day,) = json.loads(answer.stdout)["days"]
    return {f"{way} {kind}": count for way, kinds in day["tokens"].items() for kind, count in kinds.items()}, day


def test_the_ledger_is_the_bill_to_the_token_over_reconnects_and_restarts(home: Household) -> None:
    home.switches_on()
    home.waits_until(lambda: len(home.told("usage")) >= 3, "three turns were billed")
    home.asks("mute")  # from here on nothing more is sent
    home.waits_until(lambda: ledger(home)[0] == billed(home), "the ledger is the bill")
    tokens, day = ledger(home)
    assert len(home.told("setup")) == 2, "the connection was lost once"
    assert home.status()["usage"]["today"]["input_tokens"] == day["input_tokens"]
    assert day["usd"] > day["output_tokens"] * 4.5 / 1e6
    assert day["sent_s"] == pytest.approx(home.status()["uplink"]["audio_s"], abs=0.02)
    home.pulls_the_plug()
    home.switches_on()
    assert ledger(home) == (tokens, day), "a daemon that was killed has lost nothing"
    assert home.switches_off() == 0

    assert ledger(home) == (tokens, day), "as the daemon wrote it down"
    assert "the daemon is not running" in home.asks("usage").stdout
    picture = home.folder / "usage.png"
    assert home.asks("usage", "--plot", str(picture)).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_without_a_daemon_and_without_a_memory_it_says_so(tmp_path: Path) -> None:
    with household(tmp_path) as home:
        answer = home.asks("usage")
        assert (answer.returncode, answer.stdout) == (69, "")
        assert "has never written down anything here" in answer.stderr
        assert home.asks("usage", "--days", "0").returncode == 2


def test_a_spent_budget_rests_and_says_so_until_it_is_raised(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "answers": "always", "reply_s": 1.0, "speed": 0}) as home:
        home.records(*[LINE] * 8, pause_s=3.0)
        home.edits(budget={"daily_usd": 0.0001}, gate={"sensitivity": "high"})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "resting", "it rests")
        seen = home.status()
        assert (seen["lamp"]["name"], seen["ear"], seen["usage"]["budget"]) == ("budget", "shut", "spent")
        assert seen["gate"]["sensitivity"] == "normal"
        assert home.who_can_hear() == []
        assert "it is back at midnight" in home.asks("why").stdout, "and no word of a button: there is none here"
        assert len(home.told("closed")) == 1
        sent = seen["uplink"]["bytes"]
        home.switches_off()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "resting", "a restart gives no new budget")
        assert len(home.told("setup")) == 1
        assert sent > 0
        home.edits(budget={"daily_usd": 50.0}, gate={"sensitivity": "high"})
        home.reloads()
        home.waits_until(lambda: home.status()["link"] == "online", "a higher budget wakes it")
        assert home.told("setup")[1]["resumed"], "with the same conversation"
        home.waits_until(lambda: len(home.who_can_hear()) == 1, "it hears again")
        assert home.status()["gate"]["sensitivity"] == "high"
