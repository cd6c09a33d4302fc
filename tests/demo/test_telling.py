from chimein.demo.story import Said, Turn
from chimein.demo.telling import mute_line, said_line, turn_lines, unanswered_line


def test_a_guests_line() -> None:
    assert said_line(Said("anna", "Hello!", 2.04, 3.0)) == "   2.0 s  anna: Hello!"


def test_a_silent_turn_says_why() -> None:
    turn = Turn(1.0, 2.0, heard="i love cooking", why="nobody asked")
    assert turn_lines(turn, with_words=False) == [
        "          · understood: i love cooking",
        "          · stays silent: nobody asked",
    ]


def test_a_tool_that_answers_by_itself_is_no_silence() -> None:
    turn = Turn(1.0, 2.0, heard="say that again", why="somebody asked for repeat_answer()")
    assert "stays silent" not in turn_lines(turn, with_words=False)[-1]
    assert turn_lines(turn, with_words=False)[-1].endswith("somebody asked for repeat_answer()")


def test_an_answer_in_a_recording() -> None:
    turn = Turn(1.0, 2.0, heard=" a pizza", reply="Take flour.", chimed_in=True, interrupted=True)
    assert turn_lines(turn, with_words=True) == [
        "   1.0 s  somebody: a pizza",
        "          · CHIMES IN: Take flour. … (talked over)",
    ]


def test_lines_that_nothing_came_back_for() -> None:
    assert "muted" in unanswered_line(was_muted=True, is_online=True, was_sent=False)
    assert "no connection" in unanswered_line(was_muted=False, is_online=False, was_sent=False)
    assert "the gate" in unanswered_line(was_muted=False, is_online=True, was_sent=False)
    assert "nothing came back" in unanswered_line(was_muted=False, is_online=True, was_sent=True)


def test_the_button() -> None:
    assert "muted" in mute_line(True, is_recording=True)
    assert "begins again" in mute_line(False, is_recording=True)
    assert "begins again" not in mute_line(False, is_recording=False)
