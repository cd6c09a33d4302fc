"""Does the stand-in know when its topic comes up? Measured on labelled lines.

topics.json has three parts. `tune` was looked at while the judge was made; `held` while its list of commonplaces was
written and its thresholds were set; `fresh` was written after both, and after its first run (recall .58, nothing fired
wrongly) two thresholds and the parsing of instructions were mended: none of the three is unseen any more. A line's kind
is direct (names the topic), indirect (does not), near (close, but not the topic) or off.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from chimein.rehearsal import wordnet
from chimein.rehearsal.field import Fields
from chimein.rehearsal.judge import Judge
from chimein.rehearsal.topic import topics_of

TOPICS = json.loads(Path(__file__).with_name("topics.json").read_text(encoding="utf-8"))
ITALIAN = "You are an AI assistant in Italian cooking; only chime in when the topic is about Italian cooking."
needs_wordnet = pytest.mark.skipif(not (wordnet.PLACE / "data.noun").is_file(), reason="wordnet-base is not installed")


@pytest.fixture(scope="module")
def fields() -> Fields:
    return Fields(wordnet.load())


@needs_wordnet
def test_labelled_lines(fields: Fields) -> None:
    spoke: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for topic in TOPICS:
        judge = Judge(topic["instruction"], fields)
        for line in topic["lines"]:
            asked[topic["part"], line["kind"]] += 1
            spoke[topic["part"], line["kind"]] += judge.verdict(line["text"]).speaks
    assert asked.total() >= 250
    for part, indirect_floor, near_ceiling in (("tune", 0.9, 0.1), ("held", 0.8, 0.25), ("fresh", 0.5, 0.1)):
        share = {kind: spoke[part, kind] / asked[part, kind] for kind in ("direct", "indirect", "near", "off")}
        print(part, {kind: f"{spoke[part, kind]}/{asked[part, kind]}" for kind in share})
        assert share["direct"] == 1.0
        assert share["indirect"] >= indirect_floor
        assert share["near"] <= near_ceiling
        assert share["off"] == 0.0


@needs_wordnet
@pytest.mark.parametrize(
    ("line", "speaks"),
    [
        ("I really love cooking!", False),
        ("i really loved the game", False),
        ("Oh yes, me too! My favorite is French cuisine.", False),
        ("i really like italian food do you know how to make a pizza", True),
        ("the italian government resigned", False),
        ("", False),
    ],
)
def test_the_example(fields: Fields, line: str, speaks: bool) -> None:
    assert Judge(ITALIAN, fields).verdict(line).speaks is speaks


@needs_wordnet
def test_the_reply_names_the_topic_and_what_it_heard(fields: Fields) -> None:
    reply = Judge(ITALIAN, fields).verdict("do you know how to make an italian pizza").reply
    assert "Italian cooking" in reply
    assert "Pizza is an Italian" in reply


def test_without_wordnet_the_topics_own_words_count() -> None:
    judge = Judge("Only speak when we talk about gardening.", None)
    assert judge.verdict("I like gardening.").speaks
    assert not judge.verdict("I like roses.").speaks


def test_without_a_topic_everything_is_answered() -> None:
    assert Judge("You are a friendly voice.", None).verdict("hello").speaks


@pytest.mark.parametrize(
    ("instruction", "topics"),
    [
        (ITALIAN, ["Italian cooking"]),
        ("Only speak up when we talk about gardening", ["gardening"]),
        ("answer only if someone asks about car repair", ["car repair"]),
        ("Never speak unless the topic is football.", ["football"]),
        ("Stay silent unless someone asks about chess or checkers", ["chess", "checkers"]),
        ("keep quiet until the conversation turns to wine and cheese", ["wine", "cheese"]),
        ("ignore everything except sewing", ["sewing"]),
        ("You are a gardening assistant. Only respond to relevant questions.", ["gardening"]),
        ("Chime in only about astronomy, otherwise be quiet.", ["astronomy"]),
        ("Speak only when the weather comes up.", ["weather"]),
        ("When people talk about model railways, chime in.", ["model railways"]),
        ("You may speak only if the topic is one of: chess, backgammon.", ["chess", "backgammon"]),
        ("Only speak when someone brings up tennis.", ["tennis"]),
        ("only chime in when the topic is about home improvement", ["home improvement"]),
        ("Answer every question in one sentence.", []),
        ("", []),
    ],
)
def test_topics_of_an_instruction(instruction: str, topics: list[str]) -> None:
    assert [topic.name for topic in topics_of(instruction)] == topics
