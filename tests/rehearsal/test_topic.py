"""Does the stand-in understand what an instruction is about, however it is put?

instructions.json: an instruction, its topics as written there, and what it leaves out. The first eighty were at hand
while the parser was made; the rest were written after it and gave 30 of 40 at their first run (mostly a topic too
many). Those with `missed` are still misunderstood.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from chimein.rehearsal.mind import wordnet
from chimein.rehearsal.mind.field import Fields
from chimein.rehearsal.mind.topic import topics_of, wish_of

INSTRUCTIONS = json.loads(Path(__file__).with_name("instructions.json").read_text(encoding="utf-8"))
needs_wordnet = pytest.mark.skipif(not (wordnet.PLACE / "data.noun").is_file(), reason="wordnet-base is not installed")


@pytest.fixture(scope="module")
def fields() -> Fields:
    return Fields(wordnet.load())


def put(case: dict[str, Any]) -> Any:
    missed = pytest.mark.xfail(reason="misunderstood", raises=AssertionError, strict=True)
    return pytest.param(case, id=case["instruction"][:40], marks=[missed] if case.get("missed") else [])


@needs_wordnet
@pytest.mark.parametrize("case", [put(case) for case in INSTRUCTIONS])
def test_an_instruction(fields: Fields, case: dict[str, Any]) -> None:
    wish = wish_of(case["instruction"], fields)
    assert [topic.name for topic in wish.topics] == case["topics"]
    assert [topic.name for topic in wish.exclusions] == case.get("exclusions", [])


def test_there_are_many() -> None:
    assert len(INSTRUCTIONS) >= 60
    assert len({topic.lower() for case in INSTRUCTIONS for topic in case["topics"]}) >= 20


@pytest.mark.parametrize(
    ("instruction", "names"),
    [("Speak when wine comes up.", ["wine"]), ("Only chime in about car repair.", ["car repair"]), ("", [])],
)
def test_the_usual_shapes_need_no_lexicon(instruction: str, names: list[str]) -> None:
    assert [topic.name for topic in topics_of(instruction)] == names


@needs_wordnet
def test_a_slip_of_the_finger_is_mended(fields: Fields) -> None:
    assert topics_of("Chime in olny when the topic is gardning.", fields)[0].words == ("gardening",)
