"""The microphone arrays that are known, and which of an array's channels is heard. Pure.

An array delivers several channels: one that it has worked on (beam, echo, noise), its bare microphones, and perhaps a
loopback of what is being played, which must never go up. A known array has a row in ARRAYS; of any other the channels
themselves have to tell (chooser.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from chimein.core.audio import UP_HZ, Samples
from chimein.core.errors import MicrophoneError
from chimein.core.sound.chooser import Chooser
from chimein.core.sound.heard import Heard, Why


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
    Array("ReSpeaker Lite", ("2886:0019",), ("respeaker lite",), processed={1: 0, 2: 0}),
    Array(
        "ReSpeaker Mic Array v2.0",
        ("2886:0018",),
        ("respeaker", "arrayuac10"),
        processed={1: 0, 6: 0},  # 0 processed, 1 to 4 bare, 5 what is played
        loopback={6: 5},
    ),
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

    @property
    def number(self) -> int | None:
        """The channel that is heard now; None: a mix."""

    @property
    def why(self) -> Why:
        """That one."""

    def mono(self, block: Samples) -> Samples:
        """(frames, channels) int16 → (frames,) int16."""

    def heed(self, *, speaker_sounds: bool) -> None:
        """Whether the room hears the speaker now, as the one who has it speak knows a little later."""

    def played(self, block: Samples) -> Samples | None:
        """What was being played meanwhile, likewise, where the array itself says so. After `mono` of the same block."""


def pick(
    wanted: str, channels: int, array: Array | None = None, *, rate_hz: int = UP_HZ, before: Heard | None = None
) -> Pick:
    """What `microphone.channel` means for a device: a number, ``mix``, or ``auto``. Raises MicrophoneError.

    `before`: what was found by listening when this device was heard last.
    """
    if wanted == "mix":
        without = array.loopback.get(channels) if array is not None else None
        return Mix([number for number in range(channels) if number != without], without)
    if wanted != "auto":
        if int(wanted) >= channels:
            raise MicrophoneError(f"microphone.channel is {wanted}, but the device's channels are 0 to {channels - 1}")
        return One(int(wanted), Why.WANTED)
    if channels == 1:
        return One(0, Why.ONLY)
    found = before.number if before is not None else None
    if array is not None and channels in array.processed:
        number, loopback = array.processed[channels], array.loopback.get(channels)
        chooser = Chooser(channels, rate_hz, before=found)
        is_misfit = before is not None and before.why is Why.MISFIT
        return Watched(None if is_misfit else number, chooser, loopback=loopback)
    return Chooser(channels, rate_hz, before=found)


class One:
    """Always the same channel."""

    def __init__(self, number: int, why: Why = Why.ONLY) -> None:
        self.number = number
        self.why = why

    def mono(self, block: Samples) -> Samples:
        return block[:, self.number]

    def heed(self, *, speaker_sounds: bool) -> None:
        """Nothing changes."""

    def played(self, block: Samples) -> Samples | None:
        return None


class Watched:
    """The channel that a row in ARRAYS names, for as long as it does not turn out to be what is played: then this is
    another firmware than the row knows, and the channels themselves have to tell.

    For nothing else: one that is exact zeros has been muted, and one that is poor may be made so for a reason.
    """

    def __init__(self, number: int | None, chooser: Chooser, *, loopback: int | None) -> None:
        """None: it has turned out so before."""
        self._chooser = chooser
        self._row = number
        self._loopback = loopback

    @property
    def number(self) -> int:
        return self._chooser.number if self._row is None else self._row

    @property
    def why(self) -> Why:
        return Why.MISFIT if self._row is None else Why.KNOWN

    def mono(self, block: Samples) -> Samples:
        if self._row is None:
            return self._chooser.mono(block)
        if self._chooser.is_learning(self._row):
            self._chooser.mono(block)
            if self._chooser.loopbacks[self._row]:
                self._row = None
        return block[:, self.number]

    def heed(self, *, speaker_sounds: bool) -> None:
        self._chooser.heed(speaker_sounds=speaker_sounds)

    def played(self, block: Samples) -> Samples | None:
        if self._row is None:
            return self._chooser.played(block)
        return None if self._loopback is None else block[:, self._loopback]


class Mix:
    """The mean of some channels."""

    number = None
    why = Why.WANTED

    def __init__(self, numbers: Sequence[int], loopback: int | None = None) -> None:
        self._numbers = list(numbers)
        self._loopback = loopback

    def mono(self, block: Samples) -> Samples:
        mean: Samples = block[:, self._numbers].mean(axis=1, dtype=np.float32).round().astype(np.int16)
        return mean

    def heed(self, *, speaker_sounds: bool) -> None:
        """Nothing changes."""

    def played(self, block: Samples) -> Samples | None:
        return None if self._loopback is None else block[:, self._loopback]
