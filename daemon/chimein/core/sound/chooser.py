"""Which channel of an array that nobody knows is heard: found out from the channels themselves. Pure."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples
from chimein.core.sound.loopback import LoopbackFinder

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

LOOKBACK_FRAMES: Final = 500
"""Of 20 ms: 10 s."""
LOOK_EVERY: Final = 50
LOOK_EARLY: Final = 10
"""While there is too little to compare voices: only whether one is heard that no microphone could be."""
ENOUGH_FRAMES: Final = 150
TOGETHER: Final = 0.6
"""Correlation of two channels' levels over time, from which on they hear the same room."""
LIVELY_DB: Final = 8.0
"""Between the room and what sounds in it; with less nobody has spoken, and nothing can be compared."""
BETTER_DB: Final = 1.5
"""By so much a channel has to be better, twice running, before it is heard in place of the one that is."""
LOUDER: Final = 0.4
"""Of two channels in which speech stands equally high, the louder one is the one that was worked on: so many dB of
contrast is one dB of level worth."""
DEAF_DB: Final = 15.0
"""So much quieter than the loudest of the others, and less than a microphone's own hiss, DEAF_LEVEL_DB: nothing is
connected to that one."""
DEAF_LEVEL_DB: Final = 10.0
"""Of a difference of 3 steps, -80 dBFS."""
CLIPS: Final = 0.05
"""Share of a channel's loud frames that are cut off, from which on it is not heard while another one is whole."""
FLAT_SAMPLES: Final = 4
"""Neighbours that stand at a frame's very top or bottom: it is cut off there, at full scale or below..."""
LOUD: Final = 1000
"""...if that is not just the last bits of a hiss."""
MOSTLY: Final = 0.05
"""Share of exact zeros in what sounds now and then, or has not sounded yet: a loopback between words. What crackles
more seldom is a loose wire."""
RING_FRAMES: Final = 25
"""How long a room answers to what was played."""


class Chooser:
    """Finds the channel to hear in an array that nobody knows, while it is being heard.

    It begins with the first channel that has a signal at all: arrays put their best one first, and a loopback is
    silent before anything has been played. Every second it looks back over the last ten. Microphones of one array hear
    one room, so their levels rise and fall together; a channel that does not move with most of the others (a loopback,
    a hum, a loose wire) is not one, nor is one that is exact zeros for a while when others are not, nor one whose sound
    the others repeat a little later (loopback.py). One that is cut off at full scale, or below it, is heard only where
    all are. Of the rest, the one in which speech stands highest above the room is heard, measured while no loopback
    sounds.

    A channel that has been heard and falls to exact zeros has been muted, and then nobody looks for another way to
    hear: that is the whole point of a mute in hardware.
    """

    def __init__(self, channels: int, rate_hz: int) -> None:
        self.number = 0
        """The channel that is heard."""
        self._may_play = np.zeros(channels, dtype=np.bool_)
        self._has_sounded = False
        self._frame = rate_hz // 50
        self._loopbacks = LoopbackFinder(channels, rate_hz)
        self._levels = np.zeros((0, channels), dtype=np.float32)
        self._zeros = np.zeros((0, channels), dtype=np.bool_)
        self._clips = np.zeros((0, channels), dtype=np.bool_)
        self._new = self._new_frames = 0  # since the last look, and at it
        self._candidate: int | None = None
        self._unbroken = 0  # frames that the present one has delivered without a gap
        self._is_muted = False

    def mono(self, block: Samples) -> Samples:
        if len(block):
            self._look(block)
        return block[:, self.number]

    def played(self, block: Samples) -> Samples | None:
        """What a loopback repeats: the one that leads the others, or until one is known, any that has been silent."""
        sounds = np.any(block, axis=0) & self._may_play
        if not self._may_play.any():
            return None
        return block[:, int(np.argmax(sounds if sounds.any() else self._may_play))]

    def _look(self, block: Samples) -> None:
        moving = block.max(axis=0) != block.min(axis=0)
        if not self._has_sounded:
            if not moving.any():
                return
            self.number = int(np.argmax(moving))
            self._has_sounded = True
        pieces = max(1, round(len(block) / self._frame))
        parts = np.array_split(block, pieces)
        self._levels = _append(self._levels, [_level_db(part) for part in parts])
        self._zeros = _append(self._zeros, [_is_zero(part) for part in parts])
        self._clips = _append(self._clips, [_is_clipped(part) for part in parts])
        self._loopbacks.hear(block)
        self._new += pieces
        is_early = len(self._levels) < ENOUGH_FRAMES
        if self._new >= (LOOK_EARLY if is_early else LOOK_EVERY):
            self._new_frames, self._new = self._new, 0
            self._judge(is_early=is_early)

    def _judge(self, *, is_early: bool) -> None:
        if self._follow_mute():
            return
        self._loopbacks.look(self._levels)
        able = able_channels(self._levels, self._zeros, self._clips) & ~self._loopbacks.found
        self._may_play = self._find_loopbacks()
        if is_early:
            if able.any() and not able[self.number]:
                self._hear(int(np.argmax(able)))
            return
        plays = _plays(self._levels, self._zeros, self._loopbacks.found)
        best = best_channel(self._levels, able, plays, self.number)
        if best != self.number and (best == self._candidate or not able[self.number]):
            self._hear(best)
        self._candidate = best

    def _find_loopbacks(self) -> Flags:
        if self._loopbacks.found.any():
            return self._loopbacks.found
        now_and_then: Flags = self._zeros.mean(axis=0) > MOSTLY
        now_and_then[self.number] = False
        return now_and_then

    def _hear(self, number: int) -> None:
        self.number, self._unbroken = number, 0

    def _follow_mute(self) -> bool:
        """Whether the present one has been muted, or just comes back from it and is as good as it was before."""
        silent = self._zeros[-self._new_frames :, self.number]
        has_proved = self._unbroken >= ENOUGH_FRAMES
        if has_proved and silent[-1]:
            self._is_muted = True
        elif self._is_muted:
            self._is_muted = False
            self._levels, self._zeros, self._clips = self._levels[:0], self._zeros[:0], self._clips[:0]
            return True
        elif not has_proved:
            self._unbroken = 0 if silent.any() else self._unbroken + len(silent)
        return self._is_muted


def able_channels(levels: Floats, zeros: Flags, clips: Flags) -> Flags:
    """(channels,) bool: which may be microphones, and whole. `levels` in dB, `zeros` and `clips` of 20 ms frames: not
    one sample but zero, cut off at the top; all of shape (frames, channels).
    """
    others_sound: Flags = np.logical_not(np.all(zeros, axis=1))
    is_part_time: Flags = np.any(zeros & others_sound[:, None], axis=0)
    able: Flags = np.logical_and(~is_part_time, others_sound.any())
    if able.any():
        loud = np.percentile(levels, 95, axis=0)
        able &= (loud > DEAF_LEVEL_DB) | (loud > loud[able].max() - DEAF_DB)
    is_loud = levels >= np.percentile(levels, 80, axis=0)
    is_cut: Flags = (clips & is_loud).sum(axis=0) > CLIPS * is_loud.sum(axis=0)
    return able & ~is_cut if (able & ~is_cut).any() else able


def best_channel(levels: Floats, able: Flags, plays: Flags, present: int) -> int:
    """The one of the `able` in which speech stands highest; `present` where no other is clearly better.

    `levels` in dB, (frames, channels); `plays`, (frames,): where a loopback sounds.
    """
    if not able.any():
        return present
    levels = levels[~_still_rings(plays)]
    if len(levels) < ENOUGH_FRAMES:
        return present if able[present] else int(np.argmax(able))
    alike = _together(levels, able)
    if able.sum() == 2 and not alike.all():
        return present if able[present] else int(np.argmax(able))  # which of the two is right, nobody can say
    able = able & alike
    low, high = np.percentile(levels, (10, 95), axis=0)
    contrast = high - low
    merit = np.where(able, contrast + LOUDER * high, -np.inf)
    best = int(np.argmax(merit))
    if not able[present]:
        return best
    is_clear = contrast[best] >= LIVELY_DB and merit[best] >= merit[present] + BETTER_DB
    return best if is_clear else present


def _plays(levels: Floats, zeros: Flags, loopbacks: Flags) -> Flags:
    """(frames,) bool: something is being played, by whatever repeats it."""
    others_sound: Flags = np.logical_not(np.all(zeros, axis=1))
    is_part_time: Flags = np.any(zeros & others_sound[:, None], axis=0)
    sounds: Flags = np.logical_and(np.logical_not(zeros), is_part_time)
    if loopbacks.any():
        floor = np.percentile(levels[:, loopbacks], 10, axis=0)
        sounds[:, loopbacks] = levels[:, loopbacks] > floor + LIVELY_DB
    plays: Flags = np.any(sounds, axis=1)
    return plays if is_part_time.any() or loopbacks.any() else ~others_sound


def _still_rings(plays: Flags) -> Flags:
    """Where a loopback sounds, or has just sounded: then the loudest echo would count as the best hearing."""
    rings: Flags = np.convolve(plays, np.ones(RING_FRAMES))[: len(plays)] > 0.5
    return rings


def _together(levels: Floats, able: Flags) -> Flags:
    """Which of the able channels move with most of them."""
    numbers = np.flatnonzero(able)
    if len(numbers) < 2:
        return able
    moved = levels[:, numbers] - levels[:, numbers].mean(axis=0)
    size = np.sqrt((moved**2).sum(axis=0)) + 1e-9
    likeness = (moved.T @ moved) / np.outer(size, size)
    centre = int(np.argmax((likeness >= TOGETHER).sum(axis=1) + likeness.sum(axis=1) / len(numbers)))
    together = np.zeros_like(able)
    together[numbers[likeness[centre] >= TOGETHER]] = True
    return together


def _append(past: NDArray[Any], rows: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([past, np.array(rows, dtype=past.dtype)])[-LOOKBACK_FRAMES:]


def _level_db(part: Samples) -> Floats:
    """Mean level per channel, dB of one step; of the differences, so that neither an offset nor rumble counts."""
    difference = np.diff(part.astype(np.float32), axis=0)
    level: Floats = 10.0 * np.log10(np.mean(difference * difference, axis=0) + 1e-2)
    return level


def _is_zero(part: Samples) -> Flags:
    sounds: Flags = np.any(part, axis=0)
    return np.logical_not(sounds)


def _is_clipped(part: Samples) -> Flags:
    """(channels,) bool: some neighbouring samples stand at the very top or bottom, which no voice does by itself."""
    flat: list[Flags] = []
    for extreme in (part.max(axis=0), part.min(axis=0)):
        at_extreme = part == extreme
        run = at_extreme[: -FLAT_SAMPLES + 1].copy()
        for step in range(1, FLAT_SAMPLES):
            run &= at_extreme[step : len(part) - FLAT_SAMPLES + 1 + step]
        flat.append(np.logical_and(np.any(run, axis=0), np.abs(extreme.astype(np.int32)) >= LOUD))
    cut: Flags = np.logical_or(*flat)
    return cut
