"""Tokens and money, by day.

Prices: US dollars per million tokens, list prices of the Developer API for Live models as far as they are known on
2026-11-22 (audio 3 in and 12 out is the figure of the 3.1 Live model; the price of 3.8 audio was not confirmed). They
can be overridden in the YAML: `budget.prices: {audio_in: 3.0, audio_out: 12.0, text_in: 0.75, text_out: 4.5}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chimein.core.facts import Usage

PriceOf = Literal["text_in", "audio_in", "text_out", "audio_out"]
Prices = Mapping[PriceOf, float]
"""US dollars per million tokens."""

TOKENS_PER_S = 25
"""Audio tokens per second, each way; what the Live price list's figures per minute work out to."""

PRICES_USD_PER_MILLION: Prices = {"audio_in": 3.0, "audio_out": 12.0, "text_in": 0.75, "text_out": 4.5}


def price(prices: Prices, of: PriceOf) -> float:
    """The owner's own price, or the list's."""
    return prices.get(of, PRICES_USD_PER_MILLION[of])


@dataclass(frozen=True)
class Tally:
    """What a day has cost so far."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0

    def plus(self, usage: Usage, prices: Prices) -> "Tally":
        """With one more usage message on the bill. `prices` overrides the list."""
        usd = _cost(usage.input_tokens, price(prices, "audio_in"), price(prices, "text_in"))
        usd += _cost(usage.output_tokens, price(prices, "audio_out"), price(prices, "text_out"))
        return Tally(
            self.input_tokens + sum(usage.input_tokens.values()),
            self.output_tokens + sum(usage.output_tokens.values()),
            self.usd + usd,
        )


def _cost(tokens: Mapping[str, int], audio_usd: float, text_usd: float) -> float:
    """Dollars; what is not audio is billed as text."""
    return sum(count * (audio_usd if kind == "AUDIO" else text_usd) for kind, count in tokens.items()) / 1e6
