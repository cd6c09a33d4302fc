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


def replay(sound: Samples, settings: GateSettings, judge: Judge | None = None) -> Replay:
    """What a new gate does with a recording of 16 kHz mono; a recording that ends while the gate is open ends open."""
    gate = Gate(settings, judge)
    heard_s = len(sound) / UP_HZ
    padded = np.concatenate([sound, np.zeros(-len(sound) % BLOCK_SAMPLES, dtype=np.int16)])
    steps = tuple(gate.push(padded[at : at + BLOCK_SAMPLES]) for at in range(0, len(padded), BLOCK_SAMPLES))
    intervals: list[tuple[float, float]] = []
    for item in (item for step in steps for item in step.items):
        if isinstance(item, Opened):
            intervals.append((_seconds(item.frame), heard_s))
        elif isinstance(item, Closed):
            intervals[-1] = (intervals[-1][0], min(heard_s, _seconds(item.frame)))
    return Replay(heard_s, tuple(intervals), steps)


def _seconds(frame: int) -> float:
    return round(frame * FRAME_SAMPLES / UP_HZ, 3)
