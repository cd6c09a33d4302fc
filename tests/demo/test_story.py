"""The notes of a session, from what an observer is told."""

from chimein.core import events as e
from chimein.core.events import Event
from chimein.core.facts import (
    EarReport,
    Fact,
    HeardText,
    Interrupted,
    ReplyAudio,
    SentAudio,
    SpokenText,
    TurnComplete,
    Usage,
)
from chimein.demo.report import report, table
from chimein.demo.story import Said, Story, Turn


class Evening:
    """An observer's view of a kitchen; time is given with each verb."""

    def __init__(self) -> None:
        self.story = Story(hangover_s=0.5)
        for event in (e.Woke(), e.SoundCame("file"), e.Dialling(1), e.Connected(False)):
            self.at(100.0, event)
        self.at(100.0, ear(0.0))

    def at(self, at_s: float, *facts: Event | Fact) -> Turn | None:
        ended = None
        for fact in facts:
            ended = self.story.take(at_s, fact) or ended
        return ended

    def talk(self, start_s: float, end_s: float) -> None:
        """Somebody talks, in seconds of heard audio; the gate closes 0.5 s later."""
        self.at(100.0 + start_s, e.GateOpened())
        self.at(100.5 + end_s, e.GateClosed())


def ear(heard_s: float) -> EarReport:
    return EarReport(heard_s, -50.0, -60.0, -45.0, False)


def test_a_silent_turn_and_a_spoken_one() -> None:
    evening = Evening()
    evening.talk(1.0, 3.0)
    silent = evening.at(104.0, HeardText("i love"), HeardText("cooking"), TurnComplete(), e.NothingToSay())
    assert silent == Turn(1.0, 3.0, heard="i love cooking")
    evening.talk(6.0, 8.0)
    spoken = evening.at(
        109.0, HeardText(" pizza?"), SpokenText("Take flour"), SpokenText(", water."), ReplyAudio(b"12"), TurnComplete()
    )
    assert spoken == Turn(6.0, 8.0, heard=" pizza?", reply="Take flour, water.", chimed_in=True)
    assert evening.story.turns == [silent, spoken]


def test_turns_that_come_late_belong_to_the_oldest_speech() -> None:
    evening = Evening()
    evening.talk(1.0, 2.0)
    evening.talk(4.0, 5.0)
    assert evening.at(107.0, HeardText("well"), TurnComplete()) == Turn(1.0, 2.0, heard="well")
    assert evening.at(107.5, HeardText("yes"), TurnComplete()) == Turn(4.0, 5.0, heard="yes")


def test_speech_that_nothing_ever_came_for_is_forgotten() -> None:
    evening = Evening()
    evening.talk(1.0, 2.0)
    evening.talk(20.0, 21.0)
    assert evening.at(122.0, HeardText("well"), TurnComplete()) == Turn(20.0, 21.0, heard="well")


def test_a_turn_for_two_pieces_of_a_line_leaves_nothing_for_the_next_line() -> None:
    evening = Evening()
    evening.talk(1.0, 2.0)
    evening.talk(3.0, 4.0)
    evening.at(105.0, HeardText("well, yes"), TurnComplete())
    evening.story.next_line()
    evening.talk(7.0, 8.0)
    assert evening.at(109.0, HeardText("no"), TurnComplete()) == Turn(7.0, 8.0, heard="no")


def test_a_lost_connection_ends_a_turn() -> None:
    evening = Evening()
    turn = evening.at(102.0, SpokenText("Take"), ReplyAudio(b"12"), e.Dropped("gone"))
    assert turn is not None
    assert turn.reply == "Take"


def test_a_service_that_is_quicker_than_the_gate() -> None:
    evening = Evening()
    evening.at(101.0, e.GateOpened())
    assert evening.at(103.0, HeardText("well"), TurnComplete()) == Turn(1.0, 3.0, heard="well")


def test_a_lapse_ends_a_turn_and_an_empty_one_is_none() -> None:
    evening = Evening()
    assert evening.at(101.0, TurnComplete()) is None
    turn = evening.at(102.0, HeardText("hm"), e.ThinkingLapsed())
    assert turn is not None
    assert not turn.chimed_in


def test_a_turn_that_is_talked_over_says_so() -> None:
    evening = Evening()
    turn = evening.at(102.0, SpokenText("Take"), ReplyAudio(b"12"), Interrupted(), TurnComplete())
    assert turn is not None
    assert turn.interrupted
    assert turn.chimed_in


def test_calm_is_connected_listening_and_nothing_in_the_air() -> None:
    evening = Evening()
    assert evening.story.is_calm
    evening.at(101.0, e.GateOpened())
    assert not evening.story.is_calm
    evening.at(102.0, e.GateClosed())
    assert not evening.story.is_calm, "it is being thought about"
    evening.at(103.0, HeardText("hm"))
    evening.at(103.5, TurnComplete(), e.NothingToSay())
    assert evening.story.is_calm
    evening.at(104.0, e.MuteAsked(e.Muter.SOFTWARE, True))
    assert not evening.story.is_calm


def test_heard_time_goes_on_between_reports_and_stands_still_while_muted() -> None:
    evening = Evening()
    evening.at(110.0, ear(10.0))
    assert evening.story.heard_s(110.5) == 10.5
    evening.at(111.0, e.MuteAsked(e.Muter.SOFTWARE, True))
    assert evening.story.heard_s(150.0) == 10.0
    evening.at(160.0, e.MuteAsked(e.Muter.SOFTWARE, False), e.SoundCame("file"))
    assert evening.story.sound_began_s == 10.0
    assert evening.story.heard_s(160.5) == 10.5


def test_the_sums() -> None:
    evening = Evening()
    evening.at(101.0, SentAudio(bytes(32000)), SentAudio(bytes(16000)))
    evening.at(102.0, Usage({"AUDIO": 1_000_000}, {"TEXT": 10}), Usage({"TEXT": 5}, {"AUDIO": 20}))
    assert evening.story.sent_s == 1.5
    assert evening.story.tally.input_tokens == 1_000_005
    assert evening.story.tally.usd > 3.0


def test_the_report_tells_which_line_was_answered() -> None:
    evening = Evening()
    said = [
        Said("anna", "I love cooking!", 1.0, 3.0),
        Said("ben", "A pizza?", 6.0, 8.0),
        Said("anna", "Bye.", 20.0, 21.0),
    ]
    evening.talk(1.0, 3.0)
    evening.at(104.0, HeardText("i love cooking"), TurnComplete())
    evening.talk(6.0, 8.0)
    evening.at(109.0, HeardText("a pizza"), SpokenText("Yes."), ReplyAudio(b"12"), TurnComplete())
    evening.at(110.0, SentAudio(bytes(32000 * 4)))
    told = report(evening.story, said, heard_s=25.0, instruction="Only pizza.")
    assert told == {
        "lines": [
            line(1.0, 3.0, "anna", "I love cooking!", False, None),
            line(6.0, 8.0, "ben", "A pizza?", True, "Yes."),
            line(20.0, 21.0, "anna", "Bye.", False, None),
        ],
        "heard_s": 25.0,
        "sent_s": 4.0,
        "saved_s": 21.0,
        "input_tokens": 0,
        "output_tokens": 0,
        "usd": 0.0,
        "instruction": "Only pizza.",
    }
    assert "21.0 s (84 % stayed in the kitchen)" in table(told)


def test_the_report_of_a_recording_has_the_lines_that_were_understood() -> None:
    evening = Evening()
    evening.talk(1.0, 3.0)
    evening.at(104.0, HeardText(" i love cooking "), TurnComplete())
    told = report(evening.story, [], heard_s=5.0, instruction="Only pizza.")
    assert told["lines"] == [line(1.0, 3.0, None, "i love cooking", False, None)]


def line(start_s: float, end_s: float, speaker: str | None, text: str, chimed_in: bool, reply: str | None) -> object:
    return {
        "start_s": start_s,
        "end_s": end_s,
        "speaker": speaker,
        "text": text,
        "chimed_in": chimed_in,
        "reply": reply,
    }
