"""What the doctor makes of what was measured."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.core.audio import Samples
from chimein.core.config import PanelSettings
from chimein.core.doctor import Finding, Verdict, house, is_well
from chimein.core.doctor.chirp import chirp, find
from chimein.core.doctor.sound import Measured, judge, measure_channels
from chimein.core.sound.heard import Why

RATE_HZ = 16_000
RNG = np.random.default_rng(3)


def hiss(level: float, seconds: float = 2.0) -> Samples:
    return np.rint(RNG.standard_normal(round(seconds * RATE_HZ)) * level).clip(-32768, 32767).astype(np.int16)


def visit(*channels: Samples, heard: str = "0", **more: object) -> dict[str, Finding]:
    """The findings about a microphone with these channels, and a speaker that was heard back unless said otherwise."""
    said: dict[str, object] = {
        "microphone": "an array",
        "rate_hz": RATE_HZ,
        "heard": heard,
        "channels": measure_channels(np.stack(channels, axis=1)),
        "speaker": "a speaker",
        "chirps": 3,
        "delay_ms": 120.0,
        "echo_dbfs": -30.0,
    }
    measured = Measured(**{**said, **more})  # type: ignore[arg-type]
    assert Measured.from_json(json.loads(json.dumps(measured.to_json()))) == measured
    return {finding.check: finding for finding in judge(measured)}


def verdicts(findings: dict[str, Finding]) -> dict[str, str]:
    return {check: finding.verdict.value for check, finding in findings.items() if finding.verdict is not Verdict.OK}


def test_a_healthy_array_has_no_complaints() -> None:
    found = visit(hiss(20), hiss(20), hiss(20), np.zeros(2 * RATE_HZ, np.int16))
    assert verdicts(found) == {}
    assert "3: zeros" in found["channels"].said
    assert "120 ms" in found["chirp"].said
    assert found["microphone"].said == "an array: 4 channels at 16 kHz"
    assert visit(hiss(20))["microphone"].said == "an array: 1 channel at 16 kHz"


def test_what_is_wrong_is_named_with_what_to_do() -> None:
    silence = np.zeros(2 * RATE_HZ, np.int16)
    assert verdicts(visit(silence, hiss(20), hiss(20))) == {"channels": "fail"}
    assert verdicts(visit(hiss(40_000))) == {"level": "warn", "clipping": "warn"}
    assert verdicts(visit(silence, silence)) == {"level": "warn"}, "muted at the microphone itself"
    assert verdicts(visit(hiss(0.2))) == {"level": "fail"}
    assert verdicts(visit(hiss(20), hiss(20), hiss(3000))) == {"channels": "warn"}
    assert verdicts(visit(hiss(20), delay_ms=None)) == {"chirp": "warn"}
    assert verdicts(visit(hiss(20), delay_ms=700.0)) == {"chirp": "warn"}
    assert verdicts(visit(hiss(20), echo_dbfs=-3.0)) == {"chirp": "warn"}
    assert verdicts(visit(hiss(20), speaker=None, speaker_trouble="in use")) == {"speaker": "fail"}
    assert verdicts(visit(hiss(20), microphone=None)) == {"microphone": "fail", "chirp": "warn"}
    for finding in visit(hiss(40_000), microphone=None, speaker=None).values():
        assert finding.advice or finding.verdict is not Verdict.FAIL


def test_a_channel_that_repeats_what_is_played_is_named_and_must_not_be_heard() -> None:
    silence = np.zeros(2 * RATE_HZ, np.int16)
    echoes = ((40.0, -30.0), (40.2, -31.0), (18.0, -6.0))
    wires = visit(hiss(20), hiss(20), hiss(3), echoes=echoes)["channels"]
    assert wires.verdict.value == "ok"
    assert "2: what is played" in wires.said
    silent = visit(hiss(20), silence, heard="1", echoes=((40.0, -30.0), (18.0, -6.0)))["channels"]
    assert silent.verdict.value == "fail"
    assert "channel 1 is no microphone" in silent.advice
    bare = visit(hiss(20), hiss(20), heard="0", echoes=((18.0, -30.0), (48.0, -50.0)))["channels"]
    assert bare.verdict.value == "ok", "before one that the array has worked on"


def test_a_known_array_in_a_form_that_nobody_knows_or_in_another_order() -> None:
    known: dict[str, Any] = {"array": "ReSpeaker Mic Array v2.0", "forms": (1, 6)}
    found = visit(hiss(20), hiss(20), why=Why.FOUND.value, **known)
    assert "only its firmware with 1 or 6 channels is known" in found["microphone"].said
    assert "heard: 0, found by listening" in found["channels"].said
    zeros = np.zeros(2 * RATE_HZ, np.int16)
    muted = visit(zeros, hiss(20), why=Why.KNOWN.value, **known)["channels"]
    assert muted.verdict.value == "fail"
    assert "its own mute may be on" in muted.advice
    other = visit(hiss(20), hiss(20), why=Why.MISFIT.value, **known)["channels"]
    assert other.verdict.value == "warn"
    assert "another firmware" in other.advice


def test_a_channel_that_stands_still_is_dead_too() -> None:
    still = np.full(2 * RATE_HZ, 900, np.int16)
    found = visit(still, hiss(20), hiss(20))["channels"]
    assert found.verdict.value == "fail"
    assert "0: stands still" in found.said


@settings(deadline=None, max_examples=25)
@given(late_ms=st.integers(0, 800), loud_db=st.floats(-45, -10), rate_hz=st.sampled_from([16_000, 44_100, 48_000]))
def test_a_chirp_is_found_where_it_is(late_ms: int, loud_db: float, rate_hz: int) -> None:
    recording, played_s = room(rate_hz, late_ms / 1000, 32768 * 10 ** (loud_db / 20))
    echo = find(recording, rate_hz, 100.0, played_s)
    assert echo is not None
    assert echo.delay_s == pytest.approx(late_ms / 1000, abs=0.001)
    assert echo.level_dbfs == pytest.approx(loud_db, abs=1.5)


def test_no_chirp_is_found_in_noise_nor_in_one_that_came_by_chance() -> None:
    recording, played_s = room(RATE_HZ, 0.1, 0.0)
    assert find(recording, RATE_HZ, 100.0, played_s) is None
    assert find(recording[:100], RATE_HZ, 100.0, played_s) is None
    alone, _ = room(RATE_HZ, 0.1, 3000.0, count=1)
    assert find(alone, RATE_HZ, 100.0, played_s) is None


def room(rate_hz: int, late_s: float, height: float, *, count: int = 3) -> tuple[Samples, Sequence[float]]:
    """A recording of 6 s that began at 100 s, and when chirps were played."""
    played_s = [101.0, 102.2, 103.4]
    sound = np.random.default_rng(1).standard_normal(6 * rate_hz) * 30
    for at_s in played_s[:count]:
        begin = round((at_s + late_s - 100.0) * rate_hz)
        sound[begin : begin + len(chirp(rate_hz))] += height * chirp(rate_hz)
    return np.rint(sound).clip(-32768, 32767).astype(np.int16), played_s


GENERIC = PanelSettings(board="generic")


def test_a_wrong_time_zone_can_be_seen() -> None:
    assert house.clock(0.3, True, here="13:03 GMT").said == "right to the second: it is 13:03 GMT here"


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (house.key("gemini", None, "", "refused"), "fail"),
        (house.key("gemini", None, "", None), "fail"),
        (house.key("gemini", None, "may be seen by root alone", None), "warn"),
        (house.key("gemini", "the environment", "", None), "ok"),
        (house.key("gemini", None, "", "online"), "ok"),
        (house.key("vertex", None, "", None), "ok"),
        (house.dns("x", ["1.2.3.4"], "", 0.02), "ok"),
        (house.dns("x", ["1.2.3.4"], "", 4.0), "warn"),
        (house.dns("x", [], "Name or service not known", 0.1), "fail"),
        (house.tls("x", "TLSv1.3", "", 0.1), "ok"),
        (house.tls("x", None, "its certificate is refused", 0.1), "fail"),
        (house.clock(0.3, True, here="14:03 CET"), "ok"),
        (house.clock(-7.0, True, here="14:03 CET"), "warn"),
        (house.clock(-400.0, True, here="14:03 CET"), "fail"),
        (house.clock(0.3, False, here="14:03 CET"), "warn"),
        (house.clock(None, None, here="14:03 CET"), "warn"),
        (house.unit("active", "enabled", answers=True), "ok"),
        (house.unit("active", "disabled", answers=True), "warn"),
        (house.unit("active", "enabled", answers=False), "fail"),
        (house.unit("failed", "enabled", answers=False), "warn"),
        (house.unit("inactive", "disabled", answers=True), "ok"),
        (house.unit(None, None, answers=True), "ok"),
        (house.unit(None, None, answers=False), "warn"),
        (house.disk("/x", 9000.0, ""), "ok"),
        (house.disk("/x", 300.0, ""), "warn"),
        (house.disk("/x", 3.0, ""), "fail"),
        (house.disk("/x", None, "Permission denied"), "warn"),
        (house.power(0), "ok"),
        (house.power(0x50005), "fail"),
        (house.power(0x50000), "warn"),
        (house.power(0x8), "warn"),
        (house.panel(PanelSettings(), None, [], []), "ok"),
        (house.panel(GENERIC, {"name": "quiet", "meaning": "…"}, [], []), "ok"),
        (house.panel(GENERIC, None, [], []), "fail"),
        (house.panel(GENERIC, None, ["/dev/gpiochip0"], ["/dev/gpiochip0"]), "warn"),
        (house.panel(GENERIC, None, ["/dev/gpiochip0"], []), "ok"),
    ],
)
def test_the_house(finding: Finding, verdict: str) -> None:
    assert finding.verdict.value == verdict
    assert finding.said
    assert finding.advice or finding.verdict is not Verdict.FAIL
    assert is_well([finding]) is (verdict != "fail")


def test_a_computer_that_is_no_pi_says_nothing_of_its_power() -> None:
    assert house.power(None) is None
