"""What a Live session says, in chimein's own words, and what goes up to it.

edge/live/facts.py makes the downward facts from the SDK's messages; flow/live (exchange.py, words.py) makes the upward
ones as it sends. Anyone who wants to watch the conversation (the demo, a test) is given all of them.
"""

from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True)
class ReplyAudio:
    """A piece of an answer: 24 kHz mono PCM16."""

    pcm: bytes = field(repr=False)


@dataclass(frozen=True)
class HeardText:
    """A piece of what the service understood. May come in parts, late, or never."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class SpokenText:
    """A piece of what the model says, as text."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Interrupted:
    """Somebody talked over the answer: what has not been heard of it is void."""


@dataclass(frozen=True)
class GenerationComplete:
    """The answer has been sent whole; it may be far from having been heard."""


@dataclass(frozen=True)
class TurnComplete:
    reason: str | None = None


@dataclass(frozen=True)
class ToolCalled:
    """The model wants something done. Its `call_id` is "" where the service forgot it."""

    call_id: str
    name: str
    arguments: dict[str, object] | None = field(repr=False)
    """None where what came is no JSON object. What was said in the room may be in it: never in a repr."""


@dataclass(frozen=True)
class ToolCancelled:
    call_ids: tuple[str, ...]


@dataclass(frozen=True)
class Usage:
    """Tokens of one usageMetadata message, as the service bills them, by modality ("AUDIO", "TEXT", …)."""

    input_tokens: dict[str, int]
    """What tools answered included."""
    output_tokens: dict[str, int]
    """Thoughts included, as "THOUGHTS"."""
    cached_tokens: int = 0
    """Of the input, what came out of the service's cache."""


@dataclass(frozen=True)
class GoAway:
    """The service will end this connection; None when it does not say how soon."""

    time_left_s: float | None


@dataclass(frozen=True)
class Handle:
    """The newest resumption handle, None while nothing can be resumed. As good as a key: never in a repr."""

    token: str | None = field(repr=False)


@dataclass(frozen=True)
class Oddity:
    """A message nobody expected; survived."""

    what: str


Down = (
    ReplyAudio
    | HeardText
    | SpokenText
    | Interrupted
    | GenerationComplete
    | TurnComplete
    | ToolCalled
    | ToolCancelled
    | Usage
    | GoAway
    | Handle
    | Oddity
)


@dataclass(frozen=True)
class SentAudio:
    """A piece of what was heard has left the house: 16 kHz mono PCM16."""

    pcm: bytes = field(repr=False)


@dataclass(frozen=True)
class SentEnd:
    """audio_stream_end has been sent: the service need not wait for more."""


@dataclass(frozen=True)
class EarReport:
    """What the gate made of the latest block of sound."""

    heard_s: float
    """Seconds of sound heard since the daemon began to listen."""
    level_dbfs: float
    floor_dbfs: float
    threshold_dbfs: float
    is_open: bool


@dataclass(frozen=True)
class SentText:
    """A line of text has gone up, into the conversation."""

    text: str = field(repr=False)


class Speaks(Enum):
    """When the model may speak about a tool's answer; the Live API's FunctionResponseScheduling."""

    WHEN_IDLE = "WHEN_IDLE"
    SILENT = "SILENT"
    """It knows, and says nothing."""
    INTERRUPT = "INTERRUPT"


@dataclass(frozen=True)
class ToolAnswered:
    """What became of a call, on its way up."""

    call_id: str
    name: str
    response: dict[str, object] = field(repr=False)
    """`output`, or `error`, in words."""
    speaks: Speaks


Fact = Down | SentAudio | SentEnd | SentText | ToolAnswered | EarReport
