"""Tools: what a model is told, and what becomes of the arguments that it sends."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from chimein.core.kitchen.tools import (
    LONGEST_ANSWER,
    Arguments,
    Outcome,
    Tool,
    WrongArguments,
    allowed,
    declarations,
    distinct,
    may_schedule,
    same_call,
    tool,
)
from chimein.core.live.models import MODELS


class BoilEggs(Arguments):
    """Boils
    some eggs."""

    count: Annotated[int, Field(ge=1, le=12, description="How many.")]
    minutes: float | None = None
    title: str = ""


def boil(asked: BoilEggs) -> Outcome:
    return Outcome(f"{asked.count} eggs, {asked.minutes} minutes{asked.title}")


EGGS = tool("eggs", BoilEggs, boil)


def test_a_class_of_arguments_is_a_declaration() -> None:
    assert (EGGS.name, EGGS.description) == ("boil_eggs", "Boils some eggs.")
    assert EGGS.parameters == {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 1, "maximum": 12, "description": "How many."},
            "minutes": {"type": "number"},
            "title": {"type": "string"},
        },
        "required": ["count"],
    }


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"count": 3}, "3 eggs, None minutes"),
        ({"count": "3", "minutes": "4.5"}, "3 eggs, 4.5 minutes"),
        ({"count": 3.0, "minutes": None}, "3 eggs, None minutes"),
    ],
)
def test_numbers_as_models_write_them(said: dict[str, Any], heard: str) -> None:
    done = EGGS.do(said)
    assert isinstance(done, Outcome)
    assert done.response == {"output": heard}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"count": 0},
        {"count": 13},
        {"count": 2.5},
        {"count": "some"},
        {"count": None},
        {"count": True},
        {"count": [3]},
        {"count": {"value": 3}},
        {"count": 3, "minutes": "nan"},
        {"count": 3, "minutes": float("inf")},
        {"count": 3, "title": 5},
        {"count": 3, "colour": "brown"},
        {"count": 10**400},
    ],
)
def test_bad_arguments_are_refused_in_words(said: dict[str, Any]) -> None:
    with pytest.raises(WrongArguments) as wrong:
        EGGS.do(said)
    assert 0 < len(str(wrong.value)) <= 500


@pytest.mark.parametrize(
    ("model", "behaviour", "schedules"),
    [
        ("gemini-3.8-live", "NON_BLOCKING", True),
        ("gemini-2.5-flash-native-audio-latest", "BLOCKING", True),
        ("gemini-live-2.5-flash-native-audio", "BLOCKING", True),
        ("gemini-3.8-live-extended-thinking", None, False),
        ("gemini-3.1-flash-live-preview", None, False),
    ],
)
def test_the_behaviour_is_said_as_the_model_takes_it(model: str, behaviour: str | None, schedules: bool) -> None:
    [declared] = declarations([EGGS], MODELS[model])
    assert declared.behaviour == behaviour
    assert may_schedule(MODELS[model]) is schedules


def test_the_owner_s_list_is_the_list() -> None:
    assert allowed([EGGS, EGGS], ["eggs"]) == [EGGS]
    assert allowed([EGGS], ["timers"]) == []


def test_no_name_is_there_twice() -> None:
    names = ["x_y", "x_y", "x_y_2", "x_y", "n" * 64, "n" * 64]
    tools = [Tool(name, f"{number}", "f", {}, lambda said: Outcome("")) for number, name in enumerate(names)]
    found = distinct(tools)
    assert [one.name for one in found] == ["x_y", "x_y_2", "x_y_2_2", "x_y_3", "n" * 64, "n" * 62 + "_2"]
    assert [one.description for one in found] == [one.description for one in tools]


def test_an_answer_has_an_end_and_calls_can_be_told_apart() -> None:
    assert len(str(Outcome("x" * 10**6, is_error=True).response["error"])) == LONGEST_ANSWER
    assert same_call("a", {"x": 1, "y": 2}) == same_call("a", {"y": 2, "x": 1})
    assert same_call("a", {"x": 1}) != same_call("a", {"x": 2})
