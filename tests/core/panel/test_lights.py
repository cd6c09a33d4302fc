"""The ladder, read aloud and tried with every state there is."""

from dataclasses import replace
from itertools import product

import pytest

from chimein.core.machines.states import Bell, CoListening, Ear, Finger, Life, Link, Purse, Speaker, Voice
from chimein.core.panel import lights
from chimein.core.panel.lights import LADDER, Light, ladder_markdown, light

EVERY_STATE = list(product(Life, Link, Ear, Voice, Speaker, Bell))
AWAKE = (Life.AWAKE, Link.ONLINE, Ear.QUIET, Voice.SILENT, Speaker.WELL, Bell.SILENT, Purse.AMPLE, CoListening.NONE)


def shown(*states: object) -> Light:
    """The light when everything is well but for `states`."""
    now = {type(state): state for state in (*AWAKE, *states)}
    states = (now[Life], now[Link], now[Ear], now[Voice], now[Speaker])
    return light(*states, bell=now[Bell], purse=now[Purse], file=now[CoListening])  # type: ignore[arg-type]


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


@pytest.mark.parametrize("purse", Purse)
def test_nothing_covers_a_mute(purse: Purse) -> None:
    for life, link, ear, voice, speaker, bell in EVERY_STATE:
        if ear is Ear.MUTED and life is not Life.WAKING:
            assert light(life, link, ear, voice, speaker, bell=bell, purse=purse) is lights.MUTED


def test_a_finger_that_stays_is_warned_and_in_red_where_it_is_muted() -> None:
    awake = (Life.AWAKE, Link.ONLINE, Ear.QUIET, Voice.SPEAKING, Speaker.WELL)
    muted = (Life.AWAKE, Link.ONLINE, Ear.MUTED, Voice.SILENT, Speaker.WELL)
    for finger, warning in ((Finger.NEAR, lights.HOLDING), (Finger.READY, lights.LET_GO)):
        assert light(*awake, finger=finger) is warning
        assert light(*muted, finger=finger) == replace(warning, colour=lights.RED)
    assert light(*muted, finger=Finger.STUCK) is lights.MUTED
    assert light(*awake, finger=Finger.STUCK) is lights.STUCK
    assert light(*muted, finger=Finger.DOWN) is lights.MUTED


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


def test_a_cause_replaces_the_meaning_of_offline_only() -> None:
    said = light(*AWAKE[:5], link_cause="No internet.")
    assert said is lights.QUIET
    states = (Life.AWAKE, Link.OFFLINE, Ear.QUIET, Voice.SILENT, Speaker.WELL)
    assert light(*states, link_cause="No internet.").meaning == "No internet."


def test_the_markdown_has_a_row_for_each_rung() -> None:
    table = ladder_markdown().splitlines()
    assert len(table) == 2 + len(LADDER)
    assert "| muted | red, steady | The microphone is shut: nothing can hear you. |" in table
    assert "| speaker fault | magenta, 2 short flashes, pause | Answers cannot be heard: check the speaker. |" in table
    assert "| quiet | dark | Ready, and nobody talks; nothing leaves the house. |" in table
    assert all(row.count("|") == 4 for row in table)
