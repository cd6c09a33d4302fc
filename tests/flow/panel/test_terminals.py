"""Fingers from afar: they mute at once, and undo nothing that hardware did."""

import asyncio

import pytest

from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Finger
from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.finger import Bindings, far_away
from chimein.core.panel.lights import MUTED, NOTHING_TO_SAY
from chimein.core.panel.telling import told, understood
from chimein.flow.attend import Attendant
from chimein.flow.panel.terminals import NEWS, Terminal, Terminals
from helpers import clock

PRESSED, RELEASED = ButtonEdge.PRESSED, ButtonEdge.RELEASED


class House:
    """An appliance that hears, and terminals."""

    def __init__(self) -> None:
        self.attendant = Attendant()
        self.is_open = False
        self.forgot = 0
        self.is_touched = False
        self.terminals = Terminals(
            Bindings(),
            self,
            happened=self.attendant.happened,
            state=lambda: self.attendant.state,
            is_touched=lambda: self.is_touched,
        )
        self.attendant.lights(self.terminals.show)
        self.attendant.takes_in_hand(
            {
                Effect.SHUT_MICROPHONE: self.shut_now,
                Effect.OPEN_MICROPHONE: self._open,
                Effect.FORGET_CONVERSATION: self._forget,
            }
        )
        self.attendant.happened(e.Connected(False))
        self.attendant.happened(e.Woke())

    def shut_now(self) -> None:
        self.is_open = False

    def heed(self) -> None: ...

    def _open(self) -> None:
        self.is_open = True

    def _forget(self) -> None:
        self.forgot += 1

    @property
    def mutes(self) -> set[Muter]:
        return set(self.attendant.state.mutes)


def tap(terminal: Terminal) -> None:
    terminal.touched(PRESSED)
    terminal.touched(RELEASED)


async def lights(terminal: Terminal) -> list[str]:
    """The words for all that has been told by now."""
    seen = []
    while terminal._news:
        news = await terminal.news()
        seen += [understood(light).name for light in news.values() if isinstance(light, dict)]
    return seen


@clock.jumping
async def test_a_press_is_a_mute_of_software_at_once_and_the_next_one_undoes_it() -> None:
    house = House()
    with house.terminals.joins(far_away(has_button=True)) as terminal:
        terminal.touched(PRESSED)
        assert (house.is_open, house.mutes) == (False, {Muter.SOFTWARE})
        terminal.touched(RELEASED)
        await asyncio.sleep(1)
        tap(terminal)
        assert (house.is_open, house.mutes) == (True, set())


@clock.jumping
@pytest.mark.parametrize("by", [Muter.HARDWARE, Muter.ARRAY, Muter.UNKNOWN])
async def test_what_the_hardware_shut_stays_shut_and_the_terminal_is_told_so(by: Muter) -> None:
    house = House()
    house.attendant.happened(e.MuteAsked(by, True))
    house.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
    with house.terminals.joins(far_away(has_button=True)) as terminal:
        for _ in range(3):
            tap(terminal)
            await asyncio.sleep(1)
            assert house.mutes == {by}, "software takes back its own"
            assert not house.is_open
        told_last = [await terminal.news() for _ in range(len(terminal._news))][-1]
        assert "muted" in str(told_last["said"])


@clock.jumping
async def test_where_there_is_no_button_an_unreadable_memory_is_undone_from_afar() -> None:
    house = House()
    house.attendant.happened(e.MuteAsked(Muter.UNKNOWN, True))
    with house.terminals.joins(far_away(has_button=False)) as terminal:
        tap(terminal)
        assert house.mutes == set()


@clock.jumping
async def test_a_hold_forgets_and_a_line_that_breaks_under_it_does_not() -> None:
    house = House()
    with house.terminals.joins(far_away(has_button=True)) as terminal:
        terminal.touched(PRESSED)
        await asyncio.sleep(4)
        assert house.attendant.state.finger is Finger.READY
        terminal.touched(RELEASED)
        assert (house.forgot, house.mutes) == (1, set())
        terminal.touched(PRESSED)
        await asyncio.sleep(4)
    assert (house.forgot, house.mutes) == (1, {Muter.SOFTWARE})
    assert house.attendant.state.finger is Finger.UP


@clock.jumping
async def test_a_finger_from_afar_does_not_hide_the_one_at_the_device() -> None:
    house = House()
    house.attendant.happened(e.FingerMoved(Finger.STUCK))
    house.is_touched = True
    with house.terminals.joins(far_away(has_button=True)) as terminal:
        tap(terminal)
        assert house.attendant.state.finger is Finger.STUCK
        assert house.mutes == {Muter.SOFTWARE}


@clock.jumping
async def test_everybody_sees_the_lamp_and_its_signs_from_when_he_comes() -> None:
    house = House()
    house.attendant.happened(e.SoundCame("microphone"))
    with house.terminals.joins(far_away(has_button=True)) as one:
        await lights(one)
        house.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
        house.terminals.sign(NOTHING_TO_SAY)
        with house.terminals.joins(far_away(has_button=True)) as other:
            assert await lights(other) == ["muted"]
        assert await lights(one) == ["muted", "nothing to say"]


@clock.jumping
async def test_a_terminal_that_does_not_read_loses_the_oldest() -> None:
    house = House()
    with house.terminals.joins(far_away(has_button=True)) as terminal:
        for _ in range(2 * NEWS):
            house.terminals.sign(NOTHING_TO_SAY)
        house.attendant.happened(e.SoundCame("microphone"))
        house.attendant.happened(e.MuteAsked(Muter.SOFTWARE, True))
        seen = await lights(terminal)
        assert len(seen) == NEWS
        assert seen[-1] == "muted"


def test_a_light_is_understood_as_it_was_told() -> None:
    assert understood(told(MUTED)) == MUTED
