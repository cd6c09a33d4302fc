"""Which turn is about which line, when they come late and all at once."""

import os
from typing import Any

import pytest

from chimein.core.audio import UP_HZ
from chimein.core.live.facts import EarReport, HeardText, ReplyAudio, SentAudio, SpokenText, TurnComplete
from chimein.core.machines.events import Connected
from chimein.demo.hearing import Hearing, hearings, placed
from chimein.demo.passage import Passage
from chimein.demo.story import Story, Turn

SETUP = {"kind": "setup", "connection": 1}


def heard(line: int, start_s: float, end_s: float, text: str | None, connection: int = 1) -> dict[str, Any]:
    note = {"kind": "heard", "connection": connection, "line": line, "text": text}
    return {**note, "start_s": start_s, "end_s": end_s}


def test_the_record_in_order_with_reasons_and_without_noise() -> None:
    notes = [
        {"kind": "connection", "connection": 1},
        {"kind": "setup", "connection": 2},  # the first never got so far
        heard(1, 0.5, 1.5, "i love cooking", 2),
        heard(2, 2.0, 2.2, None, 2),
        heard(3, 3.0, 4.0, "a pizza", 2),
        {"kind": "turn", "line": 1, "why": "not about tea"},
        {"kind": "turn", "line": None, "why": "it was typed"},
        {"kind": "setup", "connection": 3},
        heard(4, 0.1, 0.9, "a pizza", 3),
    ]
    assert hearings(notes) == [
        Hearing(1, 0.5, 1.5, "i love cooking", "not about tea"),
        Hearing(1, 3.0, 4.0, "a pizza"),
        Hearing(2, 0.1, 0.9, "a pizza"),
    ]


def test_three_lines_close_together_and_every_verdict_late() -> None:
    """The scene that was told wrong: one opening of the gate, and the service, which finds three lines in it, answers
    when all of them are over.
    """
    story = Story()
    story.take(100.0, Connected(False))
    story.take(100.0, EarReport(2.0, -50.0, -60.0, -45.0, False))
    for block in range(1, 126):  # 10 s of sound from second 2 on, 80 ms at a time
        story.take(100.0, EarReport(2.0 + 0.08 * block, -30.0, -60.0, -45.0, True))
        story.take(100.0, SentAudio(bytes(2 * UP_HZ * 8 // 100)))
    for text, reply in (("i love cooking", ""), ("me too", ""), ("a pizza", "Take flour.")):
        story.take(115.0, HeardText(text))
        if reply:
            story.take(115.0, SpokenText(reply))
            story.take(115.0, ReplyAudio(b"12"))
        story.take(115.0, TurnComplete())
    notes = [
        SETUP,
        heard(1, 0.4, 1.4, "i love cooking"),
        heard(2, 1.9, 2.5, "me too"),
        heard(3, 3.0, 9.8, "a pizza"),
        *({"kind": "turn", "line": line, "why": f"reason {line}"} for line in (1, 2, 3)),
    ]
    turns = placed(story.turns, hearings(notes), story.passage)
    assert [turn.start_s for turn in turns] == pytest.approx([2.4, 3.9, 5.0])
    assert [turn.end_s for turn in turns] == pytest.approx([3.4, 4.5, 11.8])
    assert [turn.why for turn in turns] == ["reason 1", "reason 2", "reason 3"]
    assert [turn.chimed_in for turn in turns] == [False, False, True]


def test_a_word_that_the_gate_cut_does_not_begin_before_the_gap() -> None:
    passage = Passage()
    passage.sent(os.urandom(2 * UP_HZ), 5.0)
    passage.sent(os.urandom(2 * UP_HZ), 9.0)
    (turn,) = placed([Turn(9.5, 9.5, heard="well")], [Hearing(1, 0.98, 1.6, "well")], passage)
    assert [turn.start_s, turn.end_s] == pytest.approx([7.98, 8.6])


def sent(length_s: float) -> Passage:
    """All of it heard as it was sent, one second after the start."""
    passage = Passage()
    passage.sent(bytes(2 * round(length_s * UP_HZ)), length_s + 1.0)
    return passage


def test_a_line_that_no_turn_came_for_is_passed_over() -> None:
    known = [Hearing(1, 0.0, 1.0, "well"), Hearing(1, 2.0, 3.0, "yes")]
    assert placed([Turn(9.0, 9.0, heard="yes")], known, sent(5.0)) == [Turn(3.0, 4.0, heard="yes")]


def test_an_answer_without_words_of_its_own_belongs_to_the_line_before() -> None:
    turns = [Turn(5.0, 5.0, heard="a pizza"), Turn(9.0, 9.0, reply="Yes.", chimed_in=True)]
    assert placed(turns, [Hearing(1, 0.0, 1.0, "a pizza")], sent(5.0)) == [
        Turn(1.0, 2.0, heard="a pizza", reply="Yes.", chimed_in=True)
    ]


def test_a_line_that_was_sent_again_is_one_line() -> None:
    passage = Passage()
    spoken = os.urandom(2 * UP_HZ)
    for _ in range(2):
        passage.connected()
        passage.sent(spoken, 4.0)
    known = [Hearing(1, 0.0, 1.0, "a pizza"), Hearing(2, 0.0, 1.0, "a pizza", "asked")]
    turns = [Turn(9.0, 9.0, heard="a pizza"), Turn(9.5, 9.5, heard="a pizza", reply="Yes.", chimed_in=True)]
    assert placed(turns, known, passage) == [Turn(3.0, 4.0, "a pizza", "Yes.", chimed_in=True, why="asked")]


def test_what_the_service_knows_nothing_of_stays_where_it_came() -> None:
    turns = [Turn(9.0, 9.0, reply="Yes.", chimed_in=True), Turn(9.5, 9.5, heard="who")]
    assert placed(turns, [], Passage()) == turns


def test_a_cut_off_transcription_is_recognised() -> None:
    known = [Hearing(1, 0.0, 1.0, "do you like pizza"), Hearing(1, 2.0, 3.0, "")]
    turns = [Turn(9.0, 9.0, heard=" do you like"), Turn(9.5, 9.5, reply="Hm?", chimed_in=True)]
    assert [turn.start_s for turn in placed(turns, known, sent(5.0))] == [1.0, 3.0]
