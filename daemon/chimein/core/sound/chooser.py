"""Which channel of an array that nobody knows is heard: found out from the channels themselves. Pure."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples
from chimein.core.sound.clips import Clips
from chimein.core.sound.heard import Why
from chimein.core.sound.levels import LIVELY_DB, Flags, levels_db
from chimein.core.sound.merit import ENOUGH_FRAMES, able_channels, best_channel, frames_of_playing
from chimein.core.sound.order import RESTS_DB, SOUNDS_DB, OrderFinder

LOOKBACK_FRAMES: Final = 500
"""Of 20 ms: 10 s."""
LOOK_EVERY: Final = 50
LOOK_EARLY: Final = 10
"""While there is too little to compare voices: only whether one is heard that no microphone could be."""
MAJORITY: Final = 3
"""So many that hear somebody are believed against one that does not."""
LATE_FRAMES: Final = 15
"""A block of 80 ms, the way to the daemon and back, and some."""
STARTS_S: Final = 0.3
"""What an array works on may begin so late, with zeros."""
MOSTLY: Final = 0.05
"""Share of exact zeros in what sounds now and then, or has not sounded yet: a loopback between words. What crackles
more seldom is a loose wire."""


class Chooser:
    """Finds the channel to hear in an array that nobody knows, while it is being heard.

    It begins with the first channel that has a signal at all: arrays put their best one first, and a loopback is
    silent before anything has been played. Every second it looks back over the last ten. Microphones of one array hear
    one room, so their levels rise and fall together, or they hear the same at the same time; a channel that goes its
    own way (a loopback, a hum, a loose wire) is not one, nor is one that is exact zeros for a while when others are
    not. One that most others repeat a little later (order.py) is what is played, or bare among worked-on ones, and is
    not heard where there is another. One that is cut off (clips.py) is heard only where all are. Of the rest the best
    one (merit.py) is heard.

    A channel that has been heard and falls to exact zeros has been muted, and then nobody looks for another way to
    hear: that is the whole point of a mute in hardware.
    """

    def __init__(self, channels: int, rate_hz: int, *, before: int | None = None) -> None:
        """`before`: what was found the last time; one that has been muted since then stays so."""
        self.number = before if before is not None and before < channels else 0
        """The channel that is heard."""
        self._was_found = before is not None
        self._may_play = np.zeros(channels, dtype=np.bool_)
        self._has_sounded = False
        self._frame = rate_hz // 50
        self._starting = round(STARTS_S * rate_hz)
        self._order = OrderFinder(channels, rate_hz)
        self._levels = np.zeros((0, channels), dtype=np.float32)
        self._zeros = np.zeros((0, channels), dtype=np.bool_)
        self._gaps = self._zeros  # the same, but for the first STARTS_S
        self._quiet = np.full(channels, np.inf)  # dB, at the last look
        self._clips = Clips(channels)
        self._plays = np.zeros(0, dtype=np.bool_)
        self._speaker_sounds = False
        self._new = self._new_frames = 0  # since the last look, and at it
        self._candidate: int | None = None
        self._unbroken = ENOUGH_FRAMES if self._was_found else 0  # frames that it has delivered without a gap
        self._is_muted = False

    @property
    def why(self) -> Why:
        """This channel."""
        return Why.FOUND if self._was_found else Why.FIRST

    @property
    def loopbacks(self) -> Flags:
        """(channels,): what is played, as far as it has been found out."""
        return self._order.loopbacks

    def is_learning(self, number: int) -> bool:
        """Whether it may still turn out that this one is what is played."""
        return not self._order.is_settled(number)

    def heed(self, *, speaker_sounds: bool) -> None:
        """Whether the room hears the speaker now; known so late that what was heard just before counts as well."""
        if speaker_sounds and not self._speaker_sounds:
            self._plays[-LATE_FRAMES:] = True
        self._speaker_sounds = speaker_sounds

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
            if not self._was_found:
                self.number = int(np.argmax(moving))
            self._has_sounded = True
        pieces = round(len(block) / self._frame)
        if not pieces:
            return
        length = len(block) // pieces
        frames = block[: pieces * length].reshape(pieces, length, -1)
        self._levels = _append(self._levels, levels_db(frames))
        zeros = ~np.any(frames, axis=1)
        self._zeros = _append(self._zeros, zeros)
        self._gaps = _append(self._gaps, zeros & (self._starting <= 0))
        self._starting -= len(block)
        self._plays = _append(self._plays, np.full(pieces, self._speaker_sounds))
        self._clips.count(frames, self._levels[-pieces:] > self._quiet + LIVELY_DB)
        self._order.hear(block)
        self._new += pieces
        is_early = len(self._levels) < ENOUGH_FRAMES
        if self._new >= (LOOK_EARLY if is_early else LOOK_EVERY):
            self._new_frames, self._new = self._new, 0
            self._judge(is_early=is_early)

    def _judge(self, *, is_early: bool) -> None:
        if self._follow_mute():
            return
        self._quiet = np.percentile(self._levels, 10, axis=0)
        self._order.look(self._levels, speaker_sounds=self._speaker_sounds)
        microphones = able_channels(self._levels, self._gaps) & ~self._order.loopbacks
        able = self._able(microphones)
        self._may_play = self._find_loopbacks()
        self._join_the_others(able)
        if is_early:
            if able.any() and not able[self.number]:
                self._hear(int(np.argmax(able)))
            return
        plays = self._plays | frames_of_playing(self._levels, self._gaps, self._order.leaders & ~self._order.bare)
        may_hear = microphones & (self._order.bare | ~self._order.leaders)
        best = best_channel(
            self._levels, able, plays, self.number,
            microphones=may_hear, together=self._order.together, worked_on=self._order.followers,
        )  # fmt: skip
        if best is None and not able[self.number] and able.any():
            self._hear(int(np.argmax(able)))
        elif best is not None and (best == self._candidate or not able[self.number]):
            self._was_found = True
            self._hear(best)
        self._candidate = best

    def _join_the_others(self, able: Flags) -> None:
        """One that is silent while three or more hear somebody is no microphone, whatever it is: at once."""
        others = able & self._order.together
        sounds = self._levels[-LOOK_EVERY:] > self._quiet + SOUNDS_DB
        rests = not (self._levels[-LOOK_EVERY:, self.number] > self._quiet[self.number] + RESTS_DB).any()
        hears = others & (sounds.sum(axis=0) >= LOOK_EARLY)
        if rests and hears.sum() >= MAJORITY and not self._order.together[self.number]:
            self._was_found = True
            self._hear(int(np.argmax(hears)))

    def _able(self, able: Flags) -> Flags:
        """Those that may be heard: whole ones that lead no others, else whole ones that do, else what is cut off."""
        whole = able & ~self._clips.often
        for choice in (whole & ~self._order.leaders, whole & self._order.bare, able & ~self._order.leaders):
            if choice.any():
                return choice
        return able

    def _find_loopbacks(self) -> Flags:
        if self._order.loopbacks.any():
            return self._order.loopbacks
        now_and_then: Flags = self._gaps.mean(axis=0) > MOSTLY
        now_and_then[self.number] = False
        return now_and_then

    def _hear(self, number: int) -> None:
        if number != self.number:
            self.number, self._unbroken = number, 0

    def _follow_mute(self) -> bool:
        """Whether the present one has been muted, or just comes back from it and is as good as it was before."""
        silent = self._zeros[-self._new_frames :, self.number]
        has_proved = self._unbroken >= ENOUGH_FRAMES
        if has_proved and silent[-1]:
            self._is_muted = True
        elif self._is_muted:
            self._is_muted = False
            self._levels, self._zeros, self._gaps = self._levels[:0], self._zeros[:0], self._gaps[:0]
            self._plays = self._plays[:0]
            return True
        elif not has_proved:
            self._unbroken = 0 if silent.any() else self._unbroken + len(silent)
        return self._is_muted


def _append(past: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([past, rows.astype(past.dtype)])[-LOOKBACK_FRAMES:]
