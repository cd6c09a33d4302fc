"""Questions about what was heard, and lines that are none."""

import pytest

from chimein.rehearsal.mind.recall import Remembered, answer

HEARD = [
    Remembered("my neighbor bought a new bicycle for his daughter"),
    Remembered("the tomatoes need water every morning and they like the sun"),
    Remembered("the drain to london leaves at seven", ("the train to london leaves at seven",)),
    Remembered("do you want some cherries"),
]


def asked(*readings: str, is_typed: bool = False) -> str | None:
    return answer(HEARD, readings, is_typed=is_typed)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What was said about the tomatoes?", "water"),
        ("what did they say about the bicycle", "daughter"),
        ("Do you remember what was said about the tomato?", "water"),
        ("what did you hear about the train", "seven"),
        ("tell me what they said about london", "seven"),
        ("what has been mentioned about the cherry", "cherries"),
    ],
)
def test_a_question_about_it_is_answered(question: str, word: str) -> None:
    assert word in (asked(question) or "")


@pytest.mark.parametrize(
    "line",
    [
        "the tomatoes need water every morning",
        "what was said about the football",
        "what do you think about the bicycle",
        "what did you say about the tomatoes",
        "do you know how to grow tomatoes",
        "when does the train leave",
        "",
    ],
)
def test_everything_else_is_nobodys_question(line: str) -> None:
    assert asked(line) is None


def test_who_types_may_ask_as_he_likes() -> None:
    assert "seven" in (asked("When does the train leave?", is_typed=True) or "")
    assert asked("The train is late.", is_typed=True) is None


def test_another_reading_of_the_question_counts() -> None:
    assert asked("what was that about the drone", "what was said about the drain") is not None


def test_the_line_with_most_of_it_is_quoted() -> None:
    assert asked("what was said about water for tomatoes") == (
        "About water for tomatoes I heard: the tomatoes need water every morning and they like the sun."
    )
