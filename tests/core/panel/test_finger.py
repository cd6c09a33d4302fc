"""What a finger means, read aloud: a press at once, an opening at the end, a double, a hold, and something stuck."""

from dataclasses import dataclass, field
from random import Random

import pytest

from chimein.core.config import ButtonSettings
from chimein.core.machines import events as e
from chimein.core.machines.appliance import Appliance, step
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Ear, Finger, Purse
from chimein.core.panel.finger import DOUBLE_S, NEAR_S, READY_S, STUCK_S, Action, Bindings, Touch, bindings


@dataclass
class Hand:
    """A finger, a button and an appliance that hears."""

    bound: Bindings = field(default_factory=Bindings)
    state: Appliance = field(default_factory=Appliance)
    done: list[Effect] = field(default_factory=list)
    now_s: float = 100.0

    def __post_init__(self) -> None:
        self.touch = Touch(self.bound)
        for event in (e.Woke(), e.Dialling(), e.Connected(False)):
            self.happens(event)
        self.done.clear()

    def happens(self, *events: e.Event) -> None:
        for event in events:
            self.state, effects = step(self.state, event)
            self.done += effects
        if self.state.ear is Ear.OPENING:
            self.happens(e.SoundCame("mic"))

    def waits(self, seconds: float) -> None:
        ends_s = self.now_s + seconds
        while (next_s := self.touch.next_s) is not None and next_s <= ends_s:
            self.now_s = next_s
            self.happens(*self.touch.passes(next_s))
        self.now_s = ends_s

    def presses(self, for_s: float = 0.1) -> None:
        self.happens(*self.touch.goes_down(self.now_s, self.state))
        self.waits(for_s)
        self.happens(*self.touch.goes_up(self.state))

    @property
    def is_muted(self) -> bool:
        return bool(self.state.mutes)

    def has_done(self, effect: Effect) -> bool:
        found = effect in self.done
        self.done.clear()
        return found


def test_a_press_mutes_when_it_goes_down_and_not_when_it_comes_up() -> None:
    hand = Hand()
    hand.happens(*hand.touch.goes_down(hand.now_s, hand.state))
    assert hand.state.mutes == {Muter.HARDWARE}
    hand.happens(*hand.touch.goes_up(hand.state))
    assert hand.state.mutes == {Muter.HARDWARE}


def test_a_press_unmutes_when_it_comes_up_and_not_before() -> None:
    hand = Hand()
    hand.presses()
    hand.waits(5)
    hand.happens(*hand.touch.goes_down(hand.now_s, hand.state))
    hand.waits(0.5)
    assert hand.is_muted
    hand.happens(*hand.touch.goes_up(hand.state))
    assert not hand.is_muted
    assert not hand.has_done(Effect.REPEAT_ANSWER)


def test_a_press_unmutes_whoever_has_muted_but_the_array() -> None:
    hand = Hand()
    hand.happens(e.MuteAsked(Muter.SOFTWARE, True), e.MuteAsked(Muter.UNKNOWN, True))
    hand.presses()
    assert not hand.is_muted
    hand.happens(e.MuteAsked(Muter.ARRAY, True))
    hand.presses()
    assert hand.state.mutes == {Muter.ARRAY}


@pytest.mark.parametrize("noise", [e.ReplyBegan(), e.RingingBegan()])
def test_a_press_stops_what_plays_or_rings_and_does_not_mute(noise: e.Event) -> None:
    hand = Hand()
    hand.happens(noise)
    hand.presses()
    assert not hand.is_muted
    stopped = {e.ReplyBegan: Effect.STOP_SPEAKING, e.RingingBegan: Effect.STOP_RINGING}[type(noise)]
    assert {stopped, Effect.SHUT_MICROPHONE, Effect.OPEN_MICROPHONE} <= set(hand.done)


def test_a_press_opens_a_minute_while_the_purse_is_empty() -> None:
    hand = Hand()
    hand.happens(e.BudgetSpent())
    hand.presses()
    assert (hand.state.purse, hand.is_muted) == (Purse.MINUTE, False)
    hand.happens(e.MinuteOver(), e.MuteAsked(Muter.SOFTWARE, True))
    hand.presses()
    assert (hand.state.purse, hand.is_muted) == (Purse.SPENT, False), "it unmutes first"
    hand.presses()
    assert hand.state.purse is Purse.MINUTE


def test_what_rings_in_a_muted_kitchen_is_stopped_and_the_mute_stays() -> None:
    hand = Hand()
    hand.presses()
    hand.waits(5)
    hand.happens(e.RingingBegan())
    hand.presses()
    assert hand.has_done(Effect.STOP_RINGING)
    assert hand.is_muted
    hand.happens(e.RingingStopped())
    hand.presses()
    assert not hand.is_muted


def test_two_quick_presses_repeat_the_answer_and_leave_it_open() -> None:
    hand = Hand()
    hand.presses(0.08)
    assert hand.is_muted, "the first does not wait for the second"
    assert not hand.has_done(Effect.FORGET_ANSWER)
    hand.waits(0.15)
    hand.presses(0.08)
    assert not hand.is_muted
    hand.waits(5)
    assert hand.has_done(Effect.REPEAT_ANSWER)
    assert not hand.has_done(Effect.FORGET_ANSWER)


def test_a_press_alone_forgets_the_answer_when_no_second_can_come() -> None:
    hand = Hand()
    hand.presses()
    assert not hand.has_done(Effect.FORGET_ANSWER)
    hand.waits(DOUBLE_S)
    assert hand.has_done(Effect.FORGET_ANSWER)


def test_two_quick_presses_of_a_muted_one_mute_it_again_and_repeat_nothing() -> None:
    hand = Hand()
    hand.happens(e.MuteAsked(Muter.SOFTWARE, True))
    hand.presses(0.08)
    hand.presses(0.08)
    hand.waits(5)
    assert hand.is_muted
    assert not hand.has_done(Effect.REPEAT_ANSWER)


def test_a_hold_is_warned_of_and_done_when_the_finger_lets_go() -> None:
    hand = Hand()
    hand.happens(*hand.touch.goes_down(hand.now_s, hand.state))
    hand.waits(NEAR_S)
    assert hand.state.finger is Finger.NEAR
    hand.waits(READY_S - NEAR_S)
    assert hand.state.finger is Finger.READY
    assert not hand.has_done(Effect.FORGET_CONVERSATION)
    assert hand.is_muted
    hand.happens(*hand.touch.goes_up(hand.state))
    assert hand.has_done(Effect.FORGET_CONVERSATION)
    assert not hand.is_muted, "what the hold has shut is open again"
    assert hand.state.finger is Finger.UP


def test_a_hold_leaves_shut_what_was_shut() -> None:
    hand = Hand()
    hand.happens(e.MuteAsked(Muter.SOFTWARE, True))
    hand.presses(READY_S)
    assert hand.has_done(Effect.FORGET_CONVERSATION)
    assert hand.is_muted


def test_who_lets_go_in_time_has_only_pressed() -> None:
    hand = Hand()
    hand.presses(READY_S - 0.01)
    assert hand.is_muted
    assert not hand.has_done(Effect.FORGET_CONVERSATION)


def test_a_hold_that_nobody_was_warned_of_is_none() -> None:
    hand = Hand()
    hand.happens(*hand.touch.goes_down(hand.now_s, hand.state))
    hand.now_s += READY_S + 1  # the loop slept, and both edges waited for it
    hand.happens(*hand.touch.goes_up(hand.state))
    assert not hand.has_done(Effect.FORGET_CONVERSATION)
    assert hand.is_muted


def test_what_is_stuck_is_reported_and_not_obeyed() -> None:
    hand = Hand()
    hand.presses(STUCK_S)
    assert hand.is_muted, "it stays on the safe side"
    assert not hand.has_done(Effect.FORGET_CONVERSATION)
    hand.happens(*hand.touch.is_stuck())
    assert hand.state.finger is Finger.STUCK
    hand.waits(60)
    hand.happens(*hand.touch.goes_up(hand.state))
    assert hand.state.finger is Finger.UP
    assert hand.is_muted


@pytest.mark.parametrize("action", [Action.FORGET, Action.REPEAT, Action.PERSONA])
def test_a_gesture_can_be_bound_to_something_else(action: Action) -> None:
    effect = {
        Action.FORGET: Effect.FORGET_CONVERSATION,
        Action.REPEAT: Effect.REPEAT_ANSWER,
        Action.PERSONA: Effect.NEXT_PERSONA,
    }[action]
    hand = Hand(Bindings(press=action, hold=Action.MUTE, double=Action.NONE))
    hand.presses()
    assert hand.has_done(effect)
    assert not hand.is_muted
    hand.presses(READY_S)
    assert hand.is_muted
    hand.presses(READY_S)
    assert not hand.is_muted


def test_bindings_come_from_the_configuration() -> None:
    assert bindings(ButtonSettings()) == Bindings()
    assert bindings(ButtonSettings(kind="switch")) is None
    assert bindings(ButtonSettings(press="stop", hold="mute", double="none")) == Bindings(
        Action.STOP, Action.MUTE, Action.NONE
    )


@pytest.mark.parametrize("seed", range(20))
def test_however_quick_a_thousand_presses_end_where_counting_says(seed: int) -> None:
    chance = Random(seed)
    hand = Hand()
    for count in range(1, 1001):
        hand.presses(chance.uniform(0.03, 0.9))
        assert hand.is_muted is (count % 2 == 1)
        hand.waits(chance.uniform(0.05, 0.9))
