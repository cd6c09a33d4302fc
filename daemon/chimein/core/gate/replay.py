"""A whole recording through the gate: what it would have sent, and what it saw."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples
from chimein.core.gate.gate import Gate
from chimein.core.gate.hearing import BLOCK_SAMPLES
from chimein.core.gate.second import Judge
from chimein.core.gate.step import Closed, GateSettings, GateStep, Opened

STEP_S: Final = BLOCK_SAMPLES / UP_HZ


@dataclass(frozen=True)
class Replay:
    heard_s: float
    intervals: tuple[tuple[float, float], ...]
    """What went up, (start, end) in s, pre-roll and hang-over included; in order, at most touching."""
    steps: tuple[GateStep, ...]
    """One per STEP_S of the recording, the last one padded with silence."""

    @property
    def sent_s(self) -> float:
        return sum(end - start for start, end in self.intervals)


def replay(
    sound: Samples, settings: GateSettings, judge: Judge | None = None, *, played: Samples | None = None
) -> Replay:
    """What a new gate does with a recording of 16 kHz mono; a recording that ends while the gate is open ends open.

    `played`: as long, what a loopback recorded beside it.
    """
    gate = Gate(settings, judge)
    heard_s = len(sound) / UP_HZ
    blocks = _blocks(sound)
    told = [None] * len(blocks) if played is None else _blocks(played)
    steps = tuple(gate.push(block, meanwhile, is_in_time=True) for block, meanwhile in zip(blocks, told, strict=True))
    intervals: list[tuple[float, float]] = []
    for item in (item for step in steps for item in step.items):
        if isinstance(item, Opened):
            intervals.append((_seconds(item.frame), heard_s))
        elif isinstance(item, Closed):
            intervals[-1] = (intervals[-1][0], min(heard_s, _seconds(item.frame)))
    return Replay(heard_s, tuple(intervals), steps)


def _blocks(sound: Samples) -> list[Samples]:
    padded = np.concatenate([sound, np.zeros(-len(sound) % BLOCK_SAMPLES, dtype=np.int16)])
    return list(padded.reshape(-1, BLOCK_SAMPLES))


def _seconds(frame: int) -> float:
    return round(frame * FRAME_SAMPLES / UP_HZ, 3)
