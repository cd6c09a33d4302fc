"""The microphone arrays that are known, and which of an array's channels is heard. Pure.

An array delivers several channels: one that it has worked on (beam, echo, noise), its bare microphones, and perhaps a
loopback of what is being played, which must never go up. A known array has a row in ARRAYS; of any other the channels
themselves have to tell (Chooser).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples
from chimein.core.errors import MicrophoneError

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Array:
    """One kind of array."""

    name: str
    usb_ids: tuple[str, ...] = ()
    """"2886:001a", or with "0b0e:" all of a maker's."""
    words: tuple[str, ...] = ()
    """Parts of the card's name or id, in small letters, for where no USB id can be seen."""
    processed: Mapping[int, int] = field(default_factory=dict)
    """By how many channels its firmware has: the one to be heard."""
    loopback: Mapping[int, int] = field(default_factory=dict)
    """Likewise: the one that repeats what is played. Most have none."""
    cancels_echo: bool = True
    """Of what is played through the array itself; `echo.mode: device` is for these."""

    def fits(self, usb_id: str | None, name: str, card_id: str | None) -> bool:
        if usb_id is not None and any(usb_id.startswith(known) for known in self.usb_ids):
            return True
        return any(word in f"{name} {card_id or ''}".lower() for word in self.words)


ARRAYS: Final = (
    Array(
        "ReSpeaker XVF3800",
        ("2886:001a",),
        ("xvf3800",),
        processed={1: 0, 2: 0, 6: 0},  # 0 conference, 1 for recognisers, 2 to 5 bare
    ),
    Array(
        "ReSpeaker Mic Array v2.0",
        ("2886:0018",),
        ("respeaker", "arrayuac10"),
        processed={1: 0, 6: 0},  # 0 processed, 1 to 4 bare, 5 what is played
        loopback={6: 5},
    ),
    Array("ReSpeaker Lite", ("2886:0019",), ("respeaker lite",), processed={1: 0, 2: 0}),
    Array("Jabra speakerphone", ("0b0e:",), ("jabra",), processed={1: 0, 2: 0}),
    Array("PlayStation Eye", ("1415:2000",), (), processed={1: 0, 4: 0}, cancels_echo=False),
)
"""Forms of their USB sound by firmware. ReSpeaker v2: the maker's wiki and its 6 channel recordings; XVF3800: XMOS's
guide (XM-014888, "conference" and "ASR" output) and Seeed's firmware names (2 and 6 channels, 16 and 48 kHz)."""


def known_array(usb_id: str | None, name: str, card_id: str | None) -> Array | None:
    """The row that fits a device; a USB id counts more than a name."""
    by_id = [array for array in ARRAYS if array.fits(usb_id, "", None)]
    return next(iter([*by_id, *(array for array in ARRAYS if array.fits(None, name, card_id))]), None)


class Pick(Protocol):
    """Makes one channel of many."""

    def mono(self, block: Samples) -> Samples:
        """(frames, channels) int16 → (frames,) int16."""


def pick(wanted: str, channels: int, array: Array | None = None) -> Pick:
    """What `microphone.channel` means for a device: a number, ``mix``, or ``auto``. Raises MicrophoneError."""
    if wanted == "mix":
        without = array and array.loopback.get(channels)
        return Mix([number for number in range(channels) if number != without])
    if wanted != "auto":
        if int(wanted) >= channels:
            raise MicrophoneError(f"microphone.channel is {wanted}, but the device's channels are 0 to {channels - 1}")
        return One(int(wanted))
    if channels == 1:
        return One(0)
    if array is not None and channels in array.processed:
        return One(array.processed[channels])
    return Chooser(channels)


class One:
    """Always the same channel."""

    def __init__(self, number: int) -> None:
        self.number = number

    def mono(self, block: Samples) -> Samples:
        return block[:, self.number]


class Mix:
    """The mean of some channels."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = list(numbers)

    def mono(self, block: Samples) -> Samples:
        mean: Samples = block[:, self._numbers].mean(axis=1, dtype=np.float32).round().astype(np.int16)
        return mean


LOOKBACK_FRAMES: Final = 500
"""Of 20 ms: 10 s."""
LOOK_EVERY: Final = 50
ENOUGH_FRAMES: Final = 150
TOGETHER: Final = 0.6
"""Correlation of two channels' levels over time, from which on they hear the same room."""
LIVELY_DB: Final = 8.0
"""Between the room and what sounds in it; with less nobody has spoken, and nothing can be compared."""
BETTER_DB: Final = 1.5
"""By so much a channel has to be better, twice running, before it is heard in place of the one that is."""
RING_FRAMES: Final = 25
"""How long a room answers to what was played."""


class Chooser:
    """Finds the channel to hear in an array that nobody knows, while it is being heard.

    It begins with the first channel that has a signal at all: arrays put their best one first, and a loopback is
    silent before anything has been played. Every second it looks back over the last ten. Microphones of one array hear
    one room, so their levels rise and fall together; a channel that does not move with most of the others (a loopback,
    a hum, a loose wire) is not one, nor is one that is exact zeros for a while when others are not. Of the rest, the
    one in which speech stands highest above the room is heard, measured while no loopback sounds.

    A channel that has been heard and falls to exact zeros has been muted, and then nobody looks for another way to
    hear: that is the whole point of a mute in hardware.
    """

    def __init__(self, channels: int) -> None:
        self.number = 0
        """The channel that is heard."""
        self._has_sounded = False
        self._levels = np.zeros((0, channels), dtype=np.float32)
        self._zeros = np.zeros((0, channels), dtype=np.bool_)
        self._new = 0
        self._candidate: int | None = None

    def mono(self, block: Samples) -> Samples:
        if len(block):
            self._look(block)
        return block[:, self.number]

    def _look(self, block: Samples) -> None:
        moving = block.max(axis=0) != block.min(axis=0)
        if not self._has_sounded:
            if not moving.any():
                return
            self.number = int(np.argmax(moving))
            self._has_sounded = True
        pieces = max(1, round(len(block) / 320))
        parts = np.array_split(block.astype(np.float32), pieces)
        levels = np.array([_level_db(part) for part in parts], dtype=np.float32)
        zeros = np.array([~part.any(axis=0) for part in parts])
        self._levels = np.concatenate([self._levels, levels])[-LOOKBACK_FRAMES:]
        self._zeros = np.concatenate([self._zeros, zeros])[-LOOKBACK_FRAMES:]
        self._new += pieces
        if self._new >= LOOK_EVERY and len(self._levels) >= ENOUGH_FRAMES:
            self._new = 0
            self._judge()

    def _judge(self) -> None:
        if self._zeros[-LOOK_EVERY:, self.number].all():
            return  # muted
        best = best_channel(self._levels, self._zeros, self.number)
        if best != self.number and best == self._candidate:
            self.number = best
        self._candidate = best


def best_channel(levels: Floats, zeros: Flags, present: int) -> int:
    """The microphone in which speech stands highest; `present` where no other is clearly better.

    `levels` in dB and `zeros` (bool: not one sample but zero), both of shape (frames, channels).
    """
    others_sound: Flags = np.logical_not(np.all(zeros, axis=1))
    is_part_time: Flags = np.any(zeros & others_sound[:, None], axis=0)
    able: Flags = np.logical_and(~is_part_time, others_sound.any())
    plays = np.logical_not(zeros[:, is_part_time].all(axis=1)) if is_part_time.any() else ~others_sound
    rings = _still_rings(plays)
    levels = levels[~rings]
    if not able.any() or len(levels) < ENOUGH_FRAMES:
        return int(np.argmax(able)) if able.any() and not able[present] else present
    able &= _together(levels, able)
    low, high = np.percentile(levels, (10, 95), axis=0)
    contrast = np.where(able, high - low, -np.inf)
    best = int(np.argmax(contrast))
    if not able[present]:
        return best
    is_clear = contrast[best] >= LIVELY_DB and contrast[best] >= contrast[present] + BETTER_DB
    return best if is_clear else present


def _still_rings(plays: Flags) -> Flags:
    """Where a loopback sounds, or has just sounded: then the loudest echo would count as the best hearing."""
    rings: Flags = np.convolve(plays, np.ones(RING_FRAMES))[: len(plays)] > 0.5
    return rings


def _together(levels: Floats, able: Flags) -> Flags:
    """Which of the able channels move with most of them. Of two that do not move together both count."""
    numbers = np.flatnonzero(able)
    if len(numbers) < 3:
        return able
    moved = levels[:, numbers] - levels[:, numbers].mean(axis=0)
    size = np.sqrt((moved**2).sum(axis=0)) + 1e-9
    likeness = (moved.T @ moved) / np.outer(size, size)
    centre = int(np.argmax((likeness >= TOGETHER).sum(axis=1) + likeness.sum(axis=1) / len(numbers)))
    together = np.zeros_like(able)
    together[numbers[likeness[centre] >= TOGETHER]] = True
    return together


def _level_db(part: Floats) -> Floats:
    """Mean level per channel, dB of one step; of the differences, so that neither an offset nor rumble counts."""
    difference = np.diff(part, axis=0)
    level: Floats = 10.0 * np.log10(np.mean(difference * difference, axis=0) + 1e-2)
    return level
