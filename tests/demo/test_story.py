"""The notes of a session, from what an observer is told."""

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.live.facts import (
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
from chimein.core.machines import events as e
from chimein.core.machines.events import Event
from chimein.demo.report import report, table
from chimein.demo.story import Said, Story, Turn


class Evening:
    """An observer's view of a kitchen; time is given with each verb."""

    def __init__(self) -> None:
        self.story = Story()
        for event in (e.Woke(), e.SoundCame("file"), e.Dialling(), e.Connected(False)):
            self.at(100.0, event)
        self.at(100.0, ear(0.0))

    def at(self, at_s: float, *facts: Event | Fact) -> Turn | None:
        ended = None
        for fact in facts:
            ended = self.story.take(at_s, fact) or ended
        return ended


def ear(heard_s: float) -> EarReport:
    return EarReport(heard_s, -50.0, -60.0, -45.0, False)


def test_a_silent_turn_and_a_spoken_one() -> None:
    evening = Evening()
    silent = evening.at(104.0, HeardText("i love"), HeardText("cooking"), TurnComplete(), e.NothingToSay())
    assert silent == Turn(4.0, 4.0, heard="i love cooking")
    spoken = evening.at(
        109.0, HeardText(" pizza?"), SpokenText("Take flour"), SpokenText(", water."), ReplyAudio(b"12"), TurnComplete()
    )
    assert spoken == Turn(9.0, 9.0, heard=" pizza?", reply="Take flour, water.", chimed_in=True)
    assert evening.story.turns == [silent, spoken]


def test_a_lost_connection_ends_a_turn() -> None:
    evening = Evening()
    turn = evening.at(102.0, SpokenText("Take"), ReplyAudio(b"12"), e.Dropped("gone"))
    assert turn is not None
    assert turn.reply == "Take"


def test_a_verdict_that_nobody_waits_for_any_more_is_still_the_turns() -> None:
    evening = Evening()
    assert evening.at(101.0, TurnComplete()) is None
    assert evening.at(102.0, HeardText("hm"), e.ThinkingLapsed()) is None
    assert not evening.story.is_calm
    turn = evening.at(112.0, SpokenText("Yes."), ReplyAudio(b"12"), TurnComplete())
    assert turn == Turn(2.0, 2.0, heard="hm", reply="Yes.", chimed_in=True)


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
        Said("ben", "A pizza?", 3.2, 5.0),
        Said("anna", "Bye.", 5.1, 6.0),
    ]
    turns = [
        Turn(1.1, 2.0, heard="i love"),
        Turn(2.2, 3.25, heard="cooking"),
        Turn(3.15, 4.9, heard="a pizza", reply="Yes.", chimed_in=True),
    ]
    evening.at(110.0, ear(25.0), SentAudio(bytes(32000 * 4)))
    told = report(evening.story, turns, said, instruction="Only pizza.")
    assert told == {
        "lines": [
            line(1.0, 3.0, "anna", "I love cooking!", False, None),
            line(3.2, 5.0, "ben", "A pizza?", True, "Yes."),
            line(5.1, 6.0, "anna", "Bye.", False, None),
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


def test_a_turn_that_came_in_no_lines_time_belongs_to_the_last_line() -> None:
    said = [Said("anna", "Well.", 1.0, 2.0), Said("ben", "Yes.", 3.0, 4.0), Said("anna", "No.", 9.0, 10.0)]
    told = report(Story(), [Turn(5.0, 5.0, reply="Ah.", chimed_in=True)], said, instruction="")
    assert [line["chimed_in"] for line in told["lines"]] == [False, True, False]


@given(st.floats(0, 500), st.lists(st.integers(1, 32000), max_size=5))
def test_what_was_heard_less_what_was_sent_is_what_was_saved(heard_s: float, sent: list[int]) -> None:
    evening = Evening()
    evening.at(110.0, ear(heard_s), *(SentAudio(bytes(2 * samples)) for samples in sent))
    told = report(evening.story, [], [], instruction="")
    assert round(told["heard_s"] - told["sent_s"], 2) == told["saved_s"]
    shown = [float(row.split()[1]) for row in table(told).splitlines()[2:5]]
    assert round(shown[0] - shown[1], 1) == shown[2]


def test_the_report_of_a_recording_has_the_lines_that_were_understood() -> None:
    told = report(Story(), [Turn(1.0, 3.0, heard=" i love cooking ")], [], instruction="Only pizza.")
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
