"""The bill: modality by modality, to the token."""

import pytest

from chimein.core.facts import Usage
from chimein.core.ledger import Tally

HOUR_OF_LISTENING = Usage({"AUDIO": 90_000}, {})


def test_an_hour_of_listening_costs_27_cents() -> None:
    assert Tally().plus(HOUR_OF_LISTENING, {}).usd == pytest.approx(0.27)


def test_text_and_speech_have_their_own_prices() -> None:
    tally = Tally().plus(Usage({"AUDIO": 1_000_000, "TEXT": 1_000_000}, {"AUDIO": 1_000_000, "TEXT": 1_000_000}), {})
    assert tally.usd == pytest.approx(3.0 + 0.75 + 12.0 + 4.5)
    assert (tally.input_tokens, tally.output_tokens) == (2_000_000, 2_000_000)


def test_the_owner_knows_a_better_price() -> None:
    assert Tally().plus(HOUR_OF_LISTENING, {"audio_in": 1.0}).usd == pytest.approx(0.09)
