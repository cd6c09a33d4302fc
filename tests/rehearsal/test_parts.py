"""The small pure parts."""

import shutil
import ssl
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import UP_HZ
from chimein.rehearsal.mind import functions
from chimein.rehearsal.service import certificate
from chimein.rehearsal.service.context import Meter
from chimein.rehearsal.sound.recogniser import Recogniser
from chimein.rehearsal.sound.segment import Began, Line, Segmenter
from chimein.rehearsal.sound.voices import VoiceError, say


def noise(length_s: float, level: float) -> bytes:
    return np.random.default_rng(7).normal(0, level, int(length_s * UP_HZ)).astype(np.int16).tobytes()


def test_a_line_begins_and_ends() -> None:
    segmenter = Segmenter(silence_ms=500)
    events = segmenter.push(noise(1.0, 20) + noise(1.0, 3000) + noise(1.0, 20))
    assert [type(event) for event in events] == [Began, Line]
    assert isinstance(events[1], Line)
    assert 1.2 < len(events[1].pcm) / 2 / UP_HZ < 1.9
    assert [events[1].start_s, events[1].end_s] == pytest.approx([1.0, 2.0], abs=0.021)


def test_a_flush_ends_a_line_and_a_click_is_none() -> None:
    segmenter = Segmenter(silence_ms=500)
    segmenter.push(noise(1.0, 20) + noise(0.5, 3000))
    assert segmenter.flush() is not None
    segmenter.push(noise(1.0, 20) + noise(0.06, 3000) + noise(0.3, 20))
    assert segmenter.flush() is None


def test_a_line_says_where_it_stood_however_the_sound_was_cut() -> None:
    segmenter = Segmenter(silence_ms=500)
    lines = []
    for _ in range(3):
        stream = noise(0.5, 20) + noise(1.0, 3000) + noise(0.3, 20)[:-30]
        for at in range(0, len(stream), 2222):
            segmenter.push(stream[at : at + 2222])
        lines.append(segmenter.flush())
    length_s = 1.8 - 15 / UP_HZ
    assert [line and line.start_s for line in lines] == [pytest.approx(0.5 + length_s * n, abs=0.021) for n in range(3)]
    assert [line and line.end_s for line in lines] == [pytest.approx(1.5 + length_s * n, abs=0.021) for n in range(3)]


def test_a_stream_may_begin_in_the_middle_of_a_word() -> None:
    segmenter = Segmenter(silence_ms=500)
    segmenter.push(noise(1.0, 1000) + noise(0.3, 20))
    line = segmenter.flush()
    assert line is not None
    assert line.start_s == 0.0


def test_tokens_of_all_turns_add_up() -> None:
    meter = Meter()
    total = 0
    for _ in range(10):
        meter.heard(1279)  # a little less than one token's worth
        total += meter.turn(vertex=False)["promptTokenCount"]
    assert total == 12790 * 25 // 32000


def test_a_whole_context_is_billed_again() -> None:
    meter = Meter(whole_context=True)
    meter.heard(32000)
    meter.spoken(48000)
    meter.turn(vertex=False)
    meter.heard(32000)
    assert meter.turn(vertex=False)["promptTokenCount"] == 75


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("set a timer for ten minutes", 600), ("set the timer to forty five seconds", 45), ("timer", None)],
)
def test_a_function_is_chosen_by_its_name(line: str, seconds: int | None) -> None:
    schema = {"type": "OBJECT", "properties": {"seconds": {"type": "INTEGER"}}}
    chosen = functions.choose(({"name": "set_timer", "parameters": schema},), [line])
    assert chosen == (None if seconds is None else ("set_timer", {"seconds": seconds}))


def test_the_certificate_stands_a_strict_look(tmp_path: Path) -> None:
    papers = certificate.make(tmp_path)
    context = ssl.create_default_context(cafile=papers.authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(into, out, server_hostname="127.0.0.1")
    server = papers.context().wrap_bio(out, into, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert client.getpeercert()


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite: apt install flite")
def test_it_hears_no_swearing_where_nobody_swore() -> None:
    line = say("Set a timer for five minutes.", "flite:rms", UP_HZ).tobytes()
    heard = Recogniser().readings(line)
    assert heard[0].endswith("timer for five minutes")
    assert not [reading for reading in heard if "shit" in reading]


def test_an_unknown_voice_is_explained() -> None:
    with pytest.raises(VoiceError, match="no voice"):
        say("hello", "nobody", UP_HZ)
