"""What people wish for, by a finger, a switch, a command or a word: events like all others, and found in events.py."""

from dataclasses import dataclass, field
from enum import Enum

from chimein.core.machines.effects import Effect
from chimein.core.machines.states import Finger


class Muter(Enum):
    """Who asks for the microphone to be shut. Muted is any of them; software can never clear hardware."""

    HARDWARE = "hardware"
    """The button or the latching switch."""
    ARRAY = "array"
    """The microphone array's own mute button, where it can be read: nobody else can undo that."""
    SOFTWARE = "software"
    """The command line, a tool, a schedule."""
    UNKNOWN = "unknown"
    """Nobody knows who had muted before the start: that is as good as a mute."""


@dataclass(frozen=True)
class MuteAsked:
    by: Muter
    muted: bool
    is_settled: bool = field(default=True, repr=False)
    """False while a second press may still take it back; MuteSettled follows, or ButtonUnmuted."""


@dataclass(frozen=True)
class MuteSettled:
    """The mute of a button is no half of a double press: what was only kept for that can go."""


@dataclass(frozen=True)
class ButtonUnmuted:
    """The momentary button undoes every mute that is not the array's own."""


@dataclass(frozen=True)
class PressShut:
    """A press has shut the microphone before anybody knew what it meant, and it means something else than mute."""


@dataclass(frozen=True)
class FingerMoved:
    """The finger on the button came, went, or stayed long enough to mean something else."""

    to: Finger


@dataclass(frozen=True)
class ForgetAsked:
    """This conversation is to end, with everything that is remembered of it, and a new one to begin."""


@dataclass(frozen=True)
class AnswerAsked:
    """The last answer is to be said again."""


@dataclass(frozen=True)
class PersonaAsked:
    """The assistant is to be the next of its personas."""


@dataclass(frozen=True)
class StopAsked:
    """A finger, a command or a word wants quiet: what rings and what is being said is to stop, now."""


@dataclass(frozen=True)
class MinuteAsked:
    """Somebody at the device wants to be heard although the budget is spent."""


def granted(event: object, before: frozenset[Muter], after: frozenset[Muter]) -> list[Effect]:
    """What a wish does to what is remembered of the conversation, and how a mute or its end sounds.

    `before` and `after` are those who mute.
    """
    sounds = []
    if bool(before) is not bool(after):
        sounds.append(Effect.SOUND_MUTED if after else Effect.SOUND_UNMUTED)
    match event:
        case ForgetAsked():
            return [Effect.FORGET_CONVERSATION]
        case AnswerAsked():
            return [Effect.REPEAT_ANSWER]
        case PersonaAsked():
            return [Effect.NEXT_PERSONA]
        case MuteSettled() if after:
            return [Effect.FORGET_ANSWER]
        case MuteAsked(is_settled=True) if after - before:
            return [Effect.FORGET_ANSWER, *sounds]
        case _:
            return sounds
