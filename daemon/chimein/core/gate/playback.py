"""The device's own voice: how loud the microphone should be hearing it, as one more floor that speech has to rise from.

Who knows what the speaker is letting be heard can tell a talker from it: in each band the room returns that sound at a
ratio that hardly changes, the *coupling*, which is learned while it plays. The level that is played, times the
coupling, plus a margin is what the echo alone may amount to.

Measured on two sets of scenes with made rooms, told of the sound from 30 ms too late to 100 ms too early: none of the
own voice goes up; 50 ms too late at most 8 %. Of somebody who talks across it from near by 76 to 92 % do, and 96 to
100 % where an echo canceller stands before the gate; of somebody far away 15 to 46 %, with a canceller 83 to 99 %.
Known to be in time (0 to 50 ms early): still none, and 99 to 100 % of all but the far one without a canceller, of whom
41 to 49 % do.

Behind the canceller, in made rooms with real voices (60 to 500 ms, clocks that part, speakers that clip; told in time):
99 to 100 % of somebody near, and about half of him across music that is twice as loud. Own voice: none in six rooms of
eight, 1.4 % in one that reverberates for 0.7 s, and 4.5 % of one piece of music: now and then the canceller lets a loud
note through, for a fifth of a second.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chimein.core.audio import UP_HZ, Samples
from chimein.core.gate.hearing import BAND_EDGES_HZ, BANDS, BLOCK_FRAMES, PITCH_BINS, PITCH_WINDOW, Floats, Hearing

MARGIN_DB: Final = 2.0
"""Over the held level, which stands some 4 dB above a voice's running one: 6 dB in all."""
HOLD_FRAMES: Final = 5
"""So long a level is expected in full: sound takes its time through a room, and the gate may be told of it early."""
RELEASE_DB: Final = 1.3
"""Per frame, from then on. An echo dies away so slowly in a room that reverberates for 0.9 s."""
AUDIBLE_DB: Final = 40.0
"""Per bin: less in every band is as good as silence, and nothing is expected of it."""
WORTH_LEARNING_DB: Final = 25.0
"""Per bin: in a band that plays less the microphone hears the room and not the speaker."""
LEARNING: Final = 0.02
"""Share of what the coupling was wrong by that one frame corrects: a second of speech settles it."""
LEARNING_UP: Final = 0.005
"""Likewise, once it has settled and where the reference is in time, for a room that returns more than it did: mostly
that is somebody who talks, and over music, which has no pauses, a coupling that followed him would have swallowed him
in two seconds. Told 100 ms early, though, every syllable's end returns more than it should, and has to be learned."""
SETTLED_BLOCKS: Final = 50
"""5 s of playing."""
FIRST_BLOCKS: Final = 10
FIRST_LEARNING: Final = 0.1
"""Share of one frame in the first second of playing, when nothing is known of the coupling yet: it may be anything."""
FIRST_SURPRISE_DB: Final = 60.0
RECENT_BLOCKS: Final = 5
SURPRISE_DB: Final = 6.0
"""A frame that is wrong by more counts as wrong by this much, or a talker would pass for an echo."""


class PlaybackFloor:
    """What the speaker's sound may amount to at the microphone."""

    def __init__(self) -> None:
        self._hearing = Hearing()
        self._played, self._caught = _Held(), _Held()
        self._coupling = np.zeros(BANDS, dtype=np.float32)
        self._is_silent = True
        self._learned_blocks = 0
        self._silent_blocks = RECENT_BLOCKS

    @property
    def is_recent(self) -> bool:
        """Something is played, or was until half a second ago."""
        return self._silent_blocks < RECENT_BLOCKS

    def expect(self, played: Samples, caught: Floats, *, is_in_time: bool) -> Floats | None:
        """What the echo may amount to in this block, (5, BANDS), dB per bin; None while nothing is played.

        `played` is the block that sounds while the microphone catches the one whose levels, (5, BANDS), are `caught`.
        """
        self._silent_blocks += 1
        if self._is_silent and not played.any():
            return None  # nothing to hear, at no cost
        levels = self._played.hold(self._hearing.bands(played))
        returned = self._caught.hold(caught)  # held alike, or every syllable's beginning would seem loud
        is_audible = levels.max(axis=1, keepdims=True) > AUDIBLE_DB
        self._is_silent = not is_audible.any()
        if self._is_silent:
            return None
        self._silent_blocks = 0
        expected = np.where(is_audible, levels + (self._coupling + MARGIN_DB), -np.inf).astype(np.float32)
        is_worth = is_audible & (levels > WORTH_LEARNING_DB)
        is_first = is_in_time and self._learned_blocks < FIRST_BLOCKS
        surprise = FIRST_SURPRISE_DB if is_first else SURPRISE_DB
        wrong = np.clip(returned - levels - self._coupling, -surprise, surprise)
        self._learned_blocks += 1
        downwards = FIRST_LEARNING if is_first else LEARNING
        upwards = LEARNING_UP if is_in_time and self._learned_blocks > SETTLED_BLOCKS else downwards
        self._coupling += (np.where(wrong > 0, upwards, downwards) * np.where(is_worth, wrong, 0.0)).sum(axis=0)
        return expected


class _Held:
    """A level that falls only slowly, per band."""

    def __init__(self) -> None:
        self._recent = np.zeros((HOLD_FRAMES - 1 + BLOCK_FRAMES, BANDS), dtype=np.float32)
        self._held: NDArray[np.float32] = np.zeros(BANDS, dtype=np.float32)

    def hold(self, block: Floats) -> Floats:
        self._recent[:-BLOCK_FRAMES] = self._recent[BLOCK_FRAMES:]
        self._recent[-BLOCK_FRAMES:] = block
        levels: Floats = sliding_window_view(self._recent, HOLD_FRAMES, axis=0).max(axis=2)
        for level in levels:
            np.maximum(level, self._held - RELEASE_DB, out=level)
            self._held = level
        return levels


def of_bins(bands: Floats) -> Floats:
    """(5, BANDS) levels in dB → (5, PITCH_BINS) powers: each bin's is its band's."""
    powers: Floats = np.power(np.float32(10.0), bands / 10)[:, _BAND_OF_BIN]
    return powers


_BAND_OF_BIN: Final = np.clip(
    np.searchsorted(BAND_EDGES_HZ, np.arange(PITCH_BINS) * UP_HZ / PITCH_WINDOW, side="right") - 1, 0, BANDS - 1
)
