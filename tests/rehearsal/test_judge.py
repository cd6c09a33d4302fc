"""Does the stand-in know when its topic comes up? Measured on labelled lines.

topics.json has five parts. `tune` was looked at while the judge was made; `held` while its list of commonplaces was
written and its thresholds were set; `fresh` was written after both, and after its first run (recall .58, nothing fired
wrongly) two thresholds and the parsing of instructions were mended: none of the three is unseen any more. `unseen2`
was written before the judge learned to look both ways (closeness from and to the topic) and to weigh the meanings of a
word; its first run gave 28/52 indirect and 4/34 near, and it was looked at from then on. `unseen3` was written after
that: the old judge gives 16/24 indirect, 4/12 near and 1/10 off, the first run of the new one 20/24, 3/12 and 0/10.
A line's kind is direct (names the topic), indirect (does not), near (close, but not the topic) or off.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from chimein.rehearsal.mind import wordnet
from chimein.rehearsal.mind.field import Fields
from chimein.rehearsal.mind.judge import Judge

FLOORS = (
    ("tune", 0.9, 0.1),
    ("held", 0.9, 0.22),
    ("fresh", 0.8, 0.1),
    ("unseen2", 0.85, 0.06),
    ("unseen3", 0.8, 0.1),
)
"""Part, at least so many of its indirect lines answered, at most so many of its near ones."""
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
    assert asked.total() >= 400
    for part, indirect_floor, near_ceiling in FLOORS:
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


def test_without_a_condition_everything_is_answered() -> None:
    assert Judge(None, None).verdict("hello").speaks


@needs_wordnet
def test_an_instruction_that_names_nothing_answers_only_who_addresses_it(fields: Fields) -> None:
    judge = Judge("You are a friendly voice. Your name is Otto.", fields)
    assert not judge.topics
    assert not judge.verdict("hello, how are you").speaks
    assert judge.verdict("otto, how are you").speaks


@needs_wordnet
@pytest.mark.parametrize(("line", "speaks"), [("who won the election", False), ("who won the football match", True)])
def test_what_is_left_out_is_not_answered(fields: Fields, line: str, speaks: bool) -> None:
    assert Judge("Talk about anything except politics.", fields).verdict(line).speaks is speaks


@needs_wordnet
@pytest.mark.parametrize(
    ("topic", "line", "speaks"),
    [
        ("chess", "the king and the queen of Spain", False),
        ("chess", "the queen takes the knight", True),
        ("mathematics", "what is the square root of nine", True),
        ("astronomy", "the moon is very bright tonight", True),
        ("the history of Rome", "when was julius caesar killed", True),
    ],
)
def test_words_of_many_meanings(fields: Fields, topic: str, line: str, speaks: bool) -> None:
    assert Judge(f"Only chime in when the topic is {topic}.", fields).verdict(line).speaks is speaks


@needs_wordnet
def test_what_may_have_been_said_counts_if_it_is_said_often_enough(fields: Fields) -> None:
    judge = Judge("Only chime in when the topic is wine.", fields)
    likely = ["which red wine goes with land", "which red wine goes with lamb", "what red wine does with land"]
    assert judge.verdict("which trend line does with land", likely).speaks
    assert not judge.verdict("which trend line does with land", likely[:2]).speaks


@needs_wordnet
def test_a_reading_that_lost_the_wrong_word_is_no_evidence(fields: Fields) -> None:
    line = "yes me too my favorite is french cuisine"
    lost = [f"yes me too my favorite is {word} cuisine" for word in ("friends", "branch", "range", "the")]
    assert not Judge(ITALIAN, fields).verdict(line, lost).speaks


@needs_wordnet
def test_a_greeting_that_was_heard_by_mistake_is_about_nothing(fields: Fields) -> None:
    line = "oh yes me too my favorite is french cuisine"
    hello = [f"hello yes {rest} is french cuisine" for rest in ("me too my favorite", "me too my favourite", "a to my")]
    assert not Judge(ITALIAN, fields).verdict(line, hello).speaks


@needs_wordnet
def test_readings_that_found_a_word_are_evidence(fields: Fields) -> None:
    found = [f"how do i {word} my lasagna" for word in ("bake", "make", "take", "like")]
    assert Judge(ITALIAN, fields).verdict("how do i make my last on ya", found).speaks
