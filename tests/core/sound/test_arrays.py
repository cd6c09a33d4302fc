"""Which channel of an array is heard: known arrays by their row, unknown ones by how their channels behave."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chimein.core.audio import UP_HZ, Samples
from chimein.core.errors import MicrophoneError
from chimein.core.sound.arrays import ARRAYS, Mix, One, Pick, known_array, pick
from chimein.core.sound.chooser import Chooser
from chimein.core.sound.heard import Heard, Why, found_before

BLOCK = 1280
PROCESSED, BARE, LOOPBACK, DEAD, HUM, CUT = "processed", "bare", "loopback", "dead", "hum", "cut"


def kitchen(order: tuple[str, ...], seconds: float = 12.0, *, seed: int = 0, plays: bool = False) -> Samples:
    """An array in a room where somebody says a word every second; `plays`: and the speaker talks, from 6 s to 9 s."""
    rng = np.random.default_rng(seed)
    length = round(16_000 * seconds)
    at_s = np.arange(length) / 16_000
    words = 2000 * rng.standard_normal(length) * (at_s % 1.0 < 0.4) * (at_s > 0.5)
    played = 8000 * rng.standard_normal(length) * ((at_s > 6) & (at_s < 9) & (at_s % 0.5 < 0.3)) * plays
    made: dict[str, Callable[[], NDArray[np.float64]]] = {
        PROCESSED: lambda: words + 0.05 * played + 12 * rng.standard_normal(length),
        BARE: lambda: words + 0.5 * played + 40 * rng.standard_normal(length),
        LOOPBACK: lambda: played,
        DEAD: lambda: np.zeros(length),
        HUM: lambda: 3000 * np.sign(np.sin(2 * np.pi * 50 * at_s)) * (rng.random(length // 800 + 1) > 0.5)[
            np.arange(length) // 800
        ] + rng.standard_normal(length),
    }  # fmt: skip
    return np.stack([made[kind]().clip(-32_768, 32_767) for kind in order], axis=1).astype(np.int16)


def heard(chooser: Chooser, sound: Samples) -> list[int]:
    """The channel heard, block by block."""
    numbers = []
    for at in range(0, len(sound), BLOCK):
        mono = chooser.mono(sound[at : at + BLOCK])
        numbers.append(chooser.number)
        assert np.array_equal(mono, sound[at : at + BLOCK, chooser.number])
    return numbers


@pytest.mark.parametrize(
    ("usb_id", "name", "channels", "number"),
    [
        ("2886:0018", "whatever", 6, 0),
        ("2886:0018", "whatever", 1, 0),
        ("2886:001a", "whatever", 2, 0),
        ("2886:001a", "whatever", 6, 0),
        ("0b0e:0412", "whatever", 2, 0),
        (None, "ReSpeaker 4 Mic Array (UAC1.0): USB Audio (hw:1,0)", 6, 0),
        (None, "Jabra SPEAK 510 USB: Audio (hw:2,0)", 1, 0),
    ],
)
def test_the_processed_channel_of_a_known_array(usb_id: str | None, name: str, channels: int, number: int) -> None:
    picked = pick("auto", channels, known_array(usb_id, name, None))
    assert picked.number == number
    assert picked.why is (Why.ONLY if channels == 1 else Why.KNOWN)


def test_a_usb_id_counts_more_than_a_name() -> None:
    array = known_array("2886:001a", "ReSpeaker something new", None)
    assert array is not None
    assert array.name == "ReSpeaker XVF3800"
    assert known_array("1234:5678", "HD Webcam", "Webcam") is None


def test_rows_name_channels_that_exist() -> None:
    for array in ARRAYS:
        for table in (array.processed, array.loopback):
            assert all(0 <= number < channels for channels, number in table.items())


def test_a_number_and_a_mix() -> None:
    assert isinstance(pick("4", 6), One)
    with pytest.raises(MicrophoneError, match=r"microphone\.channel is 6, but the device's channels are 0 to 5"):
        pick("6", 6)
    block = np.arange(12, dtype=np.int16).reshape(2, 6)
    assert pick("mix", 6).mono(block).tolist() == [2, 8]  # of 2.5 and 8.5, to even
    without_loopback: Pick = pick("mix", 6, known_array("2886:0018", "", None))
    assert isinstance(without_loopback, Mix)
    assert without_loopback.mono(block).tolist() == [2, 8]  # of 2 and 8


@settings(deadline=None, max_examples=12)
@given(order=st.permutations([PROCESSED, BARE, BARE, BARE, LOOPBACK, DEAD]), seed=st.integers(0, 99))
def test_an_unknown_order_of_channels_is_found_out(order: list[str], seed: int) -> None:
    numbers = heard(Chooser(6, UP_HZ), kitchen(tuple(order), seed=seed, plays=True))
    assert all(order[number] in (PROCESSED, BARE) for number in numbers), "not for a moment"
    assert order[numbers[-1]] == PROCESSED


def test_a_loose_wire_is_not_heard() -> None:
    numbers = heard(Chooser(4, UP_HZ), kitchen((HUM, BARE, BARE, BARE)))
    assert numbers[-1] != 0


def test_channels_that_are_alike_stay_as_they_are() -> None:
    assert set(heard(Chooser(2, UP_HZ), kitchen((BARE, BARE)))) == {0}


def test_a_stereo_microphone_with_one_dead_side() -> None:
    assert set(heard(Chooser(2, UP_HZ), kitchen((DEAD, BARE)))) == {1}


def test_a_muted_channel_is_muted_and_nobody_looks_for_another() -> None:
    sound = kitchen((PROCESSED, BARE, BARE), 30.0)
    sound[10 * 16_000 :, 0] = 0
    assert set(heard(Chooser(3, UP_HZ), sound)) == {0}


def test_after_a_mute_the_same_channel_is_heard_again() -> None:
    sound = kitchen((PROCESSED, BARE, BARE), 40.0)
    sound[10 * 16_000 : 20 * 16_000, 0] = 0
    assert set(heard(Chooser(3, UP_HZ), sound)) == {0}


def echoing(order: tuple[str, ...], seconds: float, *, rate_hz: int, noise: float) -> Samples:
    """An array beside its speaker, which talks first: everybody else hears that 12 ms later, the processed one least.

    `noise`: of the loopback's own wires.
    """
    rng = np.random.default_rng(7)
    length = round(rate_hz * seconds)
    at_s = np.arange(length) / rate_hz
    played = 6000 * rng.standard_normal(length) * (at_s % 10 < 4) * (at_s % 0.7 < 0.45)
    words = 2000 * rng.standard_normal(length) * (at_s % 10 > 5) * (at_s % 0.9 < 0.5)
    late = np.concatenate([np.zeros(round(0.012 * rate_hz)), played])[:length]
    wires = noise * (rng.standard_normal(length) + 8 * np.sin(2 * np.pi * 50 * at_s))
    made: dict[str, Callable[[], NDArray[np.float64]]] = {
        PROCESSED: lambda: words + 0.03 * late + 12 * rng.standard_normal(length),
        BARE: lambda: 0.6 * words + 0.5 * late + 30 * rng.standard_normal(length),
        LOOPBACK: lambda: played + wires,
        DEAD: lambda: np.zeros(length),
    }
    return np.rint(np.stack([made[kind]() for kind in order], axis=1)).clip(-32_768, 32_767).astype(np.int16)


@pytest.mark.parametrize(
    ("order", "rate_hz"),
    [
        ((LOOPBACK, BARE, BARE, PROCESSED, BARE, BARE), 16_000),
        ((BARE, BARE, LOOPBACK, LOOPBACK, PROCESSED, BARE, BARE, BARE), 16_000),
        ((LOOPBACK, PROCESSED), 48_000),
        ((DEAD, LOOPBACK, BARE, BARE), 44_100),
    ],
)
def test_a_loopback_whose_wires_hum_is_found_by_what_the_others_repeat(order: tuple[str, ...], rate_hz: int) -> None:
    """It is never exact zeros, and it is heard first of all: nothing gives it away but the time."""
    sound = echoing(order, 22.0, rate_hz=rate_hz, noise=3.0)
    chooser = Chooser(len(order), rate_hz)
    block = rate_hz * 80 // 1000
    numbers = []
    for at in range(0, len(sound), block):
        chooser.mono(sound[at : at + block])
        numbers.append(chooser.number)
    told = chooser.played(sound[-block:])
    assert told is not None
    assert any(np.array_equal(told, sound[-block:, at]) for at, kind in enumerate(order) if kind == LOOPBACK)
    late = {order[number] for number in numbers[len(numbers) // 3 :]}
    assert LOOPBACK not in late
    if PROCESSED in order:
        assert order[numbers[-1]] == PROCESSED


def test_what_an_array_says_was_played() -> None:
    block = np.arange(12, dtype=np.int16).reshape(2, 6)
    known = pick("auto", 6, known_array("2886:0018", "", None)).played(block)
    assert known is not None
    assert known.tolist() == [5, 11]
    assert pick("auto", 1).played(block[:, :1]) is None
    sound = kitchen((PROCESSED, BARE, LOOPBACK), plays=True)
    chooser = Chooser(3, UP_HZ)
    heard(chooser, sound)
    told = chooser.played(sound)
    assert told is not None
    assert np.array_equal(told, sound[:, 2])


@pytest.mark.parametrize("top", [32_767, 6_000])
def test_a_channel_that_is_cut_off_is_heard_only_where_all_are(top: int) -> None:
    sound = kitchen((BARE, BARE, BARE), 20.0)
    sound[:, 0] = (sound[:, 0].astype(np.int32) * 40).clip(-top, top)
    numbers = heard(Chooser(3, UP_HZ), sound)
    assert 0 not in numbers[len(numbers) // 4 :]
    everywhere = (kitchen((BARE, BARE), 20.0).astype(np.int32) * 40).clip(-top, top).astype(np.int16)
    assert set(heard(Chooser(2, UP_HZ), everywhere)) == {0}


def test_an_input_with_nothing_on_it_but_its_last_bit_is_left_at_once() -> None:
    sound = kitchen((BARE, BARE), 8.0)
    sound[:, 0] = np.random.default_rng(1).integers(-1, 2, len(sound))
    numbers = heard(Chooser(2, UP_HZ), sound)
    assert set(numbers[4:]) == {1}


@settings(deadline=None, max_examples=12)
@given(order=st.permutations([PROCESSED, BARE, BARE, DEAD]), seed=st.integers(0, 99))
def test_the_best_channel_is_passed_over_where_it_is_cut_off_in_one_loud_word_of_ten(
    order: list[str], seed: int
) -> None:
    """Every word is as loud as the others but the tenth of them, which somebody shouts."""
    at_s = np.arange(30 * 16_000) / 16_000
    voice = np.sin(2 * np.pi * 140 * at_s) + 0.6 * np.sin(2 * np.pi * 430 * at_s + 1)
    words = voice * (at_s % 1.0 < 0.4) * np.where(at_s % 10 < 1.0, 3.0, 1.0)
    rng, sound = np.random.default_rng(seed), []
    for kind in order:
        level, hiss = {PROCESSED: (10_000, 10), BARE: (2000, 40), DEAD: (0, 0)}[kind]
        sound.append(level * words + hiss * rng.standard_normal(len(words)))
    numbers = heard(Chooser(4, UP_HZ), np.stack(sound, axis=1).clip(-32_768, 32_767).astype(np.int16))
    assert order[numbers[-1]] == BARE


def worked_on(order: tuple[str, ...], *, late_ms: int, seconds: float = 20.0, speaks: bool = True) -> Samples:
    """An array beside its speaker, which talks for three seconds of ten; CUT and PROCESSED come `late_ms` after BARE.

    What the array has worked on begins with zeros, is less noisy, and hears less of the speaker.
    """
    rng = np.random.default_rng(3)
    length = round(16_000 * seconds)
    at_s = np.arange(length) / 16_000
    played = 6000 * rng.standard_normal(length) * (at_s % 10 < 3) * (at_s % 0.7 < 0.45) * (at_s > 1)
    words = 1500 * rng.standard_normal(length) * (at_s % 10 > 4) * (at_s % 0.9 < 0.5) * speaks
    echo = np.roll(played, 800)
    free = np.roll(words + 0.05 * echo + 15 * rng.standard_normal(length), round(16 * late_ms))
    free[: round(16 * late_ms)] = 0
    made: dict[str, Callable[[], NDArray[np.float64]]] = {
        PROCESSED: lambda: free,
        CUT: lambda: (free * 30).clip(-32_768, 32_767),
        BARE: lambda: words + 0.5 * echo + 60 * rng.standard_normal(length),
        LOOPBACK: lambda: played + 4 * rng.standard_normal(length),
    }
    return np.rint(np.stack([made[kind]() for kind in order], axis=1)).clip(-32_768, 32_767).astype(np.int16)


@pytest.mark.parametrize(
    "order",
    [(BARE, PROCESSED), (PROCESSED, BARE), (BARE, PROCESSED, PROCESSED), (BARE, BARE, BARE, PROCESSED), (BARE, CUT)],
)
def test_a_bare_microphone_that_leads_is_not_taken_for_what_is_played(order: tuple[str, ...]) -> None:
    """It was: the gate was told that people are what the speaker plays, and let nobody through."""
    sound = worked_on(order, late_ms=30)
    chooser = Chooser(len(order), UP_HZ)
    numbers = []
    for at in range(0, len(sound), BLOCK):
        chooser.mono(sound[at : at + BLOCK])
        numbers.append(chooser.number)
        assert chooser.played(sound[at : at + BLOCK]) is None
    assert order[numbers[-1]] == (BARE if CUT in order else PROCESSED)
    assert chooser.why is Why.FOUND


def test_before_anybody_has_spoken_nothing_is_said_to_be_found() -> None:
    chooser = Chooser(2, UP_HZ)
    heard(chooser, worked_on((BARE, BARE), late_ms=0, speaks=False)[: 16_000 * 4])
    assert chooser.why is Why.FIRST


def test_of_two_that_hear_as_well_the_one_that_comes_later_is_heard_though_it_is_quieter() -> None:
    rng = np.random.default_rng(5)
    at_s = np.arange(16_000 * 15) / 16_000
    words = 3000 * rng.standard_normal(len(at_s)) * (at_s % 0.9 < 0.5) * (at_s > 1)
    bare = [words + 30 * rng.standard_normal(len(at_s)) for _ in range(3)]
    late = np.roll(words + 30 * rng.standard_normal(len(at_s)), 320) * 0.4
    sound = np.stack([*bare, late], axis=1).clip(-32_768, 32_767).astype(np.int16)
    assert heard(Chooser(4, UP_HZ), sound)[-1] == 3


def test_what_was_found_is_heard_at_once_the_next_time_and_stays_muted() -> None:
    sound = kitchen((BARE, BARE, PROCESSED, DEAD), 20.0)
    assert set(heard(Chooser(4, UP_HZ, before=2), sound)) == {2}
    sound[:, 2] = 0
    assert set(heard(Chooser(4, UP_HZ, before=2), sound)) == {2}, "it was heard, so somebody has muted it"


def known(sound: Samples, usb_id: str = "2886:0018") -> tuple[list[int | None], Pick]:
    """What a known array's channels make of a recording."""
    picked = pick("auto", sound.shape[1], known_array(usb_id, "", None))
    numbers: list[int | None] = []
    for at in range(0, len(sound), BLOCK):
        mono = picked.mono(sound[at : at + BLOCK])
        assert picked.number is not None
        assert np.array_equal(mono, sound[at : at + BLOCK, picked.number])
        numbers.append(picked.number)
    return numbers, picked


def test_a_known_array_whose_firmware_has_another_order_is_noticed_by_what_is_played() -> None:
    numbers, picked = known(worked_on((LOOPBACK, BARE, BARE, BARE, BARE, PROCESSED), late_ms=20, seconds=30.0))
    assert numbers[0] == 0
    assert numbers[-1] == 5
    assert picked.why is Why.MISFIT
    before = found_before(Heard("array", 6, 5, picked.why), "array", 6)
    again = pick("auto", 6, known_array("2886:0018", "", None), before=before)
    assert (again.number, again.why) == (5, Why.MISFIT), "and not forgotten over a mute"
    told = picked.played(worked_on((LOOPBACK, BARE, BARE, BARE, BARE, PROCESSED), late_ms=20)[16_000:32_000])
    assert told is not None
    assert np.array_equal(told, worked_on((LOOPBACK,), late_ms=20)[16_000:32_000, 0])


@pytest.mark.parametrize("seconds", [0.0, 12.0])
def test_a_known_array_that_is_muted_stays_so_whatever_its_other_channels_hear(seconds: float) -> None:
    sound = worked_on((PROCESSED, BARE, BARE, BARE, BARE, LOOPBACK), late_ms=20)
    sound[round(16_000 * seconds) :, 0] = 0
    numbers, picked = known(sound)
    assert set(numbers) == {0}
    assert picked.why is Why.KNOWN


def test_forms_of_known_arrays_that_nobody_knows_are_listened_to() -> None:
    assert isinstance(pick("auto", 4, known_array("2886:0018", "", None)), Chooser)
    lite = known_array(None, "ReSpeaker Lite: USB Audio (hw:1,0)", "Lite")
    assert lite is not None
    assert lite.name == "ReSpeaker Lite"
    assert pick("auto", 2, lite).number == 0


def test_a_shout_that_did_not_fit_is_remembered_when_all_is_quiet_again() -> None:
    """One channel in which a twentieth of the talk is cut off; then ten seconds of soft words, which all fit."""
    at_s = np.arange(60 * 16_000) / 16_000
    voice = np.sin(2 * np.pi * 140 * at_s) + 0.6 * np.sin(2 * np.pi * 430 * at_s + 1)
    words = voice * (at_s % 1.0 < 0.4) * np.where(at_s % 20 < 2.0, 1.0, 0.1)
    rng = np.random.default_rng(2)
    loud = 40_000 * words + 20 * rng.standard_normal(len(words))
    bare = 3000 * words + 20 * rng.standard_normal(len(words))
    numbers = heard(Chooser(2, UP_HZ), np.stack([loud, bare], axis=1).clip(-32_768, 32_767).astype(np.int16))
    assert set(numbers[len(numbers) // 2 :]) == {1}


def test_a_first_channel_with_nothing_but_hiss_is_left_as_soon_as_the_others_hear_somebody() -> None:
    """A loopback over wires, before anything is played. It used to take five to ten seconds, and their words."""
    sound = worked_on((LOOPBACK, BARE, BARE, BARE), late_ms=0)[16_000 * 3 :]  # somebody speaks from 1 s on
    chooser = Chooser(4, UP_HZ)
    assert heard(chooser, sound[:BLOCK]) == [0]
    assert chooser.why is Why.FIRST
    assert heard(chooser, sound[BLOCK : 16_000 * 2])[-1] != 0
    assert chooser.why is Why.FOUND
    assert 0 not in heard(chooser, sound[16_000 * 2 :])
