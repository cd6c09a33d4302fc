"""What of an answer is played: not what was talked over, not silence at full length, not without end."""

import numpy as np

from chimein.core.audio import DOWN_HZ
from chimein.core.live.reply import AUDIBLE, ENDLESS, INAUDIBLE, LONGEST_ANSWER_S, PAUSE_S, TALKED_OVER, Piece, Reply

LOUD = b"\x00\x10" * DOWN_HZ
FAINT = np.tile(np.array([AUDIBLE - 1, 1 - AUDIBLE], "<i2"), DOWN_HZ // 2).tobytes()


def test_an_answer_is_played_as_it_comes_with_its_pauses() -> None:
    reply = Reply()
    assert [reply.take(pcm, 1.0) for pcm in (LOUD, FAINT, LOUD)] == [Piece(LOUD), Piece(FAINT), Piece(LOUD)]
    assert reply.has_begun
    assert reply.end() == ""
    assert not reply.has_begun


def test_silence_before_the_first_word_is_not_waited_for() -> None:
    reply = Reply()
    assert [reply.take(pcm, 1.0) for pcm in (FAINT, LOUD)] == [Piece(), Piece(LOUD)]
    assert reply.end() == ""


def test_an_answer_of_nothing_but_silence_is_an_oddity() -> None:
    reply = Reply()
    assert [reply.take(FAINT, 1.0) for _ in range(5)] == [Piece()] * 5
    assert reply.has_begun, "the model did answer"
    assert reply.end() == INAUDIBLE
    assert reply.end() == "", "an empty turn is none"


def test_what_was_talked_over_is_void_to_the_end_of_its_turn_and_no_longer() -> None:
    reply = Reply()
    reply.take(LOUD, 1.0)
    reply.interrupted(2.0)
    assert [reply.take(LOUD, 2.0 + after) for after in (0.1, 0.9, 1.8)] == [Piece(oddity=TALKED_OVER)] * 3
    assert reply.end() == ""
    assert reply.take(LOUD, 3.9) == Piece(LOUD)


def test_a_sample_that_was_cut_in_two_is_whole_again_and_only_within_its_answer() -> None:
    reply = Reply()
    sound = LOUD[:1000]
    pieces = [reply.take(sound[at : at + 333], 1.0).pcm for at in range(0, 1000, 333)]
    assert b"".join(pieces) == sound
    assert all(len(piece) % 2 == 0 for piece in pieces)
    reply.take(b"\x01", 1.0)
    reply.end()
    assert reply.take(sound, 2.0).pcm == sound
    reply.take(b"\x01", 2.0)
    reply.interrupted(2.1)
    assert reply.take(sound, 9.0).pcm == sound


def test_a_turn_that_is_never_called_over_does_not_silence_the_next_answer() -> None:
    reply = Reply()
    reply.interrupted(2.0)
    assert reply.take(LOUD, 2.0 + PAUSE_S) == Piece(LOUD)


def test_an_answer_without_end_is_cut_once() -> None:
    reply = Reply()
    pieces = [reply.take(LOUD, 1.0) for _ in range(int(LONGEST_ANSWER_S) + 20)]
    assert pieces.count(Piece(LOUD)) == LONGEST_ANSWER_S - 1
    assert pieces.count(Piece(is_cut=True, oddity=ENDLESS)) == 1
    reply.end()
    assert reply.take(LOUD, 2.0) == Piece(LOUD)
