"""What one usageMetadata message bills, in every form in which the service has been seen, or may, send it."""

import pytest
from google.genai import _live_converters as converters  # the SDK's own reading of Vertex AI's names
from google.genai import types

from chimein.core.live.facts import Handle, Oddity, TurnComplete, Usage
from chimein.edge.live.facts import facts_of

Json = dict[str, object]


def details(**tokens: int) -> list[Json]:
    return [{"modality": name, "tokenCount": count} for name, count in tokens.items()]


def usage(metadata: Json) -> Usage:
    message = types.LiveServerMessage.model_validate({"usageMetadata": metadata})
    (fact,) = facts_of(message)
    assert isinstance(fact, Usage)
    return fact


def test_a_message_of_the_real_service_with_its_gaps() -> None:
    """discuss.ai.google.dev 188765, gemini-3.8-live: 25 tokens without a modality, thoughts that are in no sum."""
    assert usage(
        {
            "promptTokenCount": 522,
            "responseTokenCount": 42,
            "totalTokenCount": 564,
            "promptTokensDetails": details(TEXT=332, AUDIO=165),
            "responseTokensDetails": details(AUDIO=42),
            "thoughtsTokenCount": 136,
        }
    ) == Usage({"TEXT": 332, "AUDIO": 165, "UNSPECIFIED": 25}, {"AUDIO": 42, "THOUGHTS": 136})


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, Usage({}, {})),
        ({"promptTokenCount": 7}, Usage({"UNSPECIFIED": 7}, {})),
        ({"promptTokensDetails": details(AUDIO=7)}, Usage({"AUDIO": 7}, {})),
        ({"promptTokensDetails": [{"tokenCount": 7}]}, Usage({"TEXT": 7}, {})),
        ({"promptTokensDetails": details(MODALITY_UNSPECIFIED=7)}, Usage({"TEXT": 7}, {})),
        ({"promptTokensDetails": [*details(AUDIO=7), *details(AUDIO=1)]}, Usage({"AUDIO": 8}, {})),
        ({"totalTokenCount": 9}, Usage({}, {"UNSPECIFIED": 9})),
        ({"promptTokenCount": 9, "totalTokenCount": 12}, Usage({"UNSPECIFIED": 9}, {"UNSPECIFIED": 3})),
        (
            {"promptTokenCount": 9, "promptTokensDetails": details(AUDIO=9), "cachedContentTokenCount": 4},
            Usage({"AUDIO": 9}, {}, cached_tokens=4),
        ),
        (
            {"promptTokensDetails": details(AUDIO=9), "toolUsePromptTokenCount": 5, "totalTokenCount": 14},
            Usage({"AUDIO": 9, "TEXT": 5}, {}),
        ),
        (
            {"toolUsePromptTokenCount": 5, "toolUsePromptTokensDetails": details(IMAGE=5)},
            Usage({"IMAGE": 5}, {}),
        ),
        (
            {"responseTokenCount": 10, "thoughtsTokenCount": 4, "responseTokensDetails": details(AUDIO=10, TEXT=4)},
            Usage({}, {"AUDIO": 10, "TEXT": 4}),
        ),
    ],
)
def test_nothing_is_lost_and_nothing_counted_twice(metadata: Json, expected: Usage) -> None:
    assert usage(metadata) == expected


@pytest.mark.parametrize("count", [10**7 + 1, 10**18, 10**30])
def test_a_bill_that_cannot_be_is_not_believed(count: int) -> None:
    message = types.LiveServerMessage.model_validate({"usageMetadata": {"promptTokenCount": count}})
    assert [type(fact) for fact in facts_of(message)] == [Oddity]


def test_an_empty_handle_is_none() -> None:
    update = {"newHandle": "", "resumable": True}
    assert list(facts_of(types.LiveServerMessage.model_validate({"sessionResumptionUpdate": update}))) == [Handle(None)]


TURN: Json = {
    "promptTokenCount": 100,
    "promptTokensDetails": details(AUDIO=90, TEXT=10),
    "candidatesTokenCount": 30,
    "candidatesTokensDetails": details(AUDIO=30),
    "toolUsePromptTokenCount": 4,
    "thoughtsTokenCount": 7,
    "cachedContentTokenCount": 20,
    "totalTokenCount": 141,
}


def test_vertex_ai_has_other_names_for_an_answer() -> None:
    message = types.LiveServerMessage.model_validate(converters._LiveServerMessage_from_vertex({"usageMetadata": TURN}))
    assert list(facts_of(message)) == [Usage({"AUDIO": 90, "TEXT": 14}, {"AUDIO": 30, "THOUGHTS": 7}, cached_tokens=20)]


def test_where_the_sdk_drops_them_the_total_still_tells() -> None:
    told = usage({key: value for key, value in TURN.items() if not key.startswith("candidates")})
    assert told == Usage({"AUDIO": 90, "TEXT": 14}, {"THOUGHTS": 7, "UNSPECIFIED": 30}, cached_tokens=20)


def test_usage_beside_other_fields_of_the_same_message() -> None:
    message = types.LiveServerMessage.model_validate(
        {"serverContent": {"turnComplete": True}, "usageMetadata": {"promptTokensDetails": details(AUDIO=1)}}
    )
    assert list(facts_of(message)) == [TurnComplete(), Usage({"AUDIO": 1}, {})]
