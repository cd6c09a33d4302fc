"""The playout buffer: even, complete, in order, and silent at once when it must be."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import DOWN_HZ
from chimein.core.sound.playout import AHEAD_MS, Finish, Play, Playing, Playout, Step

MS = DOWN_HZ // 1000


def speech(start: int, count: int) -> bytes:
    """So many samples that can be told apart: their own numbers, modulo 2¹⁶."""
    return np.arange(start, start + count).astype(np.uint16).tobytes()


@dataclass
class PatientSpeaker:
    """Plays what it is given, as fast as the test wants it to."""

    playout: Playout
    given: bytearray = field(default_factory=bytearray)
    played: int = 0
    finishes: list[int] = field(default_factory=list)

    def take(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            if isinstance(step, Play):
                assert step.pcm
                self.given += step.pcm
            else:
                self.finishes.append(self.given_samples)

    @property
    def given_samples(self) -> int:
        return len(self.given) // 2

    @property
    def heard(self) -> bytes:
        return bytes(self.given[: self.played * 2])

    def play(self, ms: int) -> None:
        self.played = min(self.given_samples, self.played + ms * MS)
        self.take(self.playout.heard(self.played))

    def silence(self) -> bytes:
        """What has been heard; the rest will never be."""
        heard = self.heard
        self.played = self.given_samples
        self.take(self.playout.heard(self.played))
        return heard


def test_a_burst_of_thirty_seconds_is_handed_on_little_by_little() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    reply = speech(0, 30 * DOWN_HZ)
    speaker.take(playout.push(reply))
    speaker.take(playout.end())
    while playout.is_speaking:
        assert speaker.given_samples - speaker.played <= AHEAD_MS * MS
        speaker.play(20)
    assert speaker.heard == reply
    assert speaker.finishes == [30 * DOWN_HZ]
    assert playout.underruns == 0
    assert playout.state is Playing.DRY


def test_nothing_is_played_before_enough_has_gathered() -> None:
    playout = Playout(start_ms=120)
    assert playout.push(speech(0, 100 * MS)) == ()
    assert playout.state is Playing.GATHERING
    assert not playout.is_speaking
    assert playout.push(speech(0, 20 * MS)) != ()
    assert playout.is_speaking


def test_a_reply_shorter_than_that_is_played_when_it_ends() -> None:
    playout = Playout()
    playout.push(speech(0, 10 * MS))
    play, finish = playout.end()
    assert play == Play(speech(0, 10 * MS))
    assert finish == Finish()


def test_a_reply_without_a_sound_does_nothing() -> None:
    playout = Playout()
    assert playout.end() == ()
    assert playout.state is Playing.DRY


def test_running_dry_within_a_reply_is_an_underrun_once_it_goes_on() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    speaker.take(playout.push(speech(0, 200 * MS)))
    speaker.play(200)
    assert playout.state is Playing.GATHERING
    assert playout.is_speaking
    assert playout.underruns == 0
    speaker.take(playout.push(speech(0, 200 * MS)))
    assert playout.underruns == 1
    speaker.play(100)
    speaker.take(playout.end())
    speaker.play(100)
    assert not playout.is_speaking


def test_an_end_that_comes_after_the_last_sound_was_heard_ends_the_reply() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    speaker.take(playout.push(speech(0, 200 * MS)))
    speaker.play(200)
    speaker.take(playout.end())
    assert not playout.is_speaking
    assert playout.underruns == 0
    assert playout.state is Playing.DRY


def test_interrupt_forgets_what_was_not_heard_and_the_next_reply_is_whole() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    speaker.take(playout.push(speech(0, DOWN_HZ)))
    speaker.play(300)
    assert playout.interrupt() == 700 * MS
    assert not playout.is_speaking
    assert playout.unheard_s == 0
    speaker.silence()
    speaker.take(playout.push(speech(5000, 150 * MS)))
    speaker.take(playout.end())
    assert bytes(speaker.given[-300 * MS :]) == speech(5000, 150 * MS)
    assert playout.is_speaking
    speaker.play(150)
    assert not playout.is_speaking


def test_a_late_report_from_before_the_interruption_counts_for_nothing() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    speaker.take(playout.push(speech(0, DOWN_HZ)))
    speaker.play(100)
    playout.interrupt()
    speaker.take(playout.push(speech(0, 200 * MS)))
    playout.heard(150 * MS)
    assert playout.unheard_s == 0.2


def test_a_new_speaker_gets_what_the_old_one_did_not_let_be_heard() -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    reply = speech(0, DOWN_HZ)
    speaker.take(playout.push(reply))
    speaker.take(playout.end())
    speaker.play(250)
    second = PatientSpeaker(playout)
    second.take(playout.replay())
    while playout.is_speaking:
        second.play(40)
    assert speaker.heard + second.heard == reply
    assert second.finishes == [750 * MS]


def test_half_a_sample_waits_for_its_other_half() -> None:
    playout = Playout()
    pcm = speech(0, 200 * MS)
    speaker = PatientSpeaker(playout)
    speaker.take(playout.push(pcm[:4801]))
    speaker.take(playout.push(pcm[4801:]))
    speaker.take(playout.end())
    assert bytes(speaker.given) == pcm


def test_more_than_anybody_would_listen_to_is_dropped_and_counted() -> None:
    playout = Playout()
    playout.push(bytes(2 * 600 * DOWN_HZ))
    playout.push(bytes(2 * 10))
    assert playout.overflow_samples == 10


pushes = st.tuples(st.just("push"), st.integers(1, 900))
ends = st.tuples(st.just("end"), st.just(0))
plays = st.tuples(st.just("play"), st.integers(1, 500))
silences = st.tuples(st.just("silence"), st.just(0))
deaths = st.tuples(st.just("death"), st.just(0))


@given(st.lists(st.one_of(pushes, ends, plays, deaths), max_size=40))
def test_every_sample_is_heard_once_and_in_order_however_it_comes(story: list[tuple[str, int]]) -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    pushed = 0
    heard = b""
    for what, ms in story:
        if what == "push":
            speaker.take(playout.push(speech(pushed, ms * MS)))
            pushed += ms * MS
        elif what == "end":
            speaker.take(playout.end())
        elif what == "death":
            heard += speaker.heard
            speaker = PatientSpeaker(playout)
            speaker.take(playout.replay())
        else:
            speaker.play(ms)
        assert speaker.given_samples - speaker.played <= AHEAD_MS * MS
    has_tail = playout.unheard_s > 0
    speaker.take(playout.end())
    for _ in range(pushed // MS // 100 + 1):
        speaker.play(100)
    assert heard + speaker.heard == speech(0, pushed)
    assert not playout.is_speaking
    assert playout.state is Playing.DRY
    if has_tail:
        assert speaker.finishes[-1] == speaker.given_samples  # the tail is let go of


@given(st.lists(st.one_of(pushes, ends, plays, silences), max_size=40))
def test_after_an_interruption_only_what_came_later_is_heard(story: list[tuple[str, int]]) -> None:
    playout = Playout()
    speaker = PatientSpeaker(playout)
    pushed = since = given_before = 0
    for what, ms in story:
        if what == "push":
            speaker.take(playout.push(speech(pushed, ms * MS)))
            pushed += ms * MS
        elif what == "end":
            speaker.take(playout.end())
        elif what == "silence":
            playout.interrupt()
            assert not playout.is_speaking
            speaker.silence()
            since, given_before = pushed, speaker.given_samples
        else:
            speaker.play(ms)
        assert speech(since, pushed - since).startswith(bytes(speaker.given[given_before * 2 :]))
