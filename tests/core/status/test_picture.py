"""The picture, its sentence and its words."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chimein.core.machines.appliance import Appliance, step
from chimein.core.machines.events import Muter, SoundStopped
from chimein.core.machines.states import Bell, CoListening, Ear, Finger, Hours, Life, Link, Purse, Speaker, Voice
from chimein.core.panel import lights
from chimein.core.panel.lights import LADDER
from chimein.core.status.picture import (
    EchoPicture,
    GatePicture,
    MicrophonePicture,
    Picture,
    SessionPicture,
    SpeakerPicture,
    UplinkPicture,
    UsagePicture,
    WindowPicture,
)
from chimein.core.status.picture_text import duration, lines, live_line, meter, mute_sentence
from chimein.core.status.why import LastTurn, lamp, why

BOTH = frozenset({Muter.HARDWARE, Muter.SOFTWARE})
AWAKE = Appliance(life=Life.AWAKE, link=Link.ONLINE, ear=Ear.QUIET)
BUSY = Picture(
    state=replace(AWAKE, ear=Ear.HEARING),
    version="1.2.3",
    microphone=MicrophonePicture(device="ReSpeaker", level_dbfs=-31.26, heard_s=7265.0),
    speaker=SpeakerPicture(device="Jabra", volume=60, queued_s=0.5),
    gate=GatePicture(is_open=True, floor_dbfs=-55.04, threshold_dbfs=-41.0),
    session=SessionPicture(
        "gemini",
        "gemini-3.8-live",
        7984.2,
        True,
        3,
        "the network was gone",
        without={"proactivity"},
        window=WindowPicture(3145, 25_600, 12_800, 3120, 25, 0.00966),
    ),
    uplink=UplinkPicture(sent_bytes=640_000, audio_s=20.0, dropped_s=1.5),
    usage_today=UsagePicture(1234, 567, 0.0123456789),
    last_error="the speaker was unplugged",
)


# --- what a program reads


def test_every_promised_key_is_there() -> None:
    picture = Picture(state=Appliance(), version="0").to_json()
    promised: dict[str, type | set[str]] = {
        "link": str,
        "ear": str,
        "voice": str,
        "muted": bool,
        "muted_by": list,
        "microphone": {"device", "alive", "level_dbfs"},
        "speaker": {"device", "alive", "volume"},
        "gate": {"open", "floor_dbfs", "threshold_dbfs"},
        "session": {"connected_s", "resumed", "reconnects", "without", "window", "turn"},
        "uplink": {"bytes", "audio_s", "dropped_s", "since_mute_bytes"},
        "why": str,
        "version": str,
    }
    for key, kind in promised.items():
        value = picture[key]
        if isinstance(kind, set):
            assert isinstance(value, dict)
            assert kind <= value.keys()
        else:
            assert isinstance(value, kind)
    assert picture["usage"] == {
        "today": {"input_tokens": 0, "output_tokens": 0, "usd": 0.0, "due_usd": 0.0, "doubt": None},
        "daily_usd": None,
        "budget": "ample",
    }


def test_it_is_json_whatever_the_numbers_are() -> None:
    strange = replace(BUSY, microphone=MicrophonePicture(level_dbfs=float("nan"), lost_s=float("inf")))
    text = json.dumps(strange.to_json(), allow_nan=False)
    assert json.loads(text)["microphone"]["level_dbfs"] is None
    assert json.loads(json.dumps(BUSY.to_json()))["usage"]["today"]["usd"] == 0.012346


@pytest.mark.parametrize(
    ("state", "muted", "by", "alive"),
    [
        (AWAKE, False, [], True),
        (replace(AWAKE, ear=Ear.MUTED, mutes=BOTH), True, ["hardware", "software"], False),
        (replace(AWAKE, ear=Ear.OPENING), False, [], False),
        (replace(AWAKE, ear=Ear.DEAF), False, [], False),
        (Appliance(), True, [], False),
    ],
)
def test_flags_follow_the_states(state: Appliance, muted: bool, by: list[str], alive: bool) -> None:
    picture = Picture(state=state, version="0").to_json()
    assert (picture["muted"], picture["muted_by"]) == (muted, by)
    microphone = picture["microphone"]
    assert isinstance(microphone, dict)
    assert microphone["alive"] is alive


# --- the sentence


def every_state() -> Iterator[Appliance]:
    for states in itertools.product(Life, Link, Ear, Voice, Speaker, Bell, Purse, CoListening):
        yield Appliance(*states)
    for finger, muter in itertools.product(Finger, Muter):
        yield replace(AWAKE, finger=finger)
        yield replace(AWAKE, hours=Hours.QUIET)
        yield replace(AWAKE, finger=finger, ear=Ear.MUTED, mutes=frozenset({muter}))


def test_every_state_has_one_plain_sentence() -> None:
    seen = set()
    for state, turn in itertools.product(every_state(), (None, *LastTurn)):
        sentence = why(state, last_turn=turn)
        assert re.fullmatch(r"[A-Z][^\n]*[a-z`]\.", sentence)
        assert ". " not in sentence
        seen.add(lamp(state).name)
    assert seen == {light.name for _, light in LADDER}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (replace(AWAKE, ear=Ear.MUTED, mutes=frozenset({Muter.SOFTWARE})), "chimein unmute"),
        (replace(AWAKE, ear=Ear.MUTED, mutes=frozenset({Muter.HARDWARE})), "button or switch"),
        (replace(AWAKE, ear=Ear.MUTED, mutes=BOTH), "button or switch"),
        (replace(AWAKE, ear=Ear.DEAF, ear_cause="no frame for 1 s"), "hears nothing: no frame for 1 s; check"),
        (replace(AWAKE, speaker=Speaker.LOST, speaker_cause="unplugged."), "heard: unplugged; check"),
        (replace(AWAKE, link=Link.REFUSED, link_cause="set a new key"), "It cannot answer: set a new key."),
        (replace(AWAKE, link=Link.OFFLINE, link_cause="no route\n\x1b[2J"), "It cannot answer: no route [2J; it tries"),
        (replace(AWAKE, link=Link.CONNECTING, link_cause="the line broke"), "again: the line broke."),
        (replace(AWAKE, voice=Voice.SPEAKING), "answering"),
        (replace(AWAKE, link=Link.OFFLINE, ear=Ear.HEARING), "there is no connection"),
    ],
)
def test_it_names_the_cause_and_what_to_do(state: Appliance, words: str) -> None:
    assert words in why(state)


def test_nobody_is_sent_to_a_button_where_there_is_none() -> None:
    for state in every_state():
        if not state.mutes & {Muter.HARDWARE, Muter.ARRAY} and state.finger is Finger.UP:
            said = why(state, has_button=False)
            assert "button" not in said or lamp(state) in (lights.STUCK, lights.MINUTE), said


def test_a_microphone_that_is_lent_is_not_looked_for() -> None:
    lent, _ = step(AWAKE, SoundStopped("`chimein doctor` has the microphone, for some seconds", is_wanted=True))
    assert why(lent) == "It hears nothing for a moment: `chimein doctor` has the microphone, for some seconds."
    lost, _ = step(AWAKE, SoundStopped("it was unplugged"))
    assert "check the microphone's plug" in why(lost)


def test_a_quiet_kitchen_says_how_the_last_turn_ended() -> None:
    assert lamp(AWAKE) == lights.QUIET
    sentences = {why(AWAKE, last_turn=turn) for turn in (None, *LastTurn)}
    assert len(sentences) == 1 + len(LastTurn)
    assert "none of its business" in why(AWAKE, last_turn=LastTurn.NOTHING_TO_SAY)


def test_the_lamp_means_what_is_wrong_with_the_link_and_only_where_it_shows_that() -> None:
    assert lamp(replace(AWAKE, link_cause="No internet.")) is lights.QUIET
    assert lamp(replace(AWAKE, link=Link.OFFLINE, link_cause="No internet.")).meaning == "No internet"
    assert lamp(replace(AWAKE, link=Link.OFFLINE)) is lights.OFFLINE


def test_who_cannot_talk_across_it_is_told_why() -> None:
    told = why(AWAKE, echo_trouble="the package livekit is not installed.\n")
    assert told == (
        "It listens, and nobody has said anything yet; it is deaf while it speaks, for the package livekit is not"
        " installed."
    )
    echo = EchoPicture("webrtc", "half-duplex", "it died of SIGILL")
    picture = Picture(AWAKE, "1", echo=echo)
    assert picture.why.endswith("for it died of SIGILL.")
    assert "  echo        half-duplex in place of webrtc: it died of SIGILL" in lines(picture.to_json())


# --- what people read


def test_the_words_of_a_busy_kitchen() -> None:
    assert lines(BUSY.to_json()) == [
        "chimein 1.2.3: It hears somebody and waits for the end of what is said.",
        "  lamp        hearing",
        "  link        online for 2 h 13 min, conversation resumed, 3 reconnects, gemini-3.8-live",
        "  before      the network was gone",
        "  without     proactivity: refused by the service for this model, and left out",
        "  window      3145 of 25600 tokens, cut to 12800 there; the latest turn cost 3120 in, 25 out, 0.0097 USD",
        "  microphone  ReSpeaker, hearing, -31 dBFS",
        "  gate        open, opens at -41 dBFS, the room is at -55 dBFS",
        "  speaker     Jabra, silent, volume 60 %",
        "  sent        20 s of sound out of 2 h 1 min heard, 1.5 s dropped",
        "  today       1234 tokens in, 567 out, 0.0123 USD",
        "  last error  the speaker was unplugged",
    ]


def test_who_muted_is_said() -> None:
    muted = replace(BUSY, state=replace(AWAKE, ear=Ear.MUTED, mutes=BOTH)).to_json()
    assert "  microphone  ReSpeaker, muted by hardware and software" in lines(muted)
    assert mute_sentence(muted) == "muted (hardware and software): nothing can hear you"
    assert mute_sentence(BUSY.to_json()) == "not muted: the microphone is open"
    resting = replace(BUSY, state=replace(AWAKE, ear=Ear.SHUT, purse=Purse.SPENT)).to_json()
    assert "shut all the same: The day's budget is spent" in mute_sentence(resting)


def test_sound_that_left_a_muted_house_is_shouted() -> None:
    leaking = replace(BUSY, uplink=UplinkPicture(since_mute_bytes=640)).to_json()
    assert any("640 BYTES SINCE IT WAS MUTED" in line for line in lines(leaking))


def test_today_beside_the_budget_and_in_doubt() -> None:
    usage = UsagePicture(100, 20, 0.5, due_usd=0.6, daily_usd=2.0, doubt="the service counts less")
    told = lines(replace(BUSY, usage_today=usage).to_json())
    today = "100 tokens in, 20 out, 0.5000 USD, 0.6000 of the day's 2.00 used; the service counts less"
    assert any(line.endswith(today) for line in told)


def test_a_picture_of_another_version_still_reads() -> None:
    for odd in ({}, {"link": 3, "session": [], "usage": None, "muted_by": "x", "gate": {"open": "yes"}}, {"why": None}):
        assert lines(odd)[0].startswith("chimein")
        assert live_line(odd)
        assert mute_sentence(odd)


def test_a_terminal_is_not_commanded() -> None:
    evil = replace(BUSY, microphone=MicrophonePicture(device="Mic\x1b]0;owned\x07\n"), last_error="\x9b2J").to_json()
    text = "\n".join([*lines(evil), live_line(evil)])
    assert not any((ord(letter) < 32 and letter != "\n") or 127 <= ord(letter) < 160 for letter in text)
    assert len(lines(evil)) == len(lines(BUSY.to_json()))


@pytest.mark.parametrize(
    ("level", "threshold", "bar"),
    [
        (-80.0, None, "[                    ]   -80 dBFS"),
        (-40.0, -20.0, "[##########     |    ]   -40 dBFS"),
        (3.0, 0.0, "[###################|]     3 dBFS"),
        (-100.0, -120.0, "[|                   ]  -100 dBFS"),
        (None, -20.0, "[                    ]     - dBFS"),
    ],
)
def test_the_meter(level: float | None, threshold: float | None, bar: str) -> None:
    assert meter({"microphone": {"level_dbfs": level}, "gate": {"threshold_dbfs": threshold}}) == bar


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.9, "0 s"), (59, "59 s"), (185, "3 min 5 s"), (7984, "2 h 13 min"), (360000, "4 d 4 h")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
