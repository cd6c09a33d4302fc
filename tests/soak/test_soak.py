"""The soak's own parts: its plan is a script that the service takes, and its table can say NOT WELL."""

import wave
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from chimein.core.audio import FRAME_SAMPLES
from chimein.rehearsal.service import script
from soak import faults, kitchen
from soak.table import MOST_GROWTH_KIB_PER_HOUR, Health, Report


def test_a_seed_is_a_plan_that_the_service_takes() -> None:
    plan = faults.plan(7, 2.0)
    assert plan == faults.plan(7, 2.0)
    assert plan != faults.plan(8, 2.0)
    assert len(script.parse({"faults": plan}).faults) == len(plan) > 480
    assert {fault["do"] for fault in plan} >= {fault["do"] for fault in (*faults.ENDS, *faults.NUISANCES)}
    assert [fault["do"] for fault in plan if fault["connection"] == 1] == ["endless_reply", "drop"]


def test_what_the_gate_lets_through_is_found_again_in_the_recording(tmp_path: Path) -> None:
    scene = tmp_path / "scene.wav"
    kitchen.record(scene, 12.0, 3)
    everything = list(kitchen.frames(scene))
    assert len(set(everything)) == len(everything), "every frame is unlike all others"
    forwarded = list(kitchen.forwarded(scene))
    assert len(forwarded) > 50
    assert [frame for _, frame in forwarded] == [everything[place // FRAME_SAMPLES] for place, _ in forwarded]
    with wave.open(str(scene), "rb") as file:
        assert file.getnframes() >= 12 * 16_000


@pytest.mark.parametrize("rest", [1, FRAME_SAMPLES - 1, FRAME_SAMPLES])
def test_a_recording_may_end_anywhere(tmp_path: Path, rest: int) -> None:
    with wave.open(str(tmp_path / "scene.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * (kitchen.BATCH + rest)))
    assert list(kitchen.forwarded(tmp_path / "scene.wav")) == []


WELL = Report(
    injected=Counter({"ready: drop": 2}),
    survived=Counter({"ready: drop": 2}),
    connections=3,
    attempts=3,
    resumed=2,
    forwarded_s=10.0,
    arrived_s=9.0,
    too_old_s=1.0,
    health=Health([0.0, 1800.0, 3600.0], [80_000, 80_100, 80_200], [16, 16, 16]),
    tracebacks=0,
    never_retrieved=0,
    oddities=4,
    exit_status=0,
)


def test_what_must_not_happen_is_not_well() -> None:
    assert WELL.is_well
    assert list(WELL.lines())[-1] == "well"
    growing = Health([0.0, 3600.0], [80_000, 81_000 + int(MOST_GROWTH_KIB_PER_HOUR)], [16, 16])
    for ill in (
        replace(WELL, arrived_s=8.9),
        replace(WELL, survived=Counter({"ready: drop": 1})),
        replace(WELL, tracebacks=1),
        replace(WELL, never_retrieved=1),
        replace(WELL, exit_status=1),
        replace(WELL, health=growing),
        replace(WELL, health=replace(WELL.health, is_alive=False)),
    ):
        assert not ill.is_well
        assert list(ill.lines())[-1] == "NOT WELL"


HOUR = [60.0 * minute for minute in range(61)]
STEP_KIB = int(1.5 * MOST_GROWTH_KIB_PER_HOUR)


@pytest.mark.parametrize("at", range(0, 61, 10))
def test_one_answer_that_is_kept_is_no_growth(at: int) -> None:
    kib = [80_000 + STEP_KIB * (minute >= at) for minute in range(61)]
    slope = Health(HOUR, kib, [16] * 61).kib_per_hour
    assert slope is not None
    assert slope < MOST_GROWTH_KIB_PER_HOUR / 2


@pytest.mark.parametrize("steps", [2, 3, 4, 20, 60])
def test_steps_that_go_on_are_growth(steps: int) -> None:
    kib = [80_000 + STEP_KIB * (minute * (steps + 1) // 61) for minute in range(61)]
    slope = Health(HOUR, kib, [16] * 61).kib_per_hour
    assert slope is not None
    assert slope > MOST_GROWTH_KIB_PER_HOUR


def test_a_short_time_says_nothing_about_growth() -> None:
    assert Health([0.0, 60.0], [80_000, 90_000], [16, 16]).kib_per_hour is None
