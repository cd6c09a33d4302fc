"""What a conversation has cost so far, and the handles by which it can be taken up again. Pure."""

import itertools
from dataclasses import dataclass, field
from typing import Final

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, UP_HZ
from chimein.rehearsal.mind.recall import MOST_HEARD, Remembered
from chimein.rehearsal.service.protocol import INTERNAL, INVALID, POLICY, Json, Refusal

TOKENS_PER_S: Final = 25
_LETTERS_PER_TOKEN: Final = 4


def text_tokens(text: str) -> int:
    """The usual rule of thumb, at least one token for any text."""
    return -(-len(text) // _LETTERS_PER_TOKEN)


@dataclass
class Meter:
    """Counts audio and text each way; `turn` says what came since it was last asked.

    Audio is rounded once over the whole conversation, so that the sum of all turns is 25 tokens per second exactly.
    """

    whole_context: bool = False
    """True: every turn is billed with everything before it, as Google's bills are. False: only with what is new."""
    _heard_bytes: int = 0
    _spoken_bytes: int = 0
    _read_tokens: int = 0
    _billed: tuple[int, int, int] = (0, 0, 0)

    def heard(self, pcm_bytes: int) -> None:
        self._heard_bytes += pcm_bytes

    def spoken(self, pcm_bytes: int) -> None:
        self._spoken_bytes += pcm_bytes

    def read(self, text: str) -> None:
        self._read_tokens += text_tokens(text)

    def turn(self, *, vertex: bool) -> Json:
        """usageMetadata of the turn that ends now."""
        now = (
            self._heard_bytes * TOKENS_PER_S // (UP_HZ * SAMPLE_BYTES),
            self._spoken_bytes * TOKENS_PER_S // (DOWN_HZ * SAMPLE_BYTES),
            self._read_tokens,
        )
        heard, spoken, read = (a - b for a, b in zip(now, self._billed, strict=True))
        if self.whole_context:
            heard, read = now[0] + self._billed[1], now[2]
        self._billed = now
        return _usage(heard, read, spoken, answer="candidates" if vertex else "response")


def _usage(heard: int, read: int, spoken: int, *, answer: str) -> Json:
    prompt = [{"modality": name, "tokenCount": count} for name, count in (("AUDIO", heard), ("TEXT", read)) if count]
    usage: Json = {"promptTokenCount": heard + read, "totalTokenCount": heard + read + spoken}
    if prompt:
        usage["promptTokensDetails"] = prompt
    if spoken:
        usage[f"{answer}TokenCount"] = spoken
        usage[f"{answer}TokensDetails"] = [{"modality": "AUDIO", "tokenCount": spoken}]
    return usage


@dataclass
class Conversation:
    """What outlives a connection."""

    model: str
    is_open: bool = True
    """A connection is using it."""
    lines: list[str] = field(default_factory=list)
    """What was said in the room and answered, oldest first; for the record only."""
    names: set[str] = field(default_factory=set)
    """What timers were called when they were asked for."""
    heard: list[Remembered] = field(default_factory=list)
    """Every line that was understood or read, oldest first: what can be asked about."""

    def remember(self, text: str, others: tuple[str, ...] = ()) -> int:
        """Keeps a line; how many came before it."""
        if text and len(self.heard) < MOST_HEARD:
            self.heard.append(Remembered(text, others))
            return len(self.heard) - 1
        return len(self.heard)


class Handles:
    """Who may take up which conversation. Handles do not expire by time here: a script does it on cue."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._expired: set[str] = set()
        self._numbers = itertools.count(1)

    def issue(self, conversation: Conversation, secret: str) -> str:
        """A new handle; `secret` makes it unguessable (the caller has the randomness)."""
        handle = f"rehearsal-{next(self._numbers)}-{secret}"
        self._conversations[handle] = conversation
        return handle

    def take_up(self, handle: str, model: str) -> Conversation:
        """The conversation behind a handle, now open again. Raises Refusal."""
        if handle in self._expired:
            raise Refusal(POLICY, "BidiGenerateContent session expired")
        conversation = self._conversations.get(handle)
        if conversation is None:
            raise Refusal(POLICY, "BidiGenerateContent session not found")
        if conversation.is_open:
            raise Refusal(INTERNAL, "Internal error encountered: the session is still open on another connection.")
        if conversation.model != model:
            raise Refusal(INVALID, "Request contains an invalid argument: the model differs from the session's.")
        conversation.is_open = True
        return conversation

    def expire_all(self) -> None:
        self._expired.update(self._conversations)
