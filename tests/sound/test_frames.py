"""The framing of the pipes: whole messages, whatever the pieces they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.sound import frames
from chimein.sound.frames import Garbled, Kind, Report, Sound, Unpacker


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=200))), st.integers(1, 50))
def test_messages_come_out_as_they_went_in(messages: list[tuple[Kind, bytes]], piece: int) -> None:
    stream = b"".join(frames.pack(kind, payload) for kind, payload in messages)
    unpacker = Unpacker()
    came = [message for at in range(0, len(stream), piece) for message in unpacker.feed(stream[at : at + piece])]
    assert came == messages


def test_sound_and_report_travel_unchanged() -> None:
    sound = Sound(12.5, 7, b"\1\2" * 320)
    report = Report(1 << 40, 3, is_idle=True)
    ((_, first), (_, second)) = Unpacker().feed(sound.pack() + report.pack())
    assert Sound.unpack(first) == sound
    assert Report.unpack(second) == report


@pytest.mark.parametrize("noise", [b"ALSA lib pcm.c:2666", b"\xff\0\0\0\0\0\0\0"])
def test_what_is_not_a_frame_is_refused(noise: bytes) -> None:
    with pytest.raises(Garbled):
        Unpacker().feed(noise)


def test_wiping_forgets_half_a_message() -> None:
    unpacker = Unpacker()
    unpacker.feed(frames.pack(Kind.READY, b"name")[:-1])
    unpacker.wipe()
    assert unpacker.feed(frames.pack(Kind.GO)) == [(Kind.GO, b"")]
