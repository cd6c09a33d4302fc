"""The door: evidence in, openings and closings out."""

from typing import Final

from chimein.core.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_BYTES
from chimein.core.gate.cues import HISTORY
from chimein.core.gate.step import Closed, Forward, Item, Opened

FRAME_BYTES: Final = FRAME_SAMPLES * SAMPLE_BYTES
CHUNK_BYTES: Final = 5 * FRAME_BYTES
TRIAL_FRAMES: Final = 8
"""An opening is on trial: until it has been held it closes so long after the last evidence, and not a whole hang-over.
Most of what is not speech opens the door once and gives nothing to hold it."""
HELD_FRAMES: Final = 14
"""Frames of holding evidence that end the trial."""

DECISION_FRAMES: Final = 15
"""What a decision usually takes, and the pre-roll allows for."""


class Door:
    """Sends while open; while shut remembers the pre-roll and the block that is being judged, all of it unsent."""

    def __init__(self, preroll_ms: int, hangover_ms: int) -> None:
        self._preroll_frames = round(preroll_ms / FRAME_MS)
        self._longest_frames = self._preroll_frames + HISTORY - DECISION_FRAMES
        self._hangover_frames = max(1, round(hangover_ms / FRAME_MS))
        self._unsent = bytearray()
        self._frames = 0
        self._missing = 0
        self._held = 0
        self.is_open = False

    @property
    def unsent(self) -> bytes:
        """What a shut door remembers."""
        return bytes(self._unsent)

    def take(self, pcm: bytes) -> list[Item]:
        """Whole frames, of one block."""
        self._frames += len(pcm) // FRAME_BYTES
        if self.is_open:
            return [Forward(pcm)]
        self._unsent += pcm
        return []

    def judge(self, opening: list[bool], holding: list[bool], standing: list[int]) -> list[Item]:
        """At the end of a block, with what its frames say. One block never both opens and closes.

        `standing`: since how many frames something has been heard. The pre-roll reaches back at least to its beginning:
        a phrase without a syllable that falls can take twice as long to be known for speech as others.
        """
        if not self.is_open:
            if True not in opening:
                self._keep(self._longest_frames)
                return []
            first = opening.index(True)
            decided_late = max(0, standing[first] - DECISION_FRAMES)
            items = self.open(len(opening) - first + self._preroll_frames + decided_late)
            opening, holding = opening[first:], holding[first:]
        else:
            items = []
        for opens, holds in zip(opening, holding, strict=True):
            self._missing = 0 if opens or holds else self._missing + 1
            self._held += holds
        patience = self._hangover_frames if self._held >= HELD_FRAMES else min(TRIAL_FRAMES, self._hangover_frames)
        return items + (self.shut() if self._missing >= patience else [])

    def open(self, reach_frames: int) -> list[Item]:
        """Opens and sends the last so many frames, as far as they are there and unsent."""
        if self.is_open:
            return []
        self._keep(reach_frames)
        unsent = bytes(self._unsent)
        self.forget()
        self.is_open, self._missing, self._held = True, 0, 0
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
        self._frames = self._missing = self._held = 0
        self.is_open = False

    def _keep(self, frames: int) -> None:
        del self._unsent[: max(0, len(self._unsent) - frames * FRAME_BYTES)]
