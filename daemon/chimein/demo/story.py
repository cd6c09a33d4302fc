"""Takes notes of a session: what was heard, sent and said. Pure: it is told the time.

It sees what any observer of the daemon sees: the events of core and the facts of the conversation, with their times.
"""

from dataclasses import dataclass, field, replace

from chimein.core.audio import UP_HZ, duration_s
from chimein.core.live.facts import (
    EarReport,
    HeardText,
    Interrupted,
    ReplyAudio,
    SentAudio,
    SpokenText,
    TurnComplete,
    Usage,
)
from chimein.core.machines.appliance import Appliance, step
from chimein.core.machines.events import Connected, Dropped, Event, Refused, SoundCame, Throttled
from chimein.core.machines.states import Ear, Link, Voice
from chimein.core.money.ledger import Tally
from chimein.core.money.prices import Prices
from chimein.demo.passage import Passage


@dataclass(frozen=True)
class Said:
    """A line that a guest says, in seconds from the start of heard audio."""

    speaker: str
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Turn:
    """What the service made of one piece of speech; seconds from the start of heard audio."""

    start_s: float
    """Of the speech; as long as nobody knows (see demo.hearing), both are when the first of the turn came."""
    end_s: float
    heard: str = ""
    """The transcription; may be empty."""
    reply: str = ""
    chimed_in: bool = False
    """There was an answer that could be heard."""
    interrupted: bool = False
    why: str = ""
    """Why there was an answer or none."""


@dataclass
class Story:
    """`take` is called with everything that happened, in order; the rest is to be read."""

    prices: Prices = field(default_factory=dict)
    state: Appliance = field(default_factory=Appliance)
    """What the daemon's own machines say."""
    ear: EarReport | None = None
    sent: list[bytes] = field(default_factory=list, repr=False)
    """What went up, 16 kHz PCM16."""
    passage: Passage = field(default_factory=Passage)
    """When that had been heard."""
    tally: Tally = field(default_factory=Tally)
    turns: list[Turn] = field(default_factory=list)
    turn: Turn | None = None
    """The one that has not ended yet."""
    sound_began_s: float = 0.0
    """Where in heard audio the microphone was opened for the last time."""
    _ear_at_s: float = 0.0

    def heard_s(self, at_s: float) -> float:
        """Seconds of audio heard until the time `at_s`."""
        if self.ear is None:
            return 0.0
        hears_now = self.state.ear in (Ear.QUIET, Ear.HEARING)
        return self.ear.heard_s + (max(0.0, at_s - self._ear_at_s) if hears_now else 0.0)

    @property
    def sent_s(self) -> float:
        return duration_s(sum(map(len, self.sent)), UP_HZ)

    @property
    def is_calm(self) -> bool:
        """Connected and listening, and nobody talks, thinks or answers."""
        now = self.state
        return now.link is Link.ONLINE and now.ear is Ear.QUIET and now.voice is Voice.SILENT and self.turn is None

    def take(self, at_s: float, fact: object) -> Turn | None:
        """`fact` happened at `at_s` seconds of a monotonic clock. Returns the turn that it ended, if it did."""
        if isinstance(fact, Event):
            self.state, _ = step(self.state, fact)
        heard_s = self.heard_s(at_s)
        match fact:
            case EarReport():
                self.ear, self._ear_at_s = fact, at_s
            case SoundCame():  # while nobody listened, heard time stood still
                self.sound_began_s = self.ear.heard_s if self.ear else 0.0
                self._ear_at_s = at_s
            case SentAudio(pcm=pcm):
                self.sent.append(pcm)
                self.passage.sent(pcm, self.ear.heard_s if self.ear else heard_s)
            case Usage():
                self.tally = self.tally.plus(fact, self.prices)
            case HeardText(text=text):
                turn = self._open(heard_s)
                self.turn = replace(turn, heard=_joined(turn.heard, text))
            case SpokenText(text=text):
                turn = self._open(heard_s)
                self.turn = replace(turn, reply=_joined(turn.reply, text))
            case ReplyAudio():
                self.turn = replace(self._open(heard_s), chimed_in=True)
            case Interrupted() if self.turn is not None:
                self.turn = replace(self.turn, interrupted=True)
            case Connected():
                self.passage.connected()
                return self.close()
            case TurnComplete() | Dropped() | Refused() | Throttled():
                return self.close()
        return None

    def close(self) -> Turn | None:
        """Ends the turn that is open, if one is."""
        ended, self.turn = self.turn, None
        if ended is None or not (ended.heard or ended.reply or ended.chimed_in):
            return None
        self.turns.append(ended)
        return ended

    def _open(self, heard_s: float) -> Turn:
        """The turn that is open, or a new one."""
        return Turn(heard_s, heard_s) if self.turn is None else self.turn


def _joined(before: str, more: str) -> str:
    """Transcriptions come in pieces that bring their own spaces, or do not."""
    if before and more and not before[-1].isspace() and not more[0].isspace() and more[0] not in ".,;:!?'’":
        return f"{before} {more}"
    return before + more
