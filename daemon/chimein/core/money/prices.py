"""What a million tokens cost, by model, in US dollars. Dated, and overridable in the YAML: prices change.

Sources: the Developer API's list for Live models as far as it was known on DATED. Audio at 3 in and 12 out is the
figure of the 3.1 Live model, 0.75 and 4.50 for text that of 3.1 and 3.8; the price of 3.8 audio was not confirmed. The
2.5 rows are the price page of 2025, for the Developer API and Vertex AI alike. A model without a row is priced as
DEFAULT, and `chimein check` says so.
"""

from collections.abc import Mapping
from typing import Final, Literal

PriceOf = Literal["text_in", "audio_in", "text_out", "audio_out"]
Prices = Mapping[PriceOf, float]
"""US dollars per million tokens."""

DATED: Final = "2026-11-22"
DEFAULT: Final[Prices] = {"audio_in": 3.0, "audio_out": 12.0, "text_in": 0.75, "text_out": 4.5}
_OF_25: Final[Prices] = {"audio_in": 3.0, "audio_out": 12.0, "text_in": 0.5, "text_out": 2.0}
PRICES_USD_PER_MILLION: Final[Mapping[str, Prices]] = {
    "gemini-3.8-live": DEFAULT,
    "gemini-3.8-live-extended-thinking": DEFAULT,
    "gemini-3.1-flash-live-preview": DEFAULT,
    "gemini-2.5-flash-native-audio-preview-12-2025": _OF_25,
    "gemini-2.5-flash-native-audio-latest": _OF_25,
    "gemini-live-2.5-flash-native-audio": _OF_25,
}

_PLAIN: Final = ("TEXT", "THOUGHTS", "DOCUMENT")
"""Priced as text. Everything else, what nobody explained included, as audio: the dearer, so that a budget errs on the
side of the owner."""


def prices_for(model: str, own: Prices, own_by_model: Mapping[str, Prices]) -> Prices:
    """The model's list prices, under the owner's for every model, under the owner's for this one."""
    return {**PRICES_USD_PER_MILLION.get(model, DEFAULT), **own, **own_by_model.get(model, {})}


def price(prices: Prices, of: PriceOf) -> float:
    """The price in `prices`, or the usual one."""
    return prices.get(of, DEFAULT[of])


def price_of(prices: Prices, way: Literal["in", "out"], modality: str) -> float:
    """What a million tokens of this modality cost that way."""
    if way == "in":
        return price(prices, "text_in" if modality in _PLAIN else "audio_in")
    return price(prices, "text_out" if modality in _PLAIN else "audio_out")
