"""Everything that can happen, as small frozen facts. Flows turn what edges say into these; nobody else invents them.

What people wish for stands in wishes.py, and is found here, too.
"""

from dataclasses import dataclass, field

from chimein.core.machines.wishes import AnswerAsked as AnswerAsked
from chimein.core.machines.wishes import ButtonUnmuted as ButtonUnmuted
from chimein.core.machines.wishes import FingerMoved as FingerMoved
from chimein.core.machines.wishes import ForgetAsked as ForgetAsked
from chimein.core.machines.wishes import MinuteAsked as MinuteAsked
from chimein.core.machines.wishes import MuteAsked as MuteAsked
from chimein.core.machines.wishes import Muter as Muter
from chimein.core.machines.wishes import MuteSettled as MuteSettled
from chimein.core.machines.wishes import PersonaAsked as PersonaAsked
from chimein.core.machines.wishes import PressShut as PressShut
from chimein.core.machines.wishes import StopAsked as StopAsked

# --- the daemon's life


@dataclass(frozen=True)
class Woke:
    """Every edge is open: the button and the lamp tell the truth from here on."""


@dataclass(frozen=True)
class Leaving:
    """SIGTERM or the end of a demo."""


# --- the link


@dataclass(frozen=True)
class Dialling:
    """The first attempt after the start, or after a connection that had worked."""


@dataclass(frozen=True)
class Redialling:
    """One of many: the link stays what it is called until this one succeeds."""

    attempt: int
    """2 and more."""


@dataclass(frozen=True)
class Connected:
    resumed: bool
    """The service took up the conversation that a handle named."""


@dataclass(frozen=True)
class Dropped:
    cause: str
    """One plain sentence; what status and the journal say."""
    remedy: str = "soon"
    """What the next attempt does differently, as goodbye.Remedy calls it."""


@dataclass(frozen=True)
class Throttled:
    """The service asks for patience: it is tried again, slowly."""

    cause: str


@dataclass(frozen=True)
class FeatureRefused:
    """The service does not take a part of the set-up for this model: it is left out from now on."""

    feature: str
    cause: str


@dataclass(frozen=True)
class OutOfTouch:
    """There has been no connection for some seconds; told once, until there is one again."""


@dataclass(frozen=True)
class SpeechDropped:
    """The connection is back, and some of what was said meanwhile is too old to be answered."""

    seconds: float


@dataclass(frozen=True)
class Changing:
    """A connection that works is being changed for a new one: goAway, or a new configuration."""


@dataclass(frozen=True)
class Refused:
    cause: str
    """One plain sentence that says what the owner can do."""


@dataclass(frozen=True)
class Rested:
    """The connection is closed on purpose, and no other will be opened for the time being."""


# --- the money


@dataclass(frozen=True)
class BudgetAmple:
    """There is enough left of the day's budget, or no limit."""


@dataclass(frozen=True)
class BudgetTight:
    """Four fifths of the day's budget are spent."""


@dataclass(frozen=True)
class BudgetSpent:
    """All of it is spent."""


@dataclass(frozen=True)
class MinuteOver:
    """The minute that somebody asked for is over."""


# --- a file in place of the room


@dataclass(frozen=True)
class FileBegan:
    """A file goes into the conversation from now on."""


@dataclass(frozen=True)
class FileEnded:
    """To its end, or not: whoever sent it knows."""


# --- the ear


@dataclass(frozen=True)
class SoundCame:
    """The microphone delivers frames."""

    device: str


@dataclass(frozen=True)
class SoundStopped:
    """The microphone that should be open delivers nothing."""

    cause: str
    is_wanted: bool = field(default=False, repr=False)
    """No trouble: another microphone takes its place, or the doctor has it for some seconds."""


@dataclass(frozen=True)
class ArrayMuted:
    """The microphone has begun to deliver exact zeros: its own mute is on."""


@dataclass(frozen=True)
class ArrayUnmuted:
    pass


@dataclass(frozen=True)
class GateOpened:
    pass


@dataclass(frozen=True)
class GateClosed:
    pass


# --- the voice


@dataclass(frozen=True)
class ReplyBegan:
    """The first block of an answer is audible."""


@dataclass(frozen=True)
class ReplyEnded:
    """The last block of an answer has been heard, or it was silenced."""


@dataclass(frozen=True)
class TurnEnded:
    """The model has said all it had to say; what of it is still to be heard is the voice's business."""


@dataclass(frozen=True)
class NothingToSay:
    """The model ended a turn without a sound: the normal answer of a proactive session."""


@dataclass(frozen=True)
class ThinkingLapsed:
    """The model said nothing at all for long enough that nobody waits for it any more."""


@dataclass(frozen=True)
class SpeakerCame:
    device: str


@dataclass(frozen=True)
class SpeakerLost:
    cause: str


# --- quiet hours


@dataclass(frozen=True)
class QuietBegan:
    """By the schedule, or because somebody wants quiet for a while: nobody is heard and nobody is spoken to."""


@dataclass(frozen=True)
class QuietEnded:
    pass


# --- the bell


@dataclass(frozen=True)
class RingingBegan:
    """A timer rings, from now until RingingStopped. Another one that joins in says so, too."""


@dataclass(frozen=True)
class RingingStopped:
    """Nothing rings any more: somebody stopped it, or it has rung long enough."""


Event = (
    Woke
    | Leaving
    | Dialling
    | Redialling
    | Connected
    | Dropped
    | Throttled
    | FeatureRefused
    | OutOfTouch
    | SpeechDropped
    | Changing
    | Refused
    | Rested
    | BudgetAmple
    | BudgetTight
    | BudgetSpent
    | MinuteAsked
    | MinuteOver
    | FileBegan
    | FileEnded
    | MuteAsked
    | MuteSettled
    | ButtonUnmuted
    | PressShut
    | FingerMoved
    | ForgetAsked
    | AnswerAsked
    | PersonaAsked
    | SoundCame
    | SoundStopped
    | ArrayMuted
    | ArrayUnmuted
    | GateOpened
    | GateClosed
    | ReplyBegan
    | ReplyEnded
    | TurnEnded
    | NothingToSay
    | ThinkingLapsed
    | SpeakerCame
    | SpeakerLost
    | QuietBegan
    | QuietEnded
    | RingingBegan
    | RingingStopped
    | StopAsked
)
