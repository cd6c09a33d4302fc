"""Echo: a speaker and a talker in made rooms, through the canceller and the gate that the daemon uses.

A room has a delay that nobody reckons with, a tail of 0.4 s, and two clocks that part by 50 ppm; a speaker may clip
and may play music. In pure echo nothing should ever be taken for talk. Then somebody talks across it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.signals import HZ, Rng, Sound, at_level, gain, in_room, tune
from bench.voices import LINES, say, talkers
from chimein.core.audio import samples
from chimein.core.config import GateSettings
from chimein.core.gate import Gate
from chimein.core.sound.echo import BargeIn, Reaction
from chimein.core.sound.echo_trust import LEFT_IN
from chimein.flow.sound.speak import DUCK_DB
from chimein.sound.echo import CANCEL, FOLLOW, HOLD_S, Echo
from chimein.sound.frames import Reference
from chimein.sound.frames import Sound as Caught
from helpers.rooms import sent

BLOCK = HZ * 80 // 1000
PIECE = HZ * 25 // 1000
ALONE_S, ACROSS_S = 45.0, 60.0
ECHO_DBFS, HISS_DBFS = -32.0, -68.0
EVERY_S = 8.0
"""Between two who talk across it; meanwhile the answer goes on, quieter while somebody talks, and nothing stops it."""
HEEDS_S = 0.05
"""From the decision to a quieter sample that leaves the speaker: a pipe, and its buffer."""


@dataclass(frozen=True)
class Case:
    name: str
    delay_ms: int
    ppm: int = 0
    clips: bool = False
    music: bool = False
    talker_db: float = 0.0
    """Of the talker, above the echo."""


CASES = (
    Case("60 ms", 60),
    Case("120 ms, 50 ppm", 120, ppm=50),
    Case("250 ms, 50 ppm, clipping", 250, ppm=50, clips=True),
    Case("500 ms, 50 ppm", 500, ppm=50),
    Case("120 ms, 50 ppm, music", 120, ppm=50, music=True),
    Case("120 ms, 50 ppm, music, talker +6 dB", 120, ppm=50, music=True, talker_db=6.0),
    Case("120 ms, 50 ppm, music, talker -6 dB", 120, ppm=50, music=True, talker_db=-6.0),
    Case("120 ms, 50 ppm, talker -6 dB", 120, ppm=50, talker_db=-6.0),
    Case("120 ms, 50 ppm, talker +6 dB", 120, ppm=50, talker_db=6.0),
)


def table(_scenes: Path | None) -> Iterator[str]:
    """The table's lines, each as soon as it is measured."""
    yield f"Echo: made rooms and voices, {ALONE_S:.0f} s of pure echo, {ACROSS_S:.0f} s with somebody talking across it"
    yield "ERLE: of the canceller, and with the 17 dB of it that are used: the rest would only be bursts of remainder."
    yield "own voice sent: share of pure echo that opened the gate. ducked, stopped: how often the speaker gave way."
    yield "found: of those who talked across it, ducked for; after: from their first sound to the duck, to the stop;"
    yield "heard: share of their talk that goes up, while the answer goes on 15 dB quieter (it would have stopped)."
    yield ""
    head = (
        f"{'ERLE dB':>11} {'own %':>6} {'ducked':>6} {'stopped':>7} {'found':>6} {'after s, median':>16} {'heard %':>8}"
    )
    yield f"{'':48} | {head}"
    for way, name in ((CANCEL, "webrtc"), (FOLLOW, "device (no cancelling here)")):
        for case in CASES if way == CANCEL else CASES[1:2]:
            yield f"{name + ', ' + case.name:48} | {row(case, way)}"
    yield ""
    yield f"{'the canceller is relied on after so many s of its voice':58} | of new devices | of known ones"
    for case in CASES[:5]:
        new, known = relied_on_after(case, None), relied_on_after(case, case.delay_ms * HZ // 1000)
        yield f"{case.name:58} | {new:14.1f} | {known:13.1f}"


def relied_on_after(case: Case, late_samples: int | None) -> float:
    """Seconds until what is left of the own voice is not taken for it any more; `late_samples` is known from before."""
    rng = np.random.default_rng(case.delay_ms + case.ppm)
    length = 12 * HZ
    played = _played(case, rng, length)
    caught = _echo(case, rng, played) + gain(HISS_DBFS) * rng.standard_normal(length)
    echo, own = Echo(CANCEL), list[bool]()
    echo.expect(late_samples)
    for number in range(length // BLOCK):
        block = slice(number * BLOCK, (number + 1) * BLOCK)
        echo.played(Reference(block.start / HZ, _pcm(played[block]).tobytes()))
        echo.caught(Caught(block.stop / HZ, 0, _pcm(caught[block]).tobytes()))
        own += [sound.is_own_voice for sound in echo.due(block.stop / HZ)]
    return float(np.flatnonzero(own)[-1] + 1) * BLOCK / HZ if any(own) else 0.0


def row(case: Case, way: str) -> str:
    rng = np.random.default_rng(case.delay_ms + case.ppm)
    length = round((ALONE_S + ACROSS_S) * HZ)
    played = _played(case, rng, length)
    echo = _echo(case, rng, played)
    talk, lines = _talk(case, rng, length)
    outcome = Run(way, played, echo, talk + gain(HISS_DBFS) * rng.standard_normal(length), case.delay_ms)
    alone = (2.0, ALONE_S)
    used_db = _level(echo, alone) - _level(outcome.cleaned, alone)
    own_db = _level(echo, alone) - _level(outcome.left, alone)
    erle = f"{own_db:.0f} / {used_db:.0f}"
    own = outcome.share(outcome.is_open, alone)
    ducks = outcome.begins(Reaction.DUCK, alone)
    stops = outcome.begins(Reaction.STOP, alone)
    found, ducked_s, stopped_s, heard = 0, [], [], []
    for begin_s, end_s in lines:
        reply = (begin_s, min(begin_s + EVERY_S - 1.0, length / HZ))
        duck = outcome.first({Reaction.DUCK, Reaction.STOP}, reply)
        stop = outcome.first({Reaction.STOP}, reply)
        found += duck is not None
        ducked_s += [] if duck is None else [duck - begin_s]
        stopped_s += [] if stop is None else [stop - begin_s]
        heard.append(outcome.share(outcome.sent, (begin_s, end_s)))
    after = f"{_median(ducked_s)} / {_median(stopped_s)}"
    shares = f"{100 * own:6.1f} {ducks:6d} {stops:7d} {found:3d}/{len(lines)}"
    return f"{erle:>11} {shares} {after:>16} {100 * np.mean(heard):8.0f}"


class Run:
    """One room through echo control, gate and the decision to give way. Times in s of what was caught."""

    def __init__(self, way: str, played: Sound, back: Sound, room: Sound, delay_ms: int) -> None:
        """`back` is what of `played` comes back after `delay_ms`, `room` whatever else is heard."""
        echo, gate, barge = Echo(way), Gate(GateSettings()), BargeIn()
        caught, late = np.array(room), delay_ms * HZ // 1000
        loudness = np.ones(len(played) + late)  # of the speaker
        cleaned, self.is_open, self.sent = [], [], np.zeros(len(caught) // BLOCK * BLOCK, dtype=bool)
        self.reactions: list[Reaction] = []
        told = at = 0
        for number in range(len(caught) // BLOCK):
            now_s = (number + 1) * BLOCK / HZ + HOLD_S
            while told < min((now_s + HEEDS_S) * HZ, len(played)):
                piece = played[told : told + PIECE] * loudness[told : told + PIECE][: len(played) - told]
                echo.played(Reference(told / HZ, _pcm(piece).tobytes()))
                told += PIECE
            block = slice(number * BLOCK, (number + 1) * BLOCK)
            if late <= block.start:
                caught[block] += back[block] * loudness[block.start - late : block.stop - late]
            else:
                caught[block] += back[block]
            echo.caught(Caught((number + 1) * BLOCK / HZ, 0, _pcm(caught[block]).tobytes()))
            for sound in echo.due(now_s):
                pcm = samples(sound.pcm)
                cleaned.append(pcm)
                at += len(pcm)
                if sound.is_own_voice:
                    gate.pause()
                    self.reactions.append(barge.heard(len(pcm) / HZ, is_sounding=True, is_talk=False))
                    self.is_open.append(False)
                    continue
                meanwhile = samples(sound.played) if sound.played else None
                step = gate.push(pcm, meanwhile, is_in_time=sound.is_in_time)
                is_talk = step.is_open and step.level_dbfs > step.threshold_dbfs
                self.reactions.append(barge.heard(len(pcm) / HZ, is_sounding=True, is_talk=is_talk))
                self.is_open.append(step.is_open)
                went_up = len(sent(step)) // 2
                self.sent[max(0, at - went_up) : at] = True
                loudness[told:] = 1.0 if self.reactions[-1] is Reaction.GO_ON else gain(-DUCK_DB)
        self.cleaned = np.concatenate(cleaned) / 32768.0
        self.left = _without_the_rest(self.cleaned, _pcm(caught) / 32768.0) if way == CANCEL else self.cleaned

    def share(self, flags: object, within: tuple[float, float]) -> float:
        flags = np.asarray(flags)
        per_s = HZ if flags is self.sent or len(flags) > len(self.reactions) else HZ / BLOCK
        return float(flags[int(within[0] * per_s) : int(within[1] * per_s)].mean())

    def begins(self, reaction: Reaction, within: tuple[float, float]) -> int:
        first, last = (int(at_s * HZ / BLOCK) for at_s in within)
        happened = [one is reaction for one in self.reactions[first:last]]
        return sum(now and not before for before, now in zip([False, *happened], happened, strict=False))

    def first(self, wanted: set[Reaction], within: tuple[float, float]) -> float | None:
        first, last = (int(at_s * HZ / BLOCK) for at_s in within)
        for number in range(first, min(last, len(self.reactions))):
            if self.reactions[number] in wanted:
                return (number + 1) * BLOCK / HZ
        return None


def _played(case: Case, rng: Rng, length: int) -> Sound:
    if case.music:
        sound = tune(rng, length)
    else:
        voices, parts = talkers(), []
        while sum(map(len, parts)) < length:
            line = say(voices[0], LINES[len(parts) % len(LINES)]).sound
            parts += [line, np.zeros(round(0.4 * HZ))]
        sound = np.concatenate(parts)[:length]
    return np.asarray(at_level(sound, -22.0).clip(-1.0, 1.0))


def _echo(case: Case, rng: Rng, played: Sound) -> Sound:
    loud = np.tanh(4.0 * played) / 4.0 * 1.2 if case.clips else played
    at = np.arange(len(loud)) * (1 + case.ppm / 1e6)
    drifted = np.interp(at, np.arange(len(loud)), loud, right=0.0)
    late = np.concatenate([np.zeros(case.delay_ms * HZ // 1000), drifted])[: len(loud)]
    return at_level(in_room(rng, late, 0.4, 3.0), ECHO_DBFS)


def _talk(case: Case, rng: Rng, length: int) -> tuple[Sound, list[tuple[float, float]]]:
    talk, lines = np.zeros(length), []
    voices = talkers()
    for number, at_s in enumerate(np.arange(ALONE_S + 1.0, ALONE_S + ACROSS_S - 6.0, EVERY_S)):
        line = say(voices[1 + number % (len(voices) - 1)], LINES[(3, 4, 6, 8, 9, 11)[number % 6]])
        sound = at_level(in_room(rng, line.sound, 0.4, 6.0), ECHO_DBFS + case.talker_db)
        begin = round(at_s * HZ)
        talk[begin : begin + len(sound)] += sound[: length - begin]
        lines.append((at_s, at_s + len(sound) / HZ))
    return talk, lines


def _without_the_rest(cleaned: Sound, caught: Sound) -> Sound:
    """What the canceller itself left: the echo that is left in on purpose is taken out again."""
    return np.asarray((cleaned - LEFT_IN * caught[: len(cleaned)]) / (1.0 - LEFT_IN))


def _pcm(sound: Sound) -> Sound:
    return np.rint(sound * 32767).clip(-32768, 32767).astype("<i2")


def _level(sound: Sound, within: tuple[float, float]) -> float:
    part = sound[int(within[0] * HZ) : int(within[1] * HZ)]
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def _median(values: list[float]) -> str:
    return f"{np.median(values):.2f}" if values else "-"
