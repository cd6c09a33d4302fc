"""From cues to evidence: which frames open a shut door, and which hold an open one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.cues import Column, Cues
from chimein.core.gate.step import Sensitivity

Flags = NDArray[np.bool_]

RINGING, HOLD_RINGING = 0.56, 0.64
"""From here on it is a struck thing, pitch or no pitch. Half of speech stays under 0.3 and nearly all under 0.5."""
DRONING, SURELY_DRONING = 0.9, 0.95
"""Sameness of timbre from which it is a machine or a beep. That may open the door, as a word may be one vowel, but its
pitch does not hold it. From the second on it is no voice at all..."""
DRONING_BUSY: Final = 0.9
"""...if it has lasted: so much of the last 0.8 s."""
LIVELY_SWING, LIVELY_FALL = 4.8, 10.5
"""dB, together: what a voice close by does, and hardly any bed."""
WHISPER_BUSY, HOLD_WHISPER_BUSY = 0.96, 0.8
"""Share of 0.8 s: before the door is open a whisper may fall silent for one frame, and between words for some."""
WHISPER_SWING: Final = 5.0
"""A whisper swings as any speech close by. A tap that is turned on makes 3 dB."""
HOLD_WHISPER: Final = 0.77
"""Of the stand-out that opens for a whisper."""


@dataclass(frozen=True)
class Point:
    """A point on the operating curve; every figure is what a cue must exceed. Units as in Cues."""

    standout: float
    glide: float
    weight: float
    """Of stand-out times glide: a faint sound needs much pitch, a loud one little. After false alarms it takes more."""
    whisper: float
    """Of the long stand-out, which opens without any pitch if it lasts 0.8 s."""
    swing: float
    fall: float
    hold_standout: float
    hold_glide: float
    hold_swing: float
    hold_fall: float

    def enough_db(self, demand: float) -> float:
        """The stand-out at which a voice opens the door once its pitch has been steady for a tenth of a second."""
        return max(self.standout, demand / 0.25)


POINTS: Final[dict[Sensitivity, Point]] = {
    "high": Point(1.1, 0.06, 0.55, 4.8, 2.5, 3.2, 0.85, 0.35, 1.2, 2.3),
    "normal": Point(1.4, 0.07, 0.8, 5.2, 2.8, 4.1, 0.92, 0.5, 1.36, 2.8),
    "low": Point(1.9, 0.1, 1.05, 6.0, 3.0, 4.5, 1.3, 0.75, 1.8, 3.2),
}
"""Found on one set of labelled scenes and tried on nine others, with other voices, rooms, noises and levels; a figure
that was best on one alone was not taken."""


def strength(cues: Cues, point: Point) -> Column:
    """(5,) stand-out times glide, where all else speaks for a voice as well; elsewhere 0."""
    if cues.fall <= point.fall:
        return _NO_STRENGTH
    voiced = (cues.standout > point.standout) & (cues.glide > point.glide) & (cues.swing > point.swing)
    return np.where(voiced & (cues.ringing < RINGING), cues.standout * cues.glide, 0.0)


def opening(cues: Cues, strengths: Column, point: Point, demand: float, lively_demand: float) -> Flags:
    """(5,) bool: the frames at which a shut door opens. The demands are point.weight, or more (caution.py)."""
    if cues.fall <= point.fall:
        return _NONE
    is_lively = (cues.swing > LIVELY_SWING) & (cues.fall > LIVELY_FALL)
    needed = np.where(is_lively, lively_demand, demand)
    whispered = _whispered(cues, WHISPER_BUSY, point.whisper) & (cues.ringing < RINGING)
    return (strengths > needed) | whispered


def holding(cues: Cues, point: Point, sameness: Column) -> Flags:
    """(5,) bool: the frames that keep an open door open; not a superset of `opening`."""
    if cues.fall <= point.hold_fall:
        return _NONE
    voiced = (cues.standout > point.hold_standout) & (cues.glide > point.hold_glide) & (cues.swing > point.hold_swing)
    whispered = _whispered(cues, HOLD_WHISPER_BUSY, HOLD_WHISPER * point.whisper)
    return (voiced & (sameness < DRONING) | whispered) & (cues.ringing < HOLD_RINGING)


def droning(cues: Cues, sameness: Column) -> Flags:
    """(5,) bool: the frames that neither open nor hold, whatever else speaks for them."""
    return (sameness > SURELY_DRONING) & (cues.busy > DRONING_BUSY)


def _whispered(cues: Cues, busy: float, standout: float) -> Flags:
    return (cues.busy > busy) & (cues.standout_long > standout) & (cues.swing > WHISPER_SWING)


_NONE: Final = np.zeros(5, dtype=np.bool_)
_NO_STRENGTH: Final = np.zeros(5)
