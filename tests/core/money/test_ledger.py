"""The bill: modality by modality, to the token; and whether it can be right."""

import pytest

from chimein.core.live.facts import Usage
from chimein.core.money.ledger import Spent, Tally
from chimein.core.money.prices import DEFAULT, PRICES_USD_PER_MILLION, prices_for

HOUR_OF_LISTENING = Usage({"AUDIO": 90_000}, {})
HOUR_SENT = Tally().with_sent(3600 * 32_000)
CONTEXT = 25_600


def test_an_hour_of_listening_costs_27_cents() -> None:
    assert Tally().plus(HOUR_OF_LISTENING, {}).usd == pytest.approx(0.27)


def test_text_and_speech_have_their_own_prices() -> None:
    tally = Tally().plus(Usage({"AUDIO": 1_000_000, "TEXT": 1_000_000}, {"AUDIO": 1_000_000, "TEXT": 1_000_000}), {})
    assert tally.usd == pytest.approx(3.0 + 0.75 + 12.0 + 4.5)
    assert (tally.input_tokens, tally.output_tokens) == (2_000_000, 2_000_000)


def test_thoughts_cost_as_text_and_what_nobody_explains_as_sound() -> None:
    tally = Tally().plus(Usage({"UNSPECIFIED": 1_000_000}, {"THOUGHTS": 1_000_000, "UNSPECIFIED": 1_000_000}), {})
    assert tally.usd == pytest.approx(3.0 + 4.5 + 12.0)
    assert tally.output_tokens == 2_000_000


def test_the_owner_knows_a_better_price() -> None:
    assert Tally().plus(HOUR_OF_LISTENING, {"audio_in": 1.0}).usd == pytest.approx(0.09)


def test_the_price_for_one_model_is_stronger_than_the_one_for_all() -> None:
    own = prices_for("gemini-3.8-live", {"audio_in": 2.0, "text_in": 0.1}, {"gemini-3.8-live": {"audio_in": 1.0}})
    assert own == {**PRICES_USD_PER_MILLION["gemini-3.8-live"], "audio_in": 1.0, "text_in": 0.1}
    assert prices_for("a-new-model", {}, {}) == DEFAULT


def test_what_is_not_billed_yet_is_due_and_is_not_counted_twice() -> None:
    assert HOUR_SENT.usd == 0
    assert HOUR_SENT.due_usd({}) == pytest.approx(0.27)
    billed = HOUR_SENT.plus(HOUR_OF_LISTENING, {})
    assert billed.due_usd({}) == billed.usd == pytest.approx(0.27)
    assert billed.with_spoken(48_000).due_usd({}) == pytest.approx(0.27 + 25 * 12 / 1e6)


def test_what_came_since_is_the_difference() -> None:
    before = HOUR_SENT.plus(HOUR_OF_LISTENING, {})
    after = before.plus(Usage({"AUDIO": 5, "TEXT": 1}, {"AUDIO": 2}, cached_tokens=3), {}).with_spoken(96)
    more = after - before
    assert (more.input_tokens, more.output_tokens, more.cached_tokens, more.messages) == (6, 2, 3, 1)
    assert before + more == after
    assert after - after == Tally()


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage({"AUDIO": 90_000}, {}), None),
        (Usage({"AUDIO": 90_000 + CONTEXT}, {}), None),
        (Usage({"AUDIO": 60_000}, {}), "less than it should: 60000 audio tokens for 3600 s of sound sent"),
        (Usage({"AUDIO": 200_000}, {}), "more than it should"),
        (Usage({"AUDIO": 90_000}, {"AUDIO": 9_000}), "0 s of sound received"),
    ],
)
def test_a_bill_that_is_far_off_is_doubted(usage: Usage, words: str | None) -> None:
    doubt = HOUR_SENT.plus(usage, {}).doubt(CONTEXT)
    assert doubt is None if words is None else words in (doubt or "")


def test_little_sound_proves_nothing() -> None:
    assert Tally().with_sent(32_000).plus(Usage({}, {}), {}).doubt(CONTEXT) is None
    assert Tally().with_sent(32_000 * 3600).doubt(CONTEXT) is None, "nothing was billed yet"


def test_the_json_of_a_day() -> None:
    tally = Tally({("in", "AUDIO"): Spent(7, 0.5), ("out", "THOUGHTS"): Spent(2, 0.25)}, messages=1)
    assert tally.to_json() == {
        "input_tokens": 7,
        "output_tokens": 2,
        "usd": 0.75,
        "tokens": {"in": {"AUDIO": 7}, "out": {"THOUGHTS": 2}},
        "cached_tokens": 0,
        "messages": 1,
        "sent_s": 0.0,
        "received_s": 0.0,
        "sent_tokens": 0,
        "received_tokens": 0,
    }
