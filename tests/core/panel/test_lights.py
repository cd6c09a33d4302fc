"""The ladder, read aloud and tried with every state there is."""

from dataclasses import replace
from itertools import product

import pytest

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Bell, CoListening, Ear, Finger, Life, Link, Purse, Speaker, Voice
from chimein.core.panel import lights
from chimein.core.panel.lights import LADDER, Light, ladder_markdown, light

EVERY_STATE = list(product(Life, Link, Ear, Voice, Speaker, Bell, Purse))
AWAKE = Appliance(life=Life.AWAKE, link=Link.ONLINE, ear=Ear.QUIET)
MACHINES = {type(state): name for name, state in vars(AWAKE).items()}


def shown(*states: object) -> Light:
    """The light when everything is well but for `states`."""
    return light(replace(AWAKE, **{MACHINES[type(state)]: state for state in states}))  # type: ignore[arg-type]


def test_the_ladder_read_aloud() -> None:
    assert [rung.name for _, rung in LADDER] == [
        "waking",
        "microphone fault",
        "holding",
        "let go",
        "muted",
        "leaving",
        "speaker fault",
        "button fault",
        "ringing",
        "file",
        "speaking",
        "hearing",
        "thinking",
        "refused",
        "throttled",
        "connecting",
        "offline",
        "quiet hours",
        "budget",
        "minute",
        "budget low",
        "quiet",
    ]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), lights.QUIET),
        ((Life.WAKING, Ear.MUTED), lights.WAKING),
        ((Life.LEAVING,), lights.LEAVING),
        ((Ear.DEAF, Voice.SPEAKING), lights.DEAF),
        ((Ear.MUTED, Life.LEAVING), lights.MUTED),
        ((Ear.OPENING,), lights.MUTED),
        ((Ear.ARRAY_MUTED,), lights.MUTED),
        ((Speaker.LOST, Ear.HEARING), lights.VOICELESS),
        ((Bell.RINGING, Voice.SPEAKING), lights.RINGING),
        ((Bell.RINGING, Ear.MUTED), lights.MUTED),
        ((Voice.SPEAKING, Ear.HEARING), lights.SPEAKING),
        ((Ear.HEARING, Voice.THINKING), lights.HEARING),
        ((Ear.HEARING, Link.OFFLINE), lights.OFFLINE),
        ((Voice.THINKING,), lights.THINKING),
        ((Link.REFUSED,), lights.REFUSED),
        ((Link.THROTTLED,), lights.THROTTLED),
        ((Link.CONNECTING,), lights.CONNECTING),
        ((Link.OFFLINE,), lights.OFFLINE),
        ((Link.RESTING, Purse.SPENT, Ear.SHUT), lights.OVER_BUDGET),
        ((Purse.SPENT, Ear.SHUT, Voice.SPEAKING), lights.SPEAKING),
        ((Purse.SPENT, Ear.MUTED), lights.MUTED),
        ((Purse.SPENT, Link.OFFLINE, Ear.SHUT), lights.OFFLINE),
        ((Purse.MINUTE,), lights.MINUTE),
        ((Purse.MINUTE, Ear.HEARING), lights.HEARING),
        ((Purse.TIGHT,), lights.BUDGET_LOW),
        ((Purse.TIGHT, Link.REFUSED), lights.REFUSED),
        ((CoListening.RUNNING, Ear.SHUT, Voice.SPEAKING), lights.FILE),
        ((CoListening.RUNNING, Bell.RINGING), lights.RINGING),
    ],
)
def test_which_rung_holds(states: tuple[object, ...], expected: Light) -> None:
    assert shown(*states) is expected


def test_nothing_covers_a_mute() -> None:
    for states in EVERY_STATE:
        if Ear.MUTED in states and Life.WAKING not in states:
            assert shown(*states) is lights.MUTED


@pytest.mark.parametrize(("finger", "warning"), [(Finger.NEAR, lights.HOLDING), (Finger.READY, lights.LET_GO)])
def test_a_finger_that_stays_is_warned_and_in_red_where_it_is_muted(finger: Finger, warning: Light) -> None:
    assert shown(Voice.SPEAKING, finger) is warning
    assert shown(Ear.MUTED, finger) == replace(warning, colour=lights.RED)


def test_other_fingers_leave_a_muted_lamp_alone() -> None:
    assert shown(Ear.MUTED, Finger.STUCK) is lights.MUTED
    assert shown(Voice.SPEAKING, Finger.STUCK) is lights.STUCK
    assert shown(Ear.MUTED, Finger.DOWN) is lights.MUTED


def test_red_and_steady_belong_to_muted_alone() -> None:
    everything = [rung for _, rung in LADDER] + [lights.NOTHING_TO_SAY]
    assert [one for one in everything if one.colour == lights.RED] == [lights.MUTED]
    assert [one for one in everything if one.rhythm == lights.STEADY] == [lights.MUTED]


@pytest.mark.parametrize("sees", [lambda level: level, lambda level: float(level >= 0.5)], ids=["dimmed", "on or off"])
def test_every_light_has_a_rhythm_of_its_own(sees) -> None:  # type: ignore[no-untyped-def]
    rhythms = [tuple((sees(level), ms) for level, ms in rung.rhythm) for _, rung in LADDER]
    assert len(set(rhythms)) == len(rhythms)
    unsteady = [[level for level, _ in rhythm] for rhythm in rhythms if len(rhythm) > 1]
    assert all(len(set(levels)) > 1 for levels in unsteady)


def test_no_rhythm_is_faster_than_twenty_steps_a_second() -> None:
    assert all(ms >= 50 for _, rung in LADDER for _, ms in rung.rhythm)


def test_the_markdown_has_a_row_for_each_rung() -> None:
    table = ladder_markdown().splitlines()
    assert len(table) == 2 + len(LADDER)
    assert "| muted | red, steady | The microphone is shut: nothing can hear you. |" in table
    assert "| speaker fault | magenta, 2 short flashes, pause | Answers cannot be heard: check the speaker. |" in table
    assert "| quiet | dark | Ready, and nobody talks; nothing leaves the house. |" in table
    assert all(row.count("|") == 4 for row in table)
