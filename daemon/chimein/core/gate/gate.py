"""The gate itself: sound in, sound worth sending out."""

from typing import Final

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, SILENCE_DBFS, Samples
from chimein.core.gate.cues import NOTICEABLE_DB, CueFinder
from chimein.core.gate.door import Door
from chimein.core.gate.evidence import ACROSS_PLAYBACK, POINTS, holding, opening, strength
from chimein.core.gate.hearing import BLOCK_FRAMES, BLOCK_SAMPLES, Hearing
from chimein.core.gate.second import Judge, SecondStage
from chimein.core.gate.step import GateSettings, GateStep, Item

MUTE_BLOCKS: Final = 5
"""Blocks of exact zeros, 0.5 s, that mean a mute in hardware: no microphone is ever so quiet by itself."""


class Gate:
    """Push sound, do what the answer says. Not thread-safe: one owner.

    About 5 s of CPU per hour of sound on one x86 core, however it is cut into pushes, and up to 9 while something is
    played.
    """

    def __init__(self, settings: GateSettings, judge: Judge | None = None) -> None:
        """With a `judge` there is a second stage."""
        self._second = SecondStage(judge) if judge else None
        self._settings = settings
        self._point = POINTS[settings.sensitivity]
        self._point_across = ACROSS_PLAYBACK[settings.sensitivity]
        self._block = np.zeros(BLOCK_SAMPLES, dtype=np.int16)
        self._played = np.zeros(BLOCK_SAMPLES, dtype=np.int16)
        self._hearing = Hearing()
        self._door = Door(settings.preroll_ms, settings.hangover_ms)
        self._is_in_time = False
        self.wipe()

    def wipe(self) -> None:
        """Forgets everything heard, the room's floor included, and shuts the door without a Closed. As if new."""
        self._block.fill(0)
        self._played.fill(0)
        self._filled = 0
        self._zero_blocks = 0
        self._hearing.wipe()
        self._cues = CueFinder()
        self._door.wipe()
        self._forget_second()
        self._level_dbfs = self._floor_dbfs = self._threshold_dbfs = SILENCE_DBFS

    def pause(self) -> None:
        """Shuts the door without a Closed and forgets what was not sent, but keeps what it knows of the room.

        For sound that must not go up and is not even judged: the speaker's own voice.
        """
        self._block.fill(0)
        self._played.fill(0)
        self._filled = self._zero_blocks = 0
        self._door.shut()
        self._door.forget()
        self._forget_second()

    @property
    def is_open(self) -> bool:
        return self._door.is_open

    @property
    def hardware_muted(self) -> bool:
        return self._zero_blocks >= MUTE_BLOCKS

    def push(self, frames: Samples, played: Samples | None = None, *, is_in_time: bool = False) -> GateStep:
        """Takes (n * 320,) int16 samples of 16 kHz mono, n >= 1; ValueError for anything else.

        `played`: of the same form and length, what the speaker let be heard while the microphone caught `frames`, echo
        cancelled or not: the *reference*, as it was played, at any constant level. With it the floor follows the own
        voice and only what rises from that opens the gate; None is silence. It has to be in time, aligned by the
        output's latency or taken from an array's loopback channel: 100 ms early to 20 ms late does no harm. Where it is
        known to be `is_in_time`, to 50 ms, somebody who talks across it is heard much better.
        """
        if played is not None and played.shape != frames.shape:
            raise ValueError(f"what was played has to be as long as what was heard: {played.shape}, {frames.shape}")
        if frames.ndim != 1 or len(frames) == 0 or len(frames) % FRAME_SAMPLES:
            raise ValueError(f"a gate is fed whole frames of {FRAME_SAMPLES} samples, not an array of {frames.shape}")
        self._is_in_time = is_in_time
        items: list[Item] = []
        at = 0
        while at < len(frames):
            piece = frames[at : at + BLOCK_SAMPLES - self._filled]
            items += self._door.take(piece.tobytes())
            self._block[self._filled : self._filled + len(piece)] = piece
            self._played[self._filled : self._filled + len(piece)] = (
                0 if played is None else played[at : at + len(piece)]
            )
            self._filled += len(piece)
            at += len(piece)
            if self._filled == BLOCK_SAMPLES:
                self._filled = 0
                items += self._judge()
        return GateStep(
            tuple(items),
            self.is_open,
            self.hardware_muted,
            self._level_dbfs,
            self._floor_dbfs,
            self._threshold_dbfs,
        )

    def _judge(self) -> list[Item]:
        """Judges the block that has just been filled."""
        self._zero_blocks = 0 if self._block.any() else self._zero_blocks + 1
        heard = self._hearing.hear(self._block)
        cues = self._cues.find(heard, self._played, is_in_time=self._is_in_time)
        self._level_dbfs = heard.level_dbfs
        self._floor_dbfs = self._hearing.dbfs(np.power(np.float32(10.0), cues.floor_bands / 10))
        self._threshold_dbfs = self._floor_dbfs + NOTICEABLE_DB + self._point.standout
        if self.hardware_muted:
            self._door.forget()
            self._forget_second()
            return self._door.shut()
        if not self._settings.enabled:
            return self._door.open(reach_frames=BLOCK_FRAMES)
        point = self._point_across if cues.is_played_to else self._point
        strengths = strength(cues)
        opens = holds = opening(cues, strengths, point)
        if self.is_open or opens.any():
            holds = holding(cues, strengths, point, self._cues.sameness())
        if self._second is not None:
            allowed = self._second.allows(cues, self._block.tobytes(), self._door.unsent, is_open=self.is_open)
            opens, holds = opens & allowed, holds & allowed
        return self._door.judge(opens.tolist(), holds.tolist(), cues.standing)

    def _forget_second(self) -> None:
        if self._second is not None:
            self._second.wipe()
