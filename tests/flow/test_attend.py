"""The attendant: effects in order, the lamp after them, and everybody told at the end."""

import logging
from functools import partial

import pytest

from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.flow.attend import Attendant


class Told:
    """One list for all that is done, so that the order shows."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.attendant = Attendant(observe=lambda event: self.order.append(type(event).__name__))
        self.attendant.takes_in_hand({effect: partial(self.order.append, effect.name) for effect in Effect})
        self.attendant.lights(lambda light: self.order.append(f"lamp {light.name}"))


def test_the_lamp_reports_what_has_been_done() -> None:
    told = Told()
    told.attendant.happened(e.Woke())
    told.order.clear()
    told.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
    assert told.order == [
        "SHUT_MICROPHONE",
        "FORGET_SOUND",
        "END_STREAM",
        "REMEMBER_MUTES",
        "FORGET_ANSWER",
        "SOUND_MUTED",
        "lamp muted",
        "MuteAsked",
    ]


def test_the_lamp_is_the_first_to_come_on() -> None:
    assert Told().order == ["lamp waking"]


def test_changes_are_logged_and_repeats_are_not(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    with caplog.at_level(logging.INFO):
        told.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
        told.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
    assert [record.message for record in caplog.records] == ["MuteAsked: by software, muted True"]
    assert caplog.records[0].EVENT == "MuteAsked"  # type: ignore[attr-defined]
