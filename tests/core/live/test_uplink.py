"""What waits to go up comes out in order, in chunks the service likes, and never late."""

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, UP_HZ
from chimein.core.live.uplink import CHUNK_BYTES, Speech, StreamEnd, Uplink

FRAME_BYTES = FRAME_SAMPLES * 2


def frames(count: int, value: int = 1) -> bytes:
    return bytes([value % 256]) * (FRAME_BYTES * count)


def drained(uplink: Uplink) -> list[Speech | StreamEnd]:
    return list(iter(uplink.take, None))


def test_a_burst_of_pre_roll_leaves_in_chunks_of_100_ms() -> None:
    uplink = Uplink(15)
    uplink.say(frames(27))
    assert [len(item.pcm) for item in drained(uplink) if isinstance(item, Speech)] == [CHUNK_BYTES] * 5 + [
        2 * FRAME_BYTES
    ]


def test_the_end_keeps_its_place_and_two_are_one() -> None:
    uplink = Uplink(15)
    uplink.say(frames(1))
    uplink.end()
    uplink.end()
    uplink.say(frames(2))
    assert [type(item) for item in drained(uplink)] == [Speech, StreamEnd, Speech]


def test_too_old_speech_is_dropped_and_counted() -> None:
    uplink = Uplink(1.0)
    uplink.say(frames(50, 1))
    uplink.say(frames(10, 2))
    assert uplink.waiting_s == 1.0
    assert uplink.dropped_bytes == 10 * FRAME_BYTES
    assert b"".join(item.pcm for item in drained(uplink) if isinstance(item, Speech)) == frames(40, 1) + frames(10, 2)


def test_a_broken_sentence_goes_up_again_from_its_beginning() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5, 1))
    uplink.end()
    uplink.say(frames(5, 2))
    drained(uplink)
    uplink.answered(now_s=100.0)
    uplink.say(frames(5, 3))
    uplink.rewind()
    assert b"".join(item.pcm for item in drained(uplink) if isinstance(item, Speech)) == frames(5, 2) + frames(5, 3)


def test_an_answered_sentence_does_not_go_up_again() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5))
    uplink.end()
    drained(uplink)
    assert uplink.answered(now_s=0.1)
    uplink.rewind()
    assert uplink.is_empty


def test_who_is_answered_while_he_talks_loses_no_more_than_what_was_answered() -> None:
    uplink = Uplink(15)
    uplink.say(frames(100, 1) + frames(50, 2))
    drained(uplink)
    assert not uplink.answered(now_s=100.0)
    uplink.answered_in_the_middle()
    uplink.rewind()
    assert drained(uplink)[-1] == Speech(frames(5, 2))
    assert uplink.waiting_s == 0


def two_lines() -> Uplink:
    """One that ended at 10 s and one that ended at 20 s, both sent, and a third that has only begun."""
    uplink = Uplink(15)
    for number, end_s in ((1, 10.0), (2, 20.0)):
        uplink.say(frames(5, number))
        uplink.end(end_s)
        while uplink.take(end_s):
            pass
    uplink.say(frames(5, 3))
    uplink.take(20.1)
    return uplink


def waiting(uplink: Uplink) -> bytes:
    uplink.rewind()
    return b"".join(item.pcm for item in drained(uplink) if isinstance(item, Speech))


def test_an_answer_is_to_the_oldest_line_and_to_what_was_said_well_before_it() -> None:
    early, late = two_lines(), two_lines()
    early.answered(now_s=20.2)
    assert waiting(early) == frames(5, 2) + frames(5, 3)
    late.answered(now_s=21.0)
    assert waiting(late) == frames(5, 3)


def test_a_handle_stands_for_what_ended_before_it_could_have_been_given_and_for_no_half_sentence() -> None:
    early, late = two_lines(), two_lines()
    early.kept(now_s=20.2)
    assert waiting(early) == frames(5, 2) + frames(5, 3)
    late.kept(now_s=21.0)
    assert waiting(late) == frames(5, 3)


def test_what_is_over_is_over_but_for_who_still_talks() -> None:
    uplink = two_lines()
    uplink.all_answered()
    assert waiting(uplink) == frames(5, 3)


def test_it_goes_up_over_as_many_connections_as_break_until_it_is_too_old() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5))
    uplink.end(at_s=100.0)
    for now_s in (101.0, 105.0, 110.0):
        uplink.drop_older(now_s - 15)
        assert len(drained(uplink)) == 2, now_s
        uplink.rewind()
    uplink.drop_older(116.0 - 15)
    assert uplink.is_empty
    assert uplink.dropped_bytes == 5 * FRAME_BYTES


def test_a_question_of_an_hour_ago_is_not_asked_any_more() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5, 1))
    uplink.end(at_s=10.0)
    uplink.say(frames(5, 2))
    uplink.end(at_s=3600.0)
    uplink.drop_older(than_s=3590.0)
    assert [type(item) for item in drained(uplink)] == [Speech, StreamEnd]
    assert uplink.dropped_bytes == 5 * FRAME_BYTES


def test_what_goes_up_again_is_no_older_than_the_limit() -> None:
    uplink = Uplink(1.0)
    for number in range(10):
        uplink.say(frames(10, number))
        drained(uplink)
    uplink.rewind()
    assert uplink.waiting_s == 1.0


def test_wiped_is_empty() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5))
    uplink.take()
    uplink.say(frames(5))
    uplink.end()
    uplink.wipe()
    uplink.rewind()
    assert uplink.is_empty
    assert uplink.take() is None
    assert uplink.waiting_s == 0


@given(st.lists(st.integers(0, 30), max_size=40), st.floats(0.5, 20))
def test_nothing_is_lost_but_what_is_counted_and_every_chunk_is_whole_frames(pushes: list[int], limit_s: float) -> None:
    uplink = Uplink(limit_s)
    for number, count in enumerate(pushes):
        if count:
            uplink.say(frames(count, number))
        else:
            uplink.end()
    assert uplink.waiting_s <= limit_s
    sent = [item.pcm for item in drained(uplink) if isinstance(item, Speech)]
    assert all(len(pcm) % FRAME_BYTES == 0 and 0 < len(pcm) <= CHUNK_BYTES for pcm in sent)
    assert sum(map(len, sent)) + uplink.dropped_bytes == sum(pushes) * FRAME_BYTES
    assert UP_HZ == 16_000
