"""Tokens and money, by day and modality. What a token costs stands in prices.py.

What the service bills is what its usageMetadata messages say, one after the other, added up. They are per turn and not
a running total: in a live probe of three models each turn's prompt held the whole conversation so far and its response
only itself (github.com/pydantic/pydantic-ai/pull/7269, 2026-08-07), and bills add up that way (discuss.ai.google.dev,
140340 and 173248). The messages carry no number of their own, so none can be told to be a repetition of another: each
counts once. After a resumed connection the first turn bills the conversation again; that is no repetition either.

Beside it stands what went to and fro by our own count, in bytes of sound. The service must count at least
TOKENS_PER_S for each second; if it counts far less, or far more than the conversation held, `doubt` says so. What was
sent since the latest message of the service is not billed yet and already costs something: the budget counts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal

from chimein.core.audio import DOWN_HZ, UP_HZ, duration_s
from chimein.core.live.facts import Usage
from chimein.core.money.prices import Prices, price, price_of

Way = Literal["in", "out"]
Json = dict[str, object]

TOKENS_PER_S: Final = 25
"""Audio tokens per second, each way; what the Live price list's figures per minute work out to."""
CHECK_FROM_S: Final = 60.0
"""Less sound than this in a day proves nothing."""
FAR_OFF: Final = 0.8
"""The service may count so much less than our own seconds before somebody is told."""


@dataclass(frozen=True)
class Spent:
    """Of one modality, one way."""

    tokens: int = 0
    usd: float = 0.0
    """By the prices of the moment at which it was counted."""


@dataclass(frozen=True)
class Tally:
    """What a day has cost so far. Immutable; the mapping is not to be changed."""

    spent: Mapping[tuple[Way, str], Spent] = field(default_factory=dict)
    cached_tokens: int = 0
    """Of the input, what came out of the service's cache. Billed in full here: no discount is known for Live."""
    messages: int = 0
    """usageMetadata messages."""
    sent_bytes: int = 0
    """PCM that went up, 16 kHz mono."""
    spoken_bytes: int = 0
    """PCM that came down, 24 kHz mono."""
    covered_sent_bytes: int = 0
    """`sent_bytes` at the latest usageMetadata message."""
    covered_spoken_bytes: int = 0

    @property
    def input_tokens(self) -> int:
        return sum(spent.tokens for (way, _), spent in self.spent.items() if way == "in")

    @property
    def output_tokens(self) -> int:
        """Thoughts included, which are billed as output."""
        return sum(spent.tokens for (way, _), spent in self.spent.items() if way == "out")

    @property
    def usd(self) -> float:
        """What the service has said so far, in money."""
        return sum((spent.usd for spent in self.spent.values()), 0.0)

    @property
    def sent_s(self) -> float:
        return duration_s(self.sent_bytes, UP_HZ)

    @property
    def spoken_s(self) -> float:
        return duration_s(self.spoken_bytes, DOWN_HZ)

    def tokens(self, way: Way, modality: str) -> int:
        return self.spent.get((way, modality), Spent()).tokens

    def due_usd(self, prices: Prices) -> float:
        """With what went to and fro since the latest message, and will be on the next one at the least."""
        up_s = duration_s(self.sent_bytes - self.covered_sent_bytes, UP_HZ)
        down_s = duration_s(self.spoken_bytes - self.covered_spoken_bytes, DOWN_HZ)
        return self.usd + sound_usd(up_s, prices) + down_s * TOKENS_PER_S * price(prices, "audio_out") / 1e6

    def plus(self, usage: Usage, prices: Prices) -> "Tally":
        """With one more usage message on the bill. `prices` overrides the list."""
        spent = dict(self.spent)
        ways: tuple[tuple[Way, Mapping[str, int]], ...] = (("in", usage.input_tokens), ("out", usage.output_tokens))
        for way, modality, count in ((way, kind, count) for way, by in ways for kind, count in by.items()):
            before = spent.get((way, modality), Spent())
            usd = count * price_of(prices, way, modality) / 1e6
            spent[way, modality] = Spent(before.tokens + count, before.usd + usd)
        return replace(
            self,
            spent=spent,
            cached_tokens=self.cached_tokens + usage.cached_tokens,
            messages=self.messages + 1,
            covered_sent_bytes=self.sent_bytes,
            covered_spoken_bytes=self.spoken_bytes,
        )

    def with_sent(self, pcm_bytes: int) -> "Tally":
        return replace(self, sent_bytes=self.sent_bytes + pcm_bytes)

    def with_spoken(self, pcm_bytes: int) -> "Tally":
        return replace(self, spoken_bytes=self.spoken_bytes + pcm_bytes)

    def __add__(self, other: "Tally") -> "Tally":
        return _combined(self, other, 1)

    def __sub__(self, other: "Tally") -> "Tally":
        """What came since `other`, an earlier state of the same day."""
        return _combined(self, other, -1)

    def doubt(self, context_tokens: int) -> str | None:
        """One sentence when the service counts far off from our own seconds; None when it fits.

        `context_tokens` is the most that one turn can bill again of the conversation before it.
        """
        sent_s = duration_s(self.covered_sent_bytes, UP_HZ)
        spoken_s = duration_s(self.covered_spoken_bytes, DOWN_HZ)
        heard = self.tokens("in", "AUDIO") + self.tokens("in", UNSPECIFIED)
        said = self.tokens("out", "AUDIO") + self.tokens("out", UNSPECIFIED)
        if sent_s >= CHECK_FROM_S and heard < FAR_OFF * TOKENS_PER_S * sent_s:
            return _doubt("less", heard, "sent", sent_s)
        if heard > (TOKENS_PER_S * (sent_s + CHECK_FROM_S) + self.messages * context_tokens) / FAR_OFF:
            return _doubt("more", heard, "sent", sent_s)
        if spoken_s >= CHECK_FROM_S and said < FAR_OFF * TOKENS_PER_S * spoken_s:
            return _doubt("less", said, "received", spoken_s)
        if said > TOKENS_PER_S * (spoken_s + CHECK_FROM_S) / FAR_OFF:
            return _doubt("more", said, "received", spoken_s)
        return None

    def to_json(self) -> Json:
        """As `chimein usage --json` prints a day."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "usd": round(self.usd, 6),
            "tokens": {
                way: {kind: spent.tokens for (of, kind), spent in sorted(self.spent.items()) if of == way}
                for way in ("in", "out")
            },
            "cached_tokens": self.cached_tokens,
            "messages": self.messages,
            "sent_s": round(self.sent_s, 2),
            "received_s": round(self.spoken_s, 2),
            "sent_tokens": round(self.sent_s * TOKENS_PER_S),
            "received_tokens": round(self.spoken_s * TOKENS_PER_S),
        }


@dataclass(frozen=True)
class Page:
    """A day of the ledger: the whole of it, and how much of that is on the disk."""

    day: str
    kept: Tally
    whole: Tally

    def missing(self, on_disk: Tally) -> Tally:
        """What a daemon that was killed has not written: nothing, unless the disk holds what it believed to be there.
        Where it holds more, the last write was the last thing that the daemon did."""
        same = all(getattr(self.kept, name) == getattr(on_disk, name) for name in _COUNTED)
        return self.whole - self.kept if same else Tally()


UNSPECIFIED: Final = "UNSPECIFIED"
"""What the service counted and no detail of its message explains."""
THOUGHTS: Final = "THOUGHTS"


def sound_usd(seconds: float, prices: Prices) -> float:
    """What so much sound costs at the least, once, on its way up."""
    return seconds * TOKENS_PER_S * price(prices, "audio_in") / 1e6


def _combined(one: Tally, other: Tally, sign: int) -> Tally:
    spent = dict(one.spent)
    for key, added in other.spent.items():
        before = spent.get(key, Spent())
        spent[key] = Spent(before.tokens + sign * added.tokens, before.usd + sign * added.usd)
    return Tally(
        {key: value for key, value in spent.items() if value.tokens or abs(value.usd) > 1e-12},
        *(getattr(one, name) + sign * getattr(other, name) for name in _COUNTED),
    )


_COUNTED: Final = tuple(one.name for one in fields(Tally))[1:]


def _doubt(how: str, tokens: int, what: str, seconds: float) -> str:
    return (
        f"the service counts {how} than it should: {tokens} audio tokens for {seconds:.0f} s of sound {what}, "
        f"which are {seconds * TOKENS_PER_S:.0f} at {TOKENS_PER_S} a second; compare with Google's own bill"
    )
