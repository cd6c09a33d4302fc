"""From cues to evidence: which frames open a shut door, and which hold an open one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.gate.cues import Column, Cues
from chimein.core.gate.step import Sensitivity

Flags = NDArray[np.bool_]

DEEP_FALL_DB: Final = 10.0
"""A scale. What falls twice as deep says as much as what is four times as long in pitch."""
RINGING, HOLD_RINGING = 0.5, 0.57
"""From here on it is a struck thing, pitch or no pitch. Half of speech stays under 0.3 and nearly all under 0.5."""
CHANCE_GLIDE: Final = 0.07
"""Less than two frames of steady pitch within half a second are chance, however loud or deep the rest."""
DRONING: Final = 0.9
"""Sameness of timbre from which it is a machine or a beep. That may open the door, as a word may be one vowel, but its
pitch does not hold it."""
WHISPER_BUSY, HOLD_WHISPER_BUSY = 0.96, 0.8
"""Share of 0.8 s: to open the door a whisper falls silent for one frame at the most, between words for some."""
WHISPER_SWING: Final = 5.6
"""A whisper swings as any speech close by. A tap that is turned on makes 3 dB. A voice has its pitch and need not."""


@dataclass(frozen=True)
class Point:
    """A point on the operating curve; every figure is what a cue must exceed. Units as in Cues."""

    standout: float
    strength: float
    """Of `strength`, which has no unit."""
    fall: float
    hold_standout: float
    hold_strength: float


POINTS: Final[dict[Sensitivity, Point]] = {
    "high": Point(standout=1.6, strength=0.42, fall=3.4, hold_standout=0.6, hold_strength=0.25),
    "normal": Point(standout=2.2, strength=0.75, fall=4.2, hold_standout=0.8, hold_strength=0.45),
    "low": Point(standout=2.8, strength=0.93, fall=4.8, hold_standout=1.0, hold_strength=0.56),
}
"""Found on seventeen sets of labelled scenes, each with other voices, rooms, noises and levels, in the middle of where
all of them do well; tried once on two more, which nobody had heard (daemon/docs/reference.md has both)."""

ACROSS_PLAYBACK: Final[dict[Sensitivity, Point]] = {
    "high": POINTS["high"],
    "normal": POINTS["high"],
    "low": POINTS["normal"],
}
"""While something is played: its floor already stands a margin over it (playback.py), so what rises from that counts a
step sooner. Without this three of seven who talk across music as loud as they are would not be heard."""


def strength(cues: Cues) -> Column:
    """(5,) how strongly each frame speaks for a voice: a pitch that glides, a deep fall, standing out where voices do.

    They are multiplied, so each can make up for another: a faint voice has its pitch, a hoarse one falls deep. A bed
    that surges by a few dB has neither, but for chance, and what drips or clatters is seldom low. The exponents tell
    voices from beds best, on all sets alike.
    """
    standout = cues.standout if cues.is_played_to else cues.standout_low  # the own voice is low, too, and hides them
    voiced: Column = np.sqrt(standout) * cues.glide * np.square(cues.fall / DEEP_FALL_DB)
    return voiced


def opening(cues: Cues, strengths: Column, point: Point) -> Flags:
    """(5,) bool: the frames at which a shut door opens."""
    if cues.fall <= point.fall:
        return _NONE
    voiced = (strengths > point.strength) & (cues.standout > point.standout) & (cues.glide > CHANCE_GLIDE)
    return (voiced | _whispered(cues, WHISPER_BUSY)) & (cues.ringing < RINGING)


def holding(cues: Cues, strengths: Column, point: Point, sameness: Column) -> Flags:
    """(5,) bool: the frames that keep an open door open; not a superset of `opening`."""
    voiced = (strengths > point.hold_strength) & (cues.standout > point.hold_standout) & (sameness < DRONING)
    return (voiced | _whispered(cues, HOLD_WHISPER_BUSY)) & (cues.ringing < HOLD_RINGING)


def _whispered(cues: Cues, busy: float) -> Flags:
    return (cues.busy > busy) & (cues.swing > WHISPER_SWING)


_NONE: Final = np.zeros(5, dtype=np.bool_)
