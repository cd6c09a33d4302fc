"""What waits to go up comes out in order, in chunks the service likes, and never late."""

from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, UP_HZ
from chimein.core.uplink import CHUNK_BYTES, Speech, StreamEnd, Uplink

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
    uplink.answered()
    uplink.say(frames(5, 3))
    uplink.rewind()
    assert b"".join(item.pcm for item in drained(uplink) if isinstance(item, Speech)) == frames(5, 2) + frames(5, 3)


def test_an_answered_sentence_does_not_go_up_again() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5))
    uplink.end()
    drained(uplink)
    uplink.answered()
    uplink.rewind()
    assert uplink.is_empty


def test_who_is_answered_while_he_talks_loses_no_more_than_what_was_answered() -> None:
    uplink = Uplink(15)
    uplink.say(frames(100, 1) + frames(50, 2))
    drained(uplink)
    uplink.answered()
    uplink.rewind()
    assert drained(uplink)[-1] == Speech(frames(5, 2), is_repeat=True)
    assert uplink.waiting_s == 0


def test_nothing_goes_up_three_times() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5))
    for times in (1, 2):
        assert len(drained(uplink)) == 1, times
        uplink.rewind()
    assert uplink.is_empty


def test_what_a_handle_stands_for_does_not_go_up_again() -> None:
    uplink = Uplink(15)
    uplink.say(frames(5, 1))
    drained(uplink)
    uplink.kept()
    uplink.say(frames(5, 2))
    drained(uplink)
    uplink.rewind()
    assert b"".join(item.pcm for item in drained(uplink) if isinstance(item, Speech)) == frames(5, 2)


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
