"""What a finger on the momentary button wants: a press, a hold, or two presses in a row. Pure; times are handed in.

    press     acts when the button goes down: it stops what rings or is being said, or else mutes. Nothing waits to see
              whether a second press follows: a mute is a mute at once.
    opening   happens when the button comes up again, never before: whatever lies on the button cannot unmute.
    minute    while the day's budget is spent nothing hears: a press can only want to be heard, and opens a minute.
    double    two presses within DOUBLE_S, of which the first has muted: the second opens again, as any press would, and
              does the double's action besides. So each press toggles, whatever it belongs to, and a thousand of them
              end where counting says.
    hold      warned by the lamp at NEAR_S, ready at READY_S, done when the finger then lets go. What the hold had shut
              when it began is open again after it; what was shut before it stays shut.
    stuck     after STUCK_S, or when the button is down at the start: reported, and not obeyed. If it has muted, it
              stays muted: that is the safe side.

A hold counts only when its warning has been given: a loop that slept through it does not make one of two queued edges.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from chimein.core.config import ButtonSettings
from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import (
    AnswerAsked,
    ButtonUnmuted,
    Event,
    FingerMoved,
    ForgetAsked,
    MinuteAsked,
    MuteAsked,
    Muter,
    MuteSettled,
    PersonaAsked,
    PressShut,
    StopAsked,
)
from chimein.core.machines.states import Finger

DOUBLE_S: Final = 0.45
NEAR_S: Final = 1.0
READY_S: Final = 3.0
STUCK_S: Final = 12.0


class Action(Enum):
    """What a gesture can be bound to."""

    MUTE = "mute"
    """Stop what rings or is being said; else mute, or unmute."""
    STOP = "stop"
    """Stop what rings or is being said."""
    FORGET = "forget"
    """End this conversation and begin a new one."""
    REPEAT = "repeat"
    """Say the last answer again."""
    PERSONA = "persona"
    """Be the next of the personas."""
    NONE = "none"


@dataclass(frozen=True)
class Bindings:
    press: Action = Action.MUTE
    hold: Action = Action.FORGET
    double: Action = Action.REPEAT

    @property
    def shuts(self) -> bool:
        """A press may mean that nothing is to be heard: then the microphone is shut before anybody thinks."""
        return self.press is Action.MUTE


def bindings(settings: ButtonSettings) -> Bindings | None:
    """What a momentary button does; None for a switch, whose level decides."""
    if settings.kind == "switch":
        return None
    return Bindings(Action(settings.press), Action(settings.hold), Action(settings.double))


@dataclass(frozen=True)
class Reach:
    """Where the finger is: in whose name it mutes, and whose mutes it undoes."""

    by: Muter
    undoes: frozenset[Muter]

    def unmutes(self, mutes: frozenset[Muter]) -> tuple[Event, ...]:
        """What it may, of those who mute."""
        if self is AT_THE_DEVICE:
            return (ButtonUnmuted(),)
        return tuple(MuteAsked(muter, False) for muter in Muter if muter in self.undoes & mutes)


AT_THE_DEVICE: Final = Reach(Muter.HARDWARE, frozenset(Muter) - {Muter.ARRAY})


def far_away(*, has_button: bool) -> Reach:
    """A key in a terminal: software, that never undoes hardware. What may have been the button's, where there is one,
    is the button's to undo."""
    return Reach(Muter.SOFTWARE, frozenset({Muter.SOFTWARE} if has_button else {Muter.SOFTWARE, Muter.UNKNOWN}))


class _Found(Enum):
    """What this press came upon."""

    NOTHING = "nothing for it to do"
    LIVE = "an open ear, which it has shut"
    SHUT = "a mute, which it will undo"
    RESTING = "an empty purse, and an ear that nobody has muted"


class Touch:
    """One button. Each method returns what has happened, in order, for the appliance."""

    def __init__(self, bindings: Bindings, reach: Reach = AT_THE_DEVICE) -> None:
        self._bindings = bindings
        self._reach = reach
        self._phase = Finger.UP
        self._down_s = 0.0
        self._found = _Found.NOTHING
        self._first_s: float | None = None  # of a press that can be the first of two
        self._is_second = False
        self._settles_s: float | None = None  # when a mute can no longer be the first half of a double
        self._is_unsettled = False  # this press came before that

    @property
    def is_down(self) -> bool:
        return self._phase is not Finger.UP

    @property
    def next_s(self) -> float | None:
        """When time alone will change something; None while it will not."""
        moments = [self._settles_s] if self._settles_s is not None else []
        if self._phase is not Finger.STUCK and self.is_down:
            moments.append(self._down_s + STUCK_S)
        if self._bindings.hold is not Action.NONE:
            moments += [self._down_s + NEAR_S] if self._phase is Finger.DOWN else []
            moments += [self._down_s + READY_S] if self._phase is Finger.NEAR else []
        return min(moments, default=None)

    def is_stuck(self) -> tuple[Event, ...]:
        """The button is down, and nobody has seen a finger: at the start."""
        return self._moves(Finger.STUCK)

    def goes_down(self, at_s: float, now: Appliance) -> tuple[Event, ...]:
        """The button went down while `now` was so."""
        self._is_second = self._first_s is not None and at_s - self._first_s <= DOUBLE_S
        self._first_s, self._down_s, self._found = None, at_s, _Found.NOTHING
        events = self._pressed(now)
        can_be_first = self._found is _Found.LIVE or (not self._bindings.shuts and not self._is_second)
        if can_be_first and self._bindings.double is not Action.NONE:
            self._first_s = at_s
            self._settles_s = at_s + DOUBLE_S if self._found is _Found.LIVE else None
        return (*self._moves(Finger.DOWN), *events)

    def goes_up(self, now: Appliance) -> tuple[Event, ...]:
        """The button came up again."""
        was = self._phase
        events: tuple[Event, ...] = self._moves(Finger.UP)
        if was in (Finger.DOWN, Finger.NEAR):
            events += self._tapped(now)
        elif was is Finger.READY:
            events += self._done(self._bindings.hold, now)
            if self._found is _Found.LIVE:
                events += (MuteAsked(self._reach.by, False),)
        if was in (Finger.READY, Finger.STUCK) and self._is_unsettled:
            events += (MuteSettled(),)
        self._is_unsettled = False
        return events

    def passes(self, at_s: float) -> tuple[Event, ...]:
        """Time has passed, up to `at_s`."""
        events: tuple[Event, ...] = ()
        has_hold = self._bindings.hold is not Action.NONE
        for before, after, when_s in ((Finger.DOWN, Finger.NEAR, NEAR_S), (Finger.NEAR, Finger.READY, READY_S)):
            if has_hold and self._phase is before and at_s >= self._down_s + when_s:
                events += self._moves(after)
        if self.is_down and at_s >= self._down_s + STUCK_S:
            events += self._moves(Finger.STUCK)
        if self._settles_s is not None and at_s >= self._settles_s:
            self._settles_s = None
            events += (MuteSettled(),)
        return events

    # --- private

    def _pressed(self, now: Appliance) -> tuple[Event, ...]:
        """What a press does when it goes down."""
        stop: tuple[Event, ...] = (StopAsked(),) if now.can_be_stopped else ()
        if not self._bindings.shuts:
            return stop if self._bindings.press is Action.STOP else ()
        if stop:
            return (PressShut(), *stop)
        if now.mutes:
            self._found = _Found.SHUT
            self._is_unsettled, self._settles_s = self._settles_s is not None, None
            return ()
        if now.is_resting:
            self._found = _Found.RESTING
            return ()
        self._found = _Found.LIVE
        return (MuteAsked(self._reach.by, True, is_settled=self._bindings.double is Action.NONE),)

    def _tapped(self, now: Appliance) -> tuple[Event, ...]:
        """What a press does when it comes up."""
        events: tuple[Event, ...] = ()
        if self._found is _Found.SHUT:
            events += self._reach.unmutes(now.mutes)
        elif self._found is _Found.RESTING:
            events += (MinuteAsked(),)
        elif self._bindings.press in (Action.FORGET, Action.REPEAT, Action.PERSONA):
            events += self._done(self._bindings.press, now)
        if self._is_second and (self._found is _Found.SHUT or not self._bindings.shuts):
            events += self._done(self._bindings.double, now)
        return events

    def _moves(self, phase: Finger) -> tuple[Event, ...]:
        if phase is self._phase:
            return ()
        self._phase = phase
        return (FingerMoved(phase),)

    def _done(self, action: Action, now: Appliance) -> tuple[Event, ...]:
        match action:
            case Action.FORGET:
                return (ForgetAsked(),)
            case Action.REPEAT:
                return (AnswerAsked(),)
            case Action.PERSONA:
                return (PersonaAsked(),)
            case Action.STOP:
                return (StopAsked(),)
            case Action.MUTE:
                if now.can_be_stopped:
                    return (StopAsked(),)
                return self._reach.unmutes(now.mutes) if now.mutes else (MuteAsked(self._reach.by, True),)
            case Action.NONE:
                return ()
