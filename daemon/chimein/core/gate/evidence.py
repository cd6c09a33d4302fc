"""From cues to evidence: which frames open a shut door, and which hold an open one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.cues import Cues
from chimein.core.gate.step import Sensitivity

Flags = NDArray[np.bool_]

RINGING, HOLD_RINGING = 0.56, 0.64
"""From here on it is a struck thing, pitch or no pitch. Half of speech stays under 0.3 and nearly all under 0.5."""
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
    """Of stand-out times glide: a faint sound needs much pitch, a loud one little."""
    whisper: float
    """Of the long stand-out, which opens without any pitch if it lasts 0.8 s."""
    swing: float
    fall: float
    hold_standout: float
    hold_glide: float
    hold_swing: float
    hold_fall: float

    @property
    def enough_db(self) -> float:
        """The stand-out at which a voice opens the door once its pitch has been steady for a tenth of a second."""
        return max(self.standout, self.weight / 0.25)


POINTS: Final[dict[Sensitivity, Point]] = {
    "high": Point(1.1, 0.1, 0.55, 4.8, 2.5, 3.2, 0.85, 0.35, 1.2, 2.3),
    "normal": Point(1.4, 0.11, 0.8, 5.2, 2.8, 4.1, 0.92, 0.5, 1.36, 2.8),
    "low": Point(1.9, 0.12, 1.05, 6.0, 3.0, 4.5, 1.3, 0.75, 1.8, 3.2),
}
"""Found on one set of labelled scenes and tried on five others, with other voices, rooms, noises and levels; a figure
that was best on one alone was not taken."""


def opening(cues: Cues, point: Point) -> Flags:
    """(5,) bool: the frames at which a shut door opens."""
    if cues.fall <= point.fall:
        return _NONE
    voiced = (cues.standout > point.standout) & (cues.glide > point.glide) & (cues.standout * cues.glide > point.weight)
    spoken = voiced & (cues.swing > point.swing) | _whispered(cues, WHISPER_BUSY, point.whisper)
    return spoken & (cues.ringing < RINGING)


def holding(cues: Cues, point: Point) -> Flags:
    """(5,) bool: the frames that keep an open door open; not a superset of `opening`."""
    if cues.fall <= point.hold_fall:
        return _NONE
    voiced = (cues.standout > point.hold_standout) & (cues.glide > point.hold_glide) & (cues.swing > point.hold_swing)
    spoken = voiced | _whispered(cues, HOLD_WHISPER_BUSY, HOLD_WHISPER * point.whisper)
    return spoken & (cues.ringing < HOLD_RINGING)


def _whispered(cues: Cues, busy: float, standout: float) -> Flags:
    return (cues.busy > busy) & (cues.standout_long > standout) & (cues.swing > WHISPER_SWING)


_NONE: Final = np.zeros(5, dtype=np.bool_)
