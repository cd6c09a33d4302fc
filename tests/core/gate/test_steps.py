"""How the gate says it: steps and items, however the sound is cut, and what it says disabled, muted and wiped."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, SILENCE_DBFS, UP_HZ
from chimein.core.gate import Closed, Forward, Gate, GateStep, Opened
from helpers.rooms import NORMAL, Settings, hiss, joined, room, sent, talk, through

SCENE = room((0.5, talk(1.5, -35)), (3.5, talk(1.2, -30)), (4.9, np.zeros(UP_HZ, np.int16)), seconds=8.0)
SCENE[6 * UP_HZ : 7 * UP_HZ] = 0  # muted in hardware, for a second
WHOLE = {enabled: joined(through(Gate(Settings(enabled=enabled)), SCENE)) for enabled in (True, False)}


@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_it_makes_no_difference_how_the_sound_is_cut(enabled: bool, cuts: list[int]) -> None:
    gate, at = Gate(Settings(enabled=enabled)), 0
    steps: list[GateStep] = []
    while at < len(SCENE):
        size = cuts[len(steps) % len(cuts)] * FRAME_SAMPLES
        steps.append(gate.push(SCENE[at : at + size]))
        at += size
    assert joined(steps) == WHOLE[enabled]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["talk", "hiss", "zeros", "loud"]), min_size=1, max_size=8), st.booleans())
def test_what_goes_up_is_the_rooms_own_sound_in_order(scene: list[str], enabled: bool) -> None:
    """Opened and Closed take turns, their frames say exactly what lies between them, nothing goes up twice."""
    makes = {
        "talk": talk(0.8, -30),
        "hiss": hiss(0.9, -60),
        "zeros": np.zeros(UP_HZ, np.int16),
        "loud": hiss(0.5, -20),
    }
    sound = np.concatenate([makes[name] for name in scene])
    at, is_open = 0, False
    for item in joined(through(Gate(Settings(enabled=enabled)), sound, frames=4)):
        match item:
            case Opened(frame):
                assert not is_open
                assert frame * FRAME_SAMPLES >= at
                at, is_open = frame * FRAME_SAMPLES, True
            case Forward(pcm):
                assert is_open
                assert sound[at : at + len(pcm) // 2].tobytes() == pcm
                at += len(pcm) // 2
            case Closed(frame):
                assert is_open
                assert frame * FRAME_SAMPLES == at
                is_open = False


def test_chunks_are_20_to_100_ms() -> None:
    for step in through(Gate(NORMAL), SCENE, frames=50):
        assert all(640 <= len(item.pcm) <= 3200 for item in step.items if isinstance(item, Forward))


def test_while_open_sound_goes_on_at_once() -> None:
    gate = Gate(NORMAL)
    through(gate, room((1.0, talk(2.0, -30)), seconds=2.3))
    assert gate.is_open
    frame = hiss(0.02, -60)
    assert sent(gate.push(frame)) == frame.tobytes()


def test_levels_are_those_of_the_room() -> None:
    step = through(Gate(NORMAL), hiss(4.0, -50))[-1]
    assert step.level_dbfs == pytest.approx(-50, abs=2)  # the seventh above 7 kHz is not heard
    assert step.level_dbfs - 8 < step.floor_dbfs < step.level_dbfs < step.threshold_dbfs < step.level_dbfs + 8


def test_only_whole_frames() -> None:
    for wrong in (np.zeros(319, np.int16), np.zeros(0, np.int16), np.zeros((320, 2), np.int16)):
        with pytest.raises(ValueError, match="whole frames"):
            Gate(NORMAL).push(wrong)


# --- disabled, muted, wiped


def test_disabled_everything_goes_up() -> None:
    sound = room((1.0, talk(1.0, -30)), seconds=4.0)
    gate = Gate(Settings(enabled=False))
    steps = through(gate, sound)
    opened, sent = joined(steps)
    assert opened == Opened(0)
    assert isinstance(sent, Forward)
    assert sent.pcm == sound.tobytes()
    assert steps[-1].level_dbfs == pytest.approx(-65, abs=2)


@pytest.mark.parametrize("enabled", [True, False])
def test_exact_zeros_are_a_mute_in_hardware(enabled: bool) -> None:
    gate = Gate(Settings(enabled=enabled))
    through(gate, room((0.5, talk(2.0, -30)), seconds=2.2))
    assert gate.is_open
    steps = through(gate, np.zeros(2 * UP_HZ, np.int16))
    assert [step.hardware_muted for step in steps[:7]] == [False] * 4 + [True] * 3
    assert [any(isinstance(item, Closed) for item in step.items) for step in steps].index(True) == 4
    assert not any(sent(step) for step in steps[5:])
    assert steps[-1].level_dbfs == SILENCE_DBFS
    back = gate.push(hiss(0.1, -65))
    assert not back.hardware_muted
    assert any(isinstance(item, Opened) for item in back.items) is not enabled


def test_quiet_is_not_muted() -> None:
    assert not through(Gate(NORMAL), hiss(2.0, -90))[-1].hardware_muted


def test_nothing_heard_before_a_wipe_goes_up_after_it() -> None:
    """Not even a frame that had not been judged yet."""
    sound = room((1.0, talk(3.0, -30)), seconds=5.0)
    for cut in range(FRAME_SAMPLES, 3 * UP_HZ, 37 * FRAME_SAMPLES):
        gate = Gate(NORMAL)
        gate.push(sound[:cut])
        gate.wipe()
        assert not gate.is_open
        assert joined(through(gate, sound[cut:])) == joined(through(Gate(NORMAL), sound[cut:]))
