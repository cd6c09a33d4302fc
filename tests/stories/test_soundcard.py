"""The daemon on a sound card that is pulled, replugged and examined: all of it real, but the card is software."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.household import Household, household
from helpers.soundcard import SoundCard

CANNED = {"ears": "none", "answers": "always"}
"""The service answers whatever it hears, its own voice included."""
HISS = np.random.default_rng(0).integers(-40, 41, (16_000, 6)).astype(np.int16)
DEAD = np.array([0, 1, 1, 1, 1, 1], dtype=np.int16)


@pytest.fixture
def card(tmp_path: Path) -> SoundCard:
    card = SoundCard(tmp_path)
    card.microphone("ear", HISS * DEAD, rate_hz=16_000, hears="loud", late_ms=120)
    card.speaker("loud", channels=2, rate_hz=48_000)
    return card


@pytest.fixture
def home(tmp_path: Path, card: SoundCard, request: pytest.FixtureRequest) -> Iterator[Household]:
    mode = getattr(request, "param", "half-duplex")
    with card.plugged_in(), household(tmp_path, CANNED) as home:
        home.edits(microphone={"device": "ear"}, speaker={"device": "loud", "volume": 100}, echo={"mode": mode})
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["microphone"]["alive"], "it hears")
        home.waits_until(lambda: home.status()["link"] == "online", "it is connected")
        yield home
        assert "Traceback" not in home.log.read_text()


def findings(home: Household, *words: str) -> dict[str, Any]:
    answer = home.asks("doctor", "--json", "--config", str(home.yaml), *words)
    return {finding["check"]: finding for finding in json.loads(answer.stdout)["findings"]}


def test_the_doctor_borrows_the_microphone_and_gives_it_back(home: Household) -> None:
    found = findings(home)
    verdicts = {check: finding["verdict"] for check, finding in found.items()}
    sound = ("microphone", "level", "clipping", "channels", "speaker", "chirp")
    assert {check: found[check]["said"] for check in sound if verdicts[check] != "ok"} == {}
    assert "heard: 1" in found["channels"]["said"], "the first that lives"
    assert "0: zeros" in found["channels"]["said"]
    delay_ms = float(found["chirp"]["said"].split("after ")[1].split(" ms")[0])
    assert delay_ms == pytest.approx(120, abs=60), "a busy machine guesses"
    assert verdicts["TLS"] == verdicts["DNS"] == verdicts["key"] == verdicts["service"] == "ok"
    home.waits_until(lambda: home.status()["microphone"]["alive"], "it hears again")
    assert "doctor" not in (home.status()["last_error"] or ""), "it was no trouble"
    assert len(home.who_can_hear()) == 1


def test_muted_not_even_the_doctor_hears(home: Household) -> None:
    assert home.asks("mute").returncode == 0
    found = findings(home, "--no-chirps")
    assert found["microphone"]["verdict"] == "warn"
    assert "muted" in found["microphone"]["said"]
    assert "level" not in found
    assert home.who_can_hear() == []
    assert home.status()["muted"]


def test_a_pulled_cable_is_named_and_a_plugged_one_found(home: Household, card: SoundCard, tmp_path: Path) -> None:
    card.unplug()
    home.waits_until(lambda: home.status()["ear"] == "deaf", "it notices")
    seen = home.status()
    assert seen["lamp"]["name"] == "microphone fault"
    assert "microphone" in seen["why"]
    assert seen["link"] == "online", "the conversation stays"
    card.replug()
    home.waits_until(lambda: home.status()["microphone"]["alive"], "it hears again")
    figures = (tmp_path / "run" / "chimein" / "metrics.prom").read_text()
    assert "chimein_microphone_overruns_total " in figures
    assert len(home.log.read_text().splitlines()) < 40, "no flood"


@pytest.mark.parametrize("home", ["half-duplex", "webrtc"], indirect=True)
def test_nothing_of_its_own_voice_goes_up(home: Household, card: SoundCard) -> None:
    """The card's microphone hears its speaker, half as loud and 120 ms later."""
    assert home.asks("ask", "How is a pizza made?").returncode == 0
    home.waits_until(lambda: np.count_nonzero(card.heard_from("loud")) > 48_000, "an answer is heard")
    home.waits_until(lambda: home.status()["voice"] == "silent", "it is silent again")
    heard_s = home.status()["microphone"]["heard_s"]
    home.waits_until(lambda: home.status()["microphone"]["heard_s"] > heard_s + 1.5, "the room has rung out")
    assert home.status()["uplink"]["bytes"] == 0
    assert home.told("heard") == []


def strange_array(seconds: int = 12) -> NDArray[np.int16]:
    """Four channels in an order that nobody knows: what is played, two bare microphones, one that was worked on.

    Somebody says a word every second; then the speaker talks.
    """
    rng = np.random.default_rng(4)
    at_s = np.arange(16_000 * seconds) / 16_000
    words = 1500 * rng.standard_normal(len(at_s)) * (at_s % 0.9 < 0.4) * (at_s < 9)
    played = 5000 * rng.standard_normal(len(at_s)) * (at_s % 0.7 < 0.4) * (at_s >= 9.5)
    echo = np.roll(played, 600)
    bare = [words + 0.5 * echo + 60 * rng.standard_normal(len(at_s)) for _ in range(2)]
    free = np.roll(words + 0.04 * echo + 15 * rng.standard_normal(len(at_s)), 320)
    return np.rint(np.stack([played, *bare, free], axis=1)).clip(-32_768, 32_767).astype(np.int16)


def test_an_array_that_nobody_knows_is_found_out_once_and_remembered(tmp_path: Path) -> None:
    card = SoundCard(tmp_path)
    card.microphone("ear", strange_array(), rate_hz=16_000)
    card.speaker("loud", channels=2, rate_hz=48_000)
    with card.plugged_in(), household(tmp_path, {"ears": "none"}) as home:
        home.edits(microphone={"device": "ear"}, speaker={"device": "loud"})
        home.starts_the_service()
        home.switches_on()
        found = "channel 3 of 0 to 3, found by listening"
        home.waits_until(lambda: home.status()["microphone"]["channel"] == found, "it is found")
        assert found in home.asks("status", "--config", str(home.yaml)).stdout
        assert "heard: 3, found by listening" in findings(home, "--no-chirps")["channels"]["said"]
        assert home.asks("mute").returncode == 0
        assert home.status()["microphone"]["channel"] is None
        assert home.asks("unmute").returncode == 0
        home.waits_until(lambda: home.status()["microphone"]["alive"], "it hears again")
        assert home.status()["microphone"]["channel"] == found, "and what it hears with"
        assert "Traceback" not in home.log.read_text()
