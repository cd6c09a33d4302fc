"""The gate as its owner sees it: a room is heard, and what goes up is looked at."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.core.audio import FRAME_SAMPLES, SILENCE_DBFS, UP_HZ, Samples
from chimein.core.gate import Closed, Forward, Gate, GateStep, Item, Opened, Sensitivity
from chimein.core.gate.replay import replay


@dataclass(frozen=True)
class Settings:
    enabled: bool = True
    sensitivity: Sensitivity = "normal"
    preroll_ms: int = 500
    hangover_ms: int = 700


NORMAL = Settings()


def hiss(seconds: float, dbfs: float, seed: int = 1) -> Samples:
    """Steady white noise."""
    noise = np.random.default_rng(seed).normal(size=round(seconds * UP_HZ)) * 32768 * 10 ** (dbfs / 20)
    return np.asarray(np.clip(np.rint(noise), -32768, 32767), dtype=np.int16)


def talk(seconds: float, dbfs: float, seed: int = 2) -> Samples:
    """A buzz with a gliding pitch of about 120 Hz, two syllables a second: a talker, to the gate."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    pitch = 120 + 15 * np.sin(2 * np.pi * 0.7 * t + seed)
    phase = np.cumsum(2 * np.pi * pitch / UP_HZ)
    buzz = sum((np.sin(k * phase) / k**0.7 for k in range(1, 30)), np.zeros(len(t)))
    sound = buzz * np.maximum(np.sin(2 * np.pi * 2.0 * t), 0.0) ** 0.5
    sound *= 10 ** (dbfs / 20) / np.sqrt(np.mean(sound**2))
    return np.asarray(np.clip(np.rint(sound * 32768), -32768, 32767), dtype=np.int16)


def click(dbfs: float = -10.0) -> Samples:
    """Ten milliseconds of noise that die away."""
    t = np.arange(UP_HZ // 50) / UP_HZ
    noise = np.random.default_rng(7).normal(size=len(t)) * np.exp(-t / 0.003)
    return np.asarray(noise / np.abs(noise).max() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def room(*parts: tuple[float, Samples], seconds: float, floor_dbfs: float = -65.0) -> Samples:
    """Hiss, and sounds that begin at their seconds."""
    sound = hiss(seconds, floor_dbfs).astype(np.int32)
    for at_s, part in parts:
        at = round(at_s * UP_HZ)
        end = min(len(sound), at + len(part))
        sound[at:end] += part[: end - at]
    return np.clip(sound, -32768, 32767).astype(np.int16)


def through(gate: Gate, sound: Samples, frames: int = 5) -> list[GateStep]:
    size = frames * FRAME_SAMPLES
    return [gate.push(sound[at : at + size]) for at in range(0, len(sound), size)]


def joined(steps: list[GateStep]) -> list[Item]:
    """The items, with sound that follows sound put into one piece."""
    items: list[Item] = []
    for item in (item for step in steps for item in step.items):
        if isinstance(item, Forward) and items and isinstance(items[-1], Forward):
            items[-1] = Forward(items[-1].pcm + item.pcm)
        else:
            items.append(item)
    return items


def sent_s(sound: Samples, begin_s: float, end_s: float, of: Settings = NORMAL) -> float:
    """Seconds of this stretch that went up."""
    return sum(max(0.0, min(end, end_s) - max(start, begin_s)) for start, end in replay(sound, of).intervals)


# --- what goes up


def test_a_talker_goes_up_with_the_preroll_and_the_hangover() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=8.0)
    opened, sent, closed = joined(through(Gate(NORMAL), sound))
    assert isinstance(opened, Opened)
    assert isinstance(sent, Forward)
    assert isinstance(closed, Closed)
    assert 2.4 <= opened.frame * 0.02 <= 3.0
    assert 5.3 <= closed.frame * 0.02 <= 6.4
    assert sent.pcm == sound[opened.frame * FRAME_SAMPLES : closed.frame * FRAME_SAMPLES].tobytes()


def test_the_first_word_is_not_taken_for_the_room() -> None:
    assert sent_s(room((0.1, talk(1.4, -35)), seconds=4.0), 0.1, 1.4) == pytest.approx(1.3)


def test_talk_out_of_digital_silence_is_heard() -> None:
    sound = np.concatenate([np.zeros(UP_HZ, np.int16), talk(1.9, -40), np.zeros(UP_HZ, np.int16)])
    assert sent_s(sound, 1.0, 2.7) == pytest.approx(1.7)


@pytest.mark.parametrize("dbfs", [-70.0, -55.0, -40.0, -25.0])
def test_steady_noise_costs_nothing(dbfs: float) -> None:
    assert replay(hiss(20.0, dbfs), NORMAL).sent_s == 0.0


def test_a_click_costs_a_second_at_the_most_and_mostly_nothing() -> None:
    sound = room(*((3.0 + 2.1 * n, click()) for n in range(8)), seconds=22.0)
    assert replay(sound, NORMAL).sent_s <= 3.0


def struck(seconds: float, dbfs: float, seed: int) -> Samples:
    """A pot: seven modes that die away over half a second or more, after a knock."""
    make = np.random.default_rng(seed)
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    sound = 0.3 * make.normal(size=len(t)) * np.exp(-t / 0.008)
    for hz, decay_s in zip(np.exp(make.uniform(np.log(350), np.log(4500), 7)), make.uniform(0.1, 0.9, 7), strict=True):
        sound += make.uniform(0.3, 1.0) * np.sin(2 * np.pi * hz * t) * np.exp(-t / decay_s)
    return np.asarray(sound / np.abs(sound).max() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def test_most_pots_that_ring_are_known_for_pots() -> None:
    """Their pitch is steadier than any voice's; but for how they die away, eleven of twelve would pass."""
    sound = room(*((3.0 + 3.0 * n, struck(1.6, -8.0 - n, seed=n)) for n in range(12)), seconds=40.0)
    heard = replay(sound, NORMAL)
    assert len(heard.intervals) <= 6
    assert heard.sent_s <= 10.0


def whisper(seconds: float, dbfs: float) -> Samples:
    """Four breaths a second, none with a voice in it."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    breath = np.random.default_rng(4).normal(size=len(t)) * np.maximum(np.sin(2 * np.pi * 2.0 * t) ** 2, 0.01)
    return np.asarray(breath / breath.std() * 32768 * 10 ** (dbfs / 20)).astype(np.int16)


def test_a_whisper_goes_up_to_its_end() -> None:
    assert sent_s(room((3.0, whisper(4.0, -44)), seconds=10.0), 3.0, 7.0) >= 3.9


def test_a_hood_switched_on_is_learned_and_talked_over() -> None:
    sound = room((5.0, hiss(25.0, -40, seed=3)), (20.0, talk(3.0, -30)), seconds=30.0)
    assert sent_s(sound, 4.0, 19.0) <= 1.5
    assert sent_s(sound, 20.0, 22.7) == pytest.approx(2.7)


def test_a_jump_of_the_level_shuts_nothing_for_good() -> None:
    """An automatic gain that goes 20 dB down and up again."""
    sound = room((2.0, talk(2.0, -25)), (10.0, talk(2.0, -25)), (18.0, talk(2.0, -25)), seconds=24.0, floor_dbfs=-50)
    sound[8 * UP_HZ : 16 * UP_HZ] //= 10
    for at_s in (2.0, 10.0, 18.0):
        assert sent_s(sound, at_s, at_s + 1.7) >= 1.65
    assert replay(sound, NORMAL).sent_s <= 11.0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-30, 15), min_size=1, max_size=5))
def test_whatever_the_level_does_talk_is_heard_three_seconds_later(gains_db: list[int]) -> None:
    """Stays of six seconds, each at a level of its own, each with somebody talking in its second half."""
    stay = room((3.0, talk(2.0, -32)), seconds=6.0, floor_dbfs=-52.0) / 32768
    scene = np.concatenate([stay * 10 ** (gain_db / 20) for gain_db in gains_db])
    sound = np.clip(np.rint(scene * 32768), -32768, 32767).astype(np.int16)
    for number in range(len(gains_db)):
        assert sent_s(sound, 6.0 * number + 3.0, 6.0 * number + 4.7) >= 1.65


@pytest.mark.parametrize("gain_db", [-25, 0, 14])
def test_a_quiet_microphone_hears_what_a_loud_one_hears(gain_db: int) -> None:
    """14 dB of gain too much: the talker is clipped."""
    sound = room((3.0, talk(2.0, -22)), (7.0, hiss(3.0, -30, seed=3)), seconds=12.0, floor_dbfs=-55.0)
    scaled = np.clip(np.rint(sound * 10 ** (gain_db / 20)), -32768, 32767).astype(np.int16)
    assert sent_s(scaled, 3.0, 4.7) == pytest.approx(1.7)
    assert sent_s(scaled, 6.0, 12.0) == 0.0


def test_offset_and_rumble_are_not_heard() -> None:
    """Neither holds the gate open, nor do they hide a talker."""
    sound = room((6.0, talk(2.0, -40)), seconds=12.0)
    t = np.arange(len(sound)) / UP_HZ
    shaken = (sound + 300 + 600 * np.sin(2 * np.pi * 23 * t) * (1 + np.sin(2 * np.pi * 0.3 * t))).astype(np.int16)
    assert sent_s(shaken, 0.0, 5.0) == 0.0
    assert sent_s(shaken, 6.0, 7.7) == pytest.approx(1.7)
    assert sent_s(shaken, 9.0, 12.0) == 0.0


def test_sensitivity_is_one_dial() -> None:
    """A voice that fades into the noise goes up for longer, the higher it is set."""
    fading = room(*((2.0 + 4 * n, talk(2.0, -38.0 - 2 * n)) for n in range(9)), seconds=40.0, floor_dbfs=-48.0)
    low, normal, high = (replay(fading, Settings(sensitivity=each)).sent_s for each in ("low", "normal", "high"))
    assert 0 < low < normal < high


def test_preroll_and_hangover_are_as_set() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=9.0)
    ((start, end),) = replay(sound, NORMAL).intervals
    ((longer_start, longer_end),) = replay(sound, replace(NORMAL, preroll_ms=900, hangover_ms=1500)).intervals
    assert start - longer_start == pytest.approx(0.4)
    assert longer_end - end == pytest.approx(0.8)


# --- the second stage


class Opinionated:
    """Hears what it is given, and says what it was made to say."""

    def __init__(self, likelihood: float) -> None:
        self.likelihood = likelihood
        self.heard = bytearray()
        self.forgets = 0

    def hear(self, pcm: bytes) -> float:
        self.heard += pcm
        return self.likelihood

    def forget(self) -> None:
        self.forgets += 1


def test_a_second_stage_may_say_no_to_what_is_loud() -> None:
    sound = room((3.0, talk(2.0, -35)), seconds=8.0)
    assert replay(sound, NORMAL, Opinionated(0.5)).intervals == replay(sound, NORMAL).intervals
    assert replay(sound, NORMAL, Opinionated(0.01)).intervals == ()


def test_a_second_stage_has_no_word_about_what_is_faint() -> None:
    sound = room((3.0, talk(2.0, -66)), seconds=8.0)
    assert replay(sound, NORMAL, Opinionated(0.01)).intervals == replay(sound, NORMAL).intervals != ()


def test_a_second_stage_hears_only_what_stands_out_and_what_was_before() -> None:
    judge = Opinionated(0.5)
    sound = room((3.0, talk(2.0, -35)), seconds=60.0)
    replay(sound, NORMAL, judge)
    assert bytes(judge.heard) in sound.tobytes()
    assert 2 * UP_HZ * 2 <= len(judge.heard) <= 7 * UP_HZ * 2  # the room is not known before 2.4 s
    assert judge.forgets == 1


def test_a_wiped_gate_has_the_second_stage_forget_too() -> None:
    for forget in (Gate.wipe, Gate.pause):
        judge = Opinionated(0.5)
        gate = Gate(NORMAL, judge)
        through(gate, room((1.0, talk(2.0, -30)), seconds=2.2))
        forget(gate)
        assert judge.forgets == 1


# --- how it is said


SCENE = room((0.5, talk(1.5, -35)), (3.5, talk(1.2, -30)), (4.9, np.zeros(UP_HZ, np.int16)), seconds=8.0)
SCENE[6 * UP_HZ : 7 * UP_HZ] = 0  # muted in hardware, for a second
WHOLE = {enabled: joined(through(Gate(Settings(enabled=enabled)), SCENE)) for enabled in (True, False)}


@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_it_makes_no_difference_how_the_sound_is_cut(enabled: bool, cuts: list[int]) -> None:
    gate, at = Gate(Settings(enabled=enabled)), 0
    steps: list[GateStep] = []
    while at < len(SCENE):
        size = cuts[len(steps) % len(cuts)] * FRAME_SAMPLES
        steps.append(gate.push(SCENE[at : at + size]))
        at += size
    assert joined(steps) == WHOLE[enabled]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["talk", "hiss", "zeros", "loud"]), min_size=1, max_size=8), st.booleans())
def test_what_goes_up_is_the_rooms_own_sound_in_order(scene: list[str], enabled: bool) -> None:
    """Opened and Closed take turns, their frames say exactly what lies between them, nothing goes up twice."""
    makes = {
        "talk": talk(0.8, -30),
        "hiss": hiss(0.9, -60),
        "zeros": np.zeros(UP_HZ, np.int16),
        "loud": hiss(0.5, -20),
    }
    sound = np.concatenate([makes[name] for name in scene])
    at, is_open = 0, False
    for item in joined(through(Gate(Settings(enabled=enabled)), sound, frames=4)):
        match item:
            case Opened(frame):
                assert not is_open
                assert frame * FRAME_SAMPLES >= at
                at, is_open = frame * FRAME_SAMPLES, True
            case Forward(pcm):
                assert is_open
                assert sound[at : at + len(pcm) // 2].tobytes() == pcm
                at += len(pcm) // 2
            case Closed(frame):
                assert is_open
                assert frame * FRAME_SAMPLES == at
                is_open = False


def test_chunks_are_20_to_100_ms() -> None:
    for step in through(Gate(NORMAL), SCENE, frames=50):
        assert all(640 <= len(item.pcm) <= 3200 for item in step.items if isinstance(item, Forward))


def test_while_open_sound_goes_on_at_once() -> None:
    gate = Gate(NORMAL)
    through(gate, room((1.0, talk(2.0, -30)), seconds=2.3))
    assert gate.is_open
    frame = hiss(0.02, -60)
    assert gate.push(frame).forward == frame.tobytes()


def test_a_step_says_in_short_what_its_items_say() -> None:
    steps = through(Gate(NORMAL), room((1.0, talk(2.0, -30)), seconds=6.0))
    assert [step.opened for step in steps].count(True) == 1
    assert [step.closed for step in steps].count(True) == 1
    opened = next(step for step in steps if step.opened)
    assert opened.is_open
    assert len(opened.forward) >= 2 * 8000


def test_levels_are_those_of_the_room() -> None:
    step = through(Gate(NORMAL), hiss(4.0, -50))[-1]
    assert step.level_dbfs == pytest.approx(-50, abs=2)  # the seventh above 7 kHz is not heard
    assert step.level_dbfs - 8 < step.floor_dbfs < step.level_dbfs < step.threshold_dbfs < step.level_dbfs + 8


def test_only_whole_frames() -> None:
    for wrong in (np.zeros(319, np.int16), np.zeros(0, np.int16), np.zeros((320, 2), np.int16)):
        with pytest.raises(ValueError, match="whole frames"):
            Gate(NORMAL).push(wrong)


# --- the own voice


def echoed(played: Samples, db: float, delay_s: float = 0.02) -> Samples:
    """What the microphone catches of it: weaker, late, and with a tail that dies away in 0.4 s."""
    t = np.arange(round(0.3 * UP_HZ)) / UP_HZ
    tail = np.random.default_rng(5).normal(size=len(t)) * 10 ** (-3 * t / 0.4) * 0.02
    tail[0] = 1.0
    wet = np.convolve(played, np.concatenate([np.zeros(round(delay_s * UP_HZ)), tail]))[: len(played)]
    return np.asarray(np.rint(wet * 10 ** (db / 20)), dtype=np.int16)


def sent_while(sound: Samples, played: Samples | None, begin_s: float, end_s: float, frames: int = 5) -> float:
    """Seconds of this stretch that go up when the gate is told what is played."""
    gate, size = Gate(NORMAL), frames * FRAME_SAMPLES
    sent = np.zeros(len(sound), dtype=np.bool_)
    is_open, frame = False, 0
    for at in range(0, len(sound), size):
        told = None if played is None else played[at : at + size]
        for item in gate.push(sound[at : at + size], told).items:
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


def test_somebody_near_is_heard_across_the_own_voice() -> None:
    sound = hiss(20.0, -65) + echoed(SAID, -14)
    begin = round(10.2 * UP_HZ)  # not in step with the other's syllables
    sound[begin : begin + 3 * UP_HZ] += talk(3.0, -24, seed=9)
    assert sent_while(sound, SAID, 10.2, 12.9) >= 0.92 * 2.7
    assert sent_while(sound, SAID, 0.0, 9.0) == 0.0


def test_when_the_own_voice_ends_the_room_is_heard_as_before() -> None:
    sound = hiss(20.0, -65) + echoed(SAID, -4)
    sound[int(18.6 * UP_HZ) : 20 * UP_HZ] += talk(1.4, -45, seed=9)
    assert sent_while(sound, SAID, 18.6, 19.8) >= 1.15


def test_what_was_played_is_as_long_as_what_was_heard() -> None:
    with pytest.raises(ValueError, match="as long as"):
        Gate(NORMAL).push(np.zeros(640, np.int16), np.zeros(320, np.int16))


# --- disabled, muted, wiped


def test_disabled_everything_goes_up() -> None:
    sound = room((1.0, talk(1.0, -30)), seconds=4.0)
    gate = Gate(Settings(enabled=False))
    steps = through(gate, sound)
    opened, sent = joined(steps)
    assert opened == Opened(0)
    assert isinstance(sent, Forward)
    assert sent.pcm == sound.tobytes()
    assert steps[-1].level_dbfs == pytest.approx(-65, abs=2)


@pytest.mark.parametrize("enabled", [True, False])
def test_exact_zeros_are_a_mute_in_hardware(enabled: bool) -> None:
    gate = Gate(Settings(enabled=enabled))
    through(gate, room((0.5, talk(2.0, -30)), seconds=2.2))
    assert gate.is_open
    steps = through(gate, np.zeros(2 * UP_HZ, np.int16))
    assert [step.hardware_muted for step in steps[:7]] == [False] * 4 + [True] * 3
    assert [step.closed for step in steps].index(True) == 4
    assert not any(step.forward for step in steps[5:])
    assert steps[-1].level_dbfs == SILENCE_DBFS
    back = gate.push(hiss(0.1, -65))
    assert not back.hardware_muted
    assert back.opened != enabled


def test_quiet_is_not_muted() -> None:
    assert not through(Gate(NORMAL), hiss(2.0, -90))[-1].hardware_muted


def test_nothing_heard_before_a_wipe_goes_up_after_it() -> None:
    """Not even a frame that had not been judged yet."""
    sound = room((1.0, talk(3.0, -30)), seconds=5.0)
    for cut in range(FRAME_SAMPLES, 3 * UP_HZ, 37 * FRAME_SAMPLES):
        gate = Gate(NORMAL)
        gate.push(sound[:cut])
        gate.wipe()
        assert not gate.is_open
        assert joined(through(gate, sound[cut:])) == joined(through(Gate(NORMAL), sound[cut:]))


def test_a_phrase_without_a_pause_loses_nothing_of_its_beginning() -> None:
    """Seven tenths of one gliding vowel do not fall: the gate knows late, and has to reach back to where it began."""
    t = np.arange(int(0.7 * UP_HZ)) / UP_HZ
    pitch = np.cumsum(120 + 30 * t) / UP_HZ
    vowel = sum(np.sin(2 * np.pi * k * pitch) / k for k in range(1, 25))
    sung = (3000 * np.asarray(vowel)).astype(np.int16)
    sound = room((3.0, np.concatenate([sung, talk(1.5, -20)])), seconds=7.0)
    steps = joined(through(Gate(NORMAL), sound))
    opened = next(item for item in steps if isinstance(item, Opened))
    assert opened.frame * FRAME_SAMPLES / UP_HZ <= 3.02
