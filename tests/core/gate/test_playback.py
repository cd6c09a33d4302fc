"""The gate beside a speaker: it is told what is played, and does not take it for somebody who talks."""

import numpy as np
import pytest

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples
from chimein.core.gate import Closed, Forward, Gate, Opened
from helpers.rooms import NORMAL, hiss, room, talk


def echoed(played: Samples, db: float, delay_s: float = 0.02) -> Samples:
    """What the microphone catches of it: weaker, late, and with a tail that dies away in 0.4 s."""
    t = np.arange(round(0.3 * UP_HZ)) / UP_HZ
    tail = np.random.default_rng(5).normal(size=len(t)) * 10 ** (-3 * t / 0.4) * 0.02
    tail[0] = 1.0
    wet = np.convolve(played, np.concatenate([np.zeros(round(delay_s * UP_HZ)), tail]))[: len(played)]
    return np.asarray(np.rint(wet * 10 ** (db / 20)), dtype=np.int16)


def sent_while(
    sound: Samples, played: Samples | None, begin_s: float, end_s: float, frames: int = 5, *, is_in_time: bool = False
) -> float:
    """Seconds of this stretch that go up when the gate is told what is played."""
    gate, size = Gate(NORMAL), frames * FRAME_SAMPLES
    sent = np.zeros(len(sound), dtype=np.bool_)
    is_open, frame = False, 0
    for at in range(0, len(sound), size):
        told = None if played is None else played[at : at + size]
        for item in gate.push(sound[at : at + size], told, is_in_time=is_in_time).items:
            match item:
                case Opened(frame):
                    is_open = True
                case Forward(pcm):
                    sent[frame * FRAME_SAMPLES : frame * FRAME_SAMPLES + len(pcm) // 2] = True
                    frame += len(pcm) // 640
                case Closed():
                    is_open = False
    assert is_open is gate.is_open
    return float(sent[round(begin_s * UP_HZ) : round(end_s * UP_HZ)].sum()) / UP_HZ


SAID = room((2.0, talk(16.0, -24, seed=4)), seconds=20.0, floor_dbfs=-99.0)


@pytest.mark.parametrize("coupling_db", [-4, -14, -30])
@pytest.mark.parametrize("early_s", [-0.02, 0.0, 0.1])
def test_the_own_voice_stays_here_when_the_gate_is_told_of_it(coupling_db: int, early_s: float) -> None:
    sound = hiss(20.0, -65) + echoed(SAID, coupling_db)
    told = np.roll(SAID, -round(early_s * UP_HZ))
    assert sent_while(sound, None, 2.0, 18.0) > 14.0
    assert sent_while(sound, told, 0.0, 20.0) == 0.0
    assert sent_while(sound, told, 0.0, 20.0, frames=3) == 0.0


@pytest.mark.parametrize("coupling_db", [-4, -30])
@pytest.mark.parametrize("early_s", [0.0, 0.04])
def test_also_where_the_telling_is_known_to_be_in_time(coupling_db: int, early_s: float) -> None:
    sound = hiss(20.0, -65) + echoed(SAID, coupling_db)
    told = np.roll(SAID, -round(early_s * UP_HZ))
    assert sent_while(sound, told, 0.0, 20.0, is_in_time=True) == 0.0


def chords(seconds: float, dbfs: float) -> Samples:
    """Music has no pauses: three notes at a time, a new chord twice a second, each dying away."""
    at_s = np.arange(round(seconds * UP_HZ)) / UP_HZ
    root = 220 * 2 ** (np.random.default_rng(2).integers(0, 12, round(2 * seconds) + 1)[(2 * at_s).astype(int)] / 12)
    partials = [np.sin(2 * np.pi * root * at_s * step) for step in (1, 1.26, 1.5, 2, 3, 4, 5)]
    sound = np.sum(partials, axis=0) * np.exp(-(at_s % 0.5) / 0.5)
    return np.asarray(sound * (10 ** (dbfs / 20) * 32768 / sound.std()), dtype=np.int16)


def test_across_music_more_is_heard_of_somebody_where_the_telling_is_in_time() -> None:
    music = chords(24.0, -24)
    sound = hiss(24.0, -65) + echoed(music, -26)  # a canceller has been at it
    begin = 14 * UP_HZ
    sound[begin : begin + 5 * UP_HZ] += talk(5.0, -40, seed=9)
    assert sent_while(sound, music, 0.0, 13.0, is_in_time=True) == 0.0
    in_time, about = (sent_while(sound, music, 14.0, 19.0, is_in_time=known) for known in (True, False))
    assert in_time > about + 0.5


def test_somebody_near_is_heard_across_the_own_voice() -> None:
    sound = hiss(20.0, -65) + echoed(SAID, -14)
    begin = round(10.2 * UP_HZ)  # not in step with the other's syllables
    sound[begin : begin + 3 * UP_HZ] += talk(3.0, -24, seed=9)
    assert sent_while(sound, SAID, 10.2, 12.9) >= 0.92 * 2.7
    assert sent_while(sound, SAID, 0.0, 9.0) == 0.0


def test_somebody_near_is_heard_from_the_second_second_of_a_gate_that_knows_nothing() -> None:
    sound = hiss(20.0, -65) + echoed(SAID, -34)  # a canceller has been at it
    begin = round(3.2 * UP_HZ)
    sound[begin : begin + 3 * UP_HZ] += talk(3.0, -40, seed=9)
    assert sent_while(sound, SAID, 3.2, 5.9, is_in_time=True) >= 0.92 * 2.7


def test_what_a_canceller_leaves_of_a_long_tail_is_no_talk() -> None:
    """In a room that rings for 0.9 s it cuts deep into what is played, and much less into what follows it."""
    seconds, begins = 60.0, np.arange(2.0, 56.0, 3.5)
    played = room(*((at_s, talk(2.4, -24, seed=int(at_s))) for at_s in begins), seconds=seconds, floor_dbfs=-99.0)
    tail = np.random.default_rng(5).normal(size=UP_HZ) * 10 ** (-3 * np.arange(UP_HZ) / UP_HZ / 0.9)
    size = 1 << (len(played) + UP_HZ).bit_length()
    spectrum = np.fft.rfft(played, size) * np.fft.rfft(tail / np.sqrt(np.sum(tail**2)), size)
    echo = np.fft.irfft(spectrum, size)[: len(played)]
    is_played = np.convolve(np.abs(played) > 30, np.ones(UP_HZ // 10), "full")[: len(played)] > 0
    left = np.rint(echo * np.where(is_played, 10 ** (-36 / 20), 10 ** (-24 / 20))).astype(np.int16)
    assert sent_while(hiss(seconds, -65) + left, played, 12.0, seconds, is_in_time=True) == 0.0


def test_the_rooms_noise_which_a_canceller_takes_and_gives_back_is_no_talk() -> None:
    """It comes back when the own voice pauses, over some frames and unevenly: as words do."""
    sound, frame = hiss(40.0, -55).astype(float), UP_HZ // 50
    begins = np.arange(4.0, 38.0, 3.3)
    played = room(*((at_s, talk(2.8, -24, seed=4)) for at_s in begins), seconds=40.0, floor_dbfs=-99.0)
    taken = np.convolve(np.abs(played) > 30, np.ones(20 * frame), "full")[: len(played)] > 0
    restless = np.random.default_rng(3).uniform(0.0, 16.0, len(taken) // frame).repeat(frame)  # dB
    sound *= np.where(taken, 10 ** (-(8 + restless) / 20), 1.0)
    assert sent_while(sound.astype(np.int16), played, 5.0, 40.0, is_in_time=True) == 0.0


def test_when_the_own_voice_ends_the_room_is_heard_as_before() -> None:
    sound = hiss(20.0, -65) + echoed(SAID, -4)
    sound[int(18.6 * UP_HZ) : 20 * UP_HZ] += talk(1.4, -45, seed=9)
    assert sent_while(sound, SAID, 18.6, 19.8) >= 1.15


def test_what_was_played_is_as_long_as_what_was_heard() -> None:
    with pytest.raises(ValueError, match="as long as"):
        Gate(NORMAL).push(np.zeros(640, np.int16), np.zeros(320, np.int16))
