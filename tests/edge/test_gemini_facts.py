"""What one usageMetadata message bills, in every form in which the service has been seen, or may, send it."""

import pytest
from google.genai import types

from chimein.core.facts import TurnComplete, Usage
from chimein.edge.gemini_facts import facts_of

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


def test_usage_beside_other_fields_of_the_same_message() -> None:
    message = types.LiveServerMessage.model_validate(
        {"serverContent": {"turnComplete": True}, "usageMetadata": {"promptTokensDetails": details(AUDIO=1)}}
    )
    assert list(facts_of(message)) == [TurnComplete(), Usage({"AUDIO": 1}, {})]
