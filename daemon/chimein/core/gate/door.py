"""The door: evidence in, openings and closings out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES
from chimein.core.gate.cues import Cues
from chimein.core.gate.step import Closed, Forward, Item, Opened, Sensitivity

FRAME_BYTES: Final = FRAME_SAMPLES * SAMPLE_BYTES
CHUNK_BYTES: Final = 5 * FRAME_BYTES


@dataclass(frozen=True)
class Point:
    """A point on the operating curve: what it takes to open, and what to stay open."""

    open_standout: float
    open_swing: float
    open_glide: float
    hold_standout: float
    hold_swing: float
    hold_glide: float
    whisper_standout: float


POINTS: Final[dict[Sensitivity, Point]] = {
    "high": Point(2.45, 2.3, 0.22, 1.35, 1.15, 0.36, 8.75),
    "normal": Point(2.6, 2.85, 0.20, 1.55, 1.8, 0.42, 8.7),
    "low": Point(2.75, 2.95, 0.21, 2.4, 2.7, 1.08, 8.9),
}


def opening(cues: Cues, point: Point) -> NDArray[np.bool_]:
    """(5,) bool: the frames at which a shut door opens."""
    voiced = (cues.standout > point.open_standout) & (cues.glide > point.open_glide)
    whispered = (cues.busy > 0.99) & (cues.standout_long > point.whisper_standout)
    return (voiced | whispered) & (cues.swing > point.open_swing)


def holding(cues: Cues, point: Point) -> NDArray[np.bool_]:
    """(5,) bool: the frames that keep an open door open; not a superset of `opening`."""
    return (cues.standout > point.hold_standout) & (cues.swing > point.hold_swing) & (cues.glide > point.hold_glide)


class Door:
    """Sends while open; while shut remembers the pre-roll and the block that is being judged, all of it unsent."""

    def __init__(self, preroll_ms: int, hangover_ms: int) -> None:
        self._preroll_frames = round(preroll_ms / FRAME_MS)
        self._hangover_frames = max(1, round(hangover_ms / FRAME_MS))
        self._unsent = bytearray()
        self._frames = 0
        self._missing = 0
        self.is_open = False

    def take(self, pcm: bytes) -> list[Item]:
        """Whole frames, of one block."""
        self._frames += len(pcm) // FRAME_BYTES
        if self.is_open:
            return [Forward(pcm)]
        self._unsent += pcm
        return []

    def judge(self, opening: list[bool], holding: list[bool]) -> list[Item]:
        """At the end of a block, with what its frames say. One block never both opens and closes."""
        if not self.is_open:
            if True not in opening:
                self._keep(self._preroll_frames)
                return []
            first = opening.index(True)
            items = self.open(len(opening) - first + self._preroll_frames)
            opening, holding = opening[first:], holding[first:]
        else:
            items = []
        for opens, holds in zip(opening, holding, strict=True):
            self._missing = 0 if opens or holds else self._missing + 1
        return items + (self.shut() if self._missing >= self._hangover_frames else [])

    def open(self, reach_frames: int) -> list[Item]:
        """Opens and sends the last so many frames, as far as they are there and unsent."""
        if self.is_open:
            return []
        self._keep(reach_frames)
        unsent = bytes(self._unsent)
        self.forget()
        self.is_open, self._missing = True, 0
        pieces = [unsent[at : at + CHUNK_BYTES] for at in range(0, len(unsent), CHUNK_BYTES)]
        return [Opened(self._frames - len(unsent) // FRAME_BYTES), *map(Forward, pieces)]

    def shut(self) -> list[Item]:
        if not self.is_open:
            return []
        self.is_open = False
        return [Closed(self._frames)]

    def forget(self) -> None:
        """Overwrites and drops what was not sent."""
        self._unsent[:] = bytes(len(self._unsent))
        self._unsent.clear()

    def wipe(self) -> None:
        """Shut, empty and counting from 0: as if new."""
        self.forget()
        self._frames = self._missing = 0
        self.is_open = False

    def _keep(self, frames: int) -> None:
        del self._unsent[: max(0, len(self._unsent) - frames * FRAME_BYTES)]
