"""Arrays that nobody has seen, in any order, at any rate: which of their channels is heard, with and without word of
when their speaker is to be heard.

Some dozens of made recordings (arrays.py) of 45 s each, 80 ms at a time as a microphone delivers them.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.arrays import BARE, BROKEN, CUT, LOOPBACK, PROCESSED, SECONDS, Recording, like_gate_dev, recording
from bench.voices import LINES, say, talkers
from chimein.core.audio import Samples
from chimein.core.sound.chooser import Chooser

BLOCK_MS = 80
FIRST = 31_000
LATE_FRAMES, RING_FRAMES = 8, 25
"""Of 20 ms: how late it is known that the speaker is heard, and for how long the room answers."""


@dataclass(frozen=True)
class Outcome:
    """What came of one recording."""

    kinds: Sequence[str]
    best: str
    """What the best channel in it is."""
    heard: Sequence[str]
    """What is heard, block by block."""
    is_right: bool
    told: str | None
    """What the channel is of which the chooser says at the end that it was played."""
    cpu_s: float


def table(scenes: Path | None) -> Iterator[str]:
    """The lines; `scenes` are another table's."""
    voices = [say(talker, text).sound for talker in talkers()[:4] for text in LINES if len(text) > 20]
    yield f"{'':<22} {'':>3} {'right':>7} {'processed':>10} {'loopback':>9} {'broken':>7} {'taken for':>11} {'CPU':>5}"
    yield f"{'arrays':<22} {'n':>3} {'at end':>7} {'over bare':>10} {'heard':>9} {'heard':>7} {'what plays':>11} ms/s "
    found: dict[str, list[Outcome]] = {"any": [], "any, speaker known": [], "six channels": []}
    for number in range(40):
        what = recording(FIRST + number, voices)
        found["any"].append(listen(what, is_told=False))
        found["any, speaker known"].append(listen(what, is_told=True))
    for number in range(8):
        found["six channels"].append(listen(like_gate_dev(FIRST + number, voices), is_told=False))
    for name, outcomes in found.items():
        yield _line(name, outcomes)


def listen(what: Recording, *, is_told: bool) -> Outcome:
    """A chooser hears it from its beginning to its end; if `is_told`, it knows when the speaker speaks."""
    chooser = Chooser(len(what.kinds), what.rate_hz)
    length = what.rate_hz * BLOCK_MS // 1000
    rings = np.convolve(what.plays, np.ones(RING_FRAMES))[: len(what.plays)] > 0.5
    began_s = time.process_time()
    numbers: list[int] = []
    for block, at in enumerate(range(0, len(what.sound), length)):
        known = max(0, min(len(rings) - 1, block * BLOCK_MS // 20 - LATE_FRAMES))
        chooser.heed(speaker_sounds=is_told and bool(rings[known]))
        chooser.mono(what.sound[at : at + length])
        numbers.append(chooser.number)
    cpu_s = time.process_time() - began_s
    heard = [what.kinds[number] for number in numbers]
    best = what.kinds[min(what.right)]
    return Outcome(what.kinds, best, heard, numbers[-1] in what.right, _told(chooser, what), cpu_s)


def _told(chooser: Chooser, what: Recording) -> str | None:
    block = np.arange(1, len(what.kinds) + 1, dtype=np.int16)[None]
    told: Samples | None = chooser.played(block)
    return None if told is None else what.kinds[int(told[0]) - 1]


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    with_both = [outcome for outcome in outcomes if outcome.best == PROCESSED and BARE in outcome.kinds]
    over_bare = np.mean([outcome.heard[-1] == PROCESSED for outcome in with_both])
    parts = [part for outcome in outcomes for part in outcome.heard]
    loopback, broken = np.mean([part == LOOPBACK for part in parts]), np.mean([part in BROKEN for part in parts])
    mistaken = sum(outcome.told in (PROCESSED, BARE, CUT) for outcome in outcomes)
    cpu_ms = 1000 * np.mean([outcome.cpu_s / SECONDS for outcome in outcomes])
    return (
        f"{name:<22} {len(outcomes):>3} {np.mean([one.is_right for one in outcomes]):>7.1%} {over_bare:>10.1%} "
        f"{loopback:>9.1%} {broken:>7.1%} {mistaken:>11} {cpu_ms:>5.1f}"
    )
