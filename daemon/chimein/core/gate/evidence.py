"""From cues to evidence: which frames open a shut door, and which hold an open one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.cues import Cues
from chimein.core.gate.step import Sensitivity

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Point:
    """A point on the operating curve; every figure is what a cue must exceed. Units as in Cues."""

    standout: float
    glide: float
    weight: float
    """Of stand-out times glide: a faint sound needs much pitch, a loud one little."""
    whisper: float
    """Long stand-out that opens without any pitch, if it lasts 0.8 s."""
    swing: float
    fall: float
    hold_standout: float
    hold_glide: float
    hold_swing: float
    hold_fall: float


POINTS: Final[dict[Sensitivity, Point]] = {
    "high": Point(1.85, 0.114, 0.65, 4.8, 2.4, 2.8, 1.0, 0.5, 1.2, 2.3),
    "normal": Point(2.08, 0.114, 0.81, 5.275, 2.84, 3.343, 1.131, 0.635, 1.51, 2.64),
    "low": Point(2.6, 0.114, 1.1, 6.5, 3.2, 3.8, 1.7, 0.9, 2.2, 3.0),
}
"""Tuned on two sets of labelled scenes with other voices, rooms and noises each; no figure is either set's own best."""


def opening(cues: Cues, point: Point) -> Flags:
    """(5,) bool: the frames at which a shut door opens."""
    if cues.fall <= point.fall:
        return _NONE
    voiced = (cues.standout > point.standout) & (cues.glide > point.glide) & (cues.standout * cues.glide > point.weight)
    whispered = (cues.busy > 0.99) & (cues.standout_long > point.whisper)
    return (voiced | whispered) & (cues.swing > point.swing)


def holding(cues: Cues, point: Point) -> Flags:
    """(5,) bool: the frames that keep an open door open; not a superset of `opening`."""
    if cues.fall <= point.hold_fall:
        return _NONE
    return (cues.standout > point.hold_standout) & (cues.glide > point.hold_glide) & (cues.swing > point.hold_swing)


_NONE: Final = np.zeros(5, dtype=np.bool_)
