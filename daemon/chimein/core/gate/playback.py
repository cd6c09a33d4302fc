"""The device's own voice: how loud the microphone should be hearing it, as one more floor that speech has to rise from.

Who knows what the speaker is letting be heard can tell a talker from it: in each band the room returns that sound at a
ratio that hardly changes, the *coupling*, which is learned while it plays. The level that is played, times the
coupling, plus a margin is what the echo alone may amount to.

What the room gives back later, while it rings, is louder behind a canceller than that says. It is one more expectation,
which falls more slowly and whose level is learned where the sound itself has died away.

Measured once, after all was settled, in 34 made rooms with real voices and music, told in time
(daemon/docs/reference.md has the table): 0 to 1.2 % of the own voice goes up, of music 1 to 3.2 %; of somebody near 92
to 100 % are heard, and across music that is twice as loud 40 % behind a canceller and 20 % without one. Where the time
is not known, 100 ms early to 20 ms late does no harm.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chimein.core.audio import UP_HZ, Samples
from chimein.core.gate.hearing import BAND_EDGES_HZ, BANDS, BLOCK_FRAMES, PITCH_BINS, PITCH_WINDOW, Floats, Hearing

MARGIN_DB: Final = 1.5
"""Over the held level, which stands some 4 dB above a voice's running one: 5.5 dB in all."""
HOLD_FRAMES: Final = 5
"""So long a level is expected in full: sound takes its time through a room, and the gate may be told of it early."""
RELEASE_DB: Final = 1.3
"""Per frame, from then on. An echo dies away so slowly in a room that reverberates for 0.9 s."""
TAIL_MARGIN_DB: Final = 2.0
TAIL_HOLD_FRAMES: Final = 12
TAIL_RELEASE_DB: Final = 0.7
"""Of what still rings: slower than any kitchen's echo dies away, for a canceller cuts into speech more than into what
follows it, so that behind one the tail first hardly falls at all. How loud it is has to be learned."""
TAIL_DB: Final = 6.5
"""By so much the held level has to have come down further than the tail's for the tail to be heard by itself."""
TAIL_START_DB: Final = -10.0
"""What it is taken to be, in relation to the sound itself, until it has been heard."""
TAIL_LEARNING: Final = 0.02
TAIL_LEARNING_UP: Final = 0.005
"""Likewise, once it has settled: who answers speaks into it."""
TAIL_SETTLED_BLOCKS: Final = 100
"""10 s of playing."""
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
        self._played, self._caught = _Held(HOLD_FRAMES, RELEASE_DB), _Held(HOLD_FRAMES, RELEASE_DB)
        self._ringing = _Held(TAIL_HOLD_FRAMES, TAIL_RELEASE_DB)
        self._coupling = np.zeros(BANDS, dtype=np.float32)
        self._tail = np.full(BANDS, TAIL_START_DB, dtype=np.float32)
        self._is_silent = True
        self._learned_blocks = 0
        self._silent_blocks = RECENT_BLOCKS

    @property
    def is_recent(self) -> bool:
        """Something is played, or was until half a second ago."""
        return self._silent_blocks < RECENT_BLOCKS

    def expect(self, played: Samples, caught: Floats, *, is_in_time: bool) -> Floats | None:
        """What the echo may amount to in this block, (5, BANDS), dB per bin; None while nothing is played, or rings.

        `played` is the block that sounds while the microphone catches the one whose levels, (5, BANDS), are `caught`.
        """
        self._silent_blocks += 1
        if self._is_silent and not played.any():
            return None  # nothing to hear, at no cost
        bands = self._hearing.bands(played)
        levels, ringing = self._played.hold(bands), self._ringing.hold(bands)
        returned = self._caught.hold(caught)  # held alike, or every syllable's beginning would seem loud
        loudest = levels.max(axis=1, keepdims=True)
        is_audible, still_rings = loudest > AUDIBLE_DB, ringing.max(axis=1, keepdims=True) > AUDIBLE_DB
        self._is_silent = not still_rings.any()
        if self._is_silent:
            return None
        self._silent_blocks = 0
        sound = np.where(is_audible, levels + (self._coupling + MARGIN_DB), -np.inf)
        tail = np.where(still_rings, ringing + (self._coupling + self._tail + TAIL_MARGIN_DB), -np.inf)
        is_tail = (ringing > levels + TAIL_DB) & (ringing > WORTH_LEARNING_DB)
        self._learn_tail(returned - ringing - self._coupling - self._tail, is_tail)
        self._learn(returned - levels - self._coupling, is_audible & (levels > WORTH_LEARNING_DB), is_in_time)
        expected: Floats = np.maximum(sound, tail).astype(np.float32)
        return expected

    def _learn(self, wrong: Floats, is_worth: NDArray[np.bool_], is_in_time: bool) -> None:
        """`wrong`: by how much more came back than the coupling says."""
        is_first = is_in_time and self._learned_blocks < FIRST_BLOCKS
        surprise = FIRST_SURPRISE_DB if is_first else SURPRISE_DB
        self._learned_blocks += 1
        downwards = FIRST_LEARNING if is_first else LEARNING
        upwards = LEARNING_UP if is_in_time and self._learned_blocks > SETTLED_BLOCKS else downwards
        self._coupling += _correction(wrong, is_worth, surprise, downwards, upwards)

    def _learn_tail(self, wrong: Floats, is_tail: NDArray[np.bool_]) -> None:
        upwards = TAIL_LEARNING if self._learned_blocks < TAIL_SETTLED_BLOCKS else TAIL_LEARNING_UP
        self._tail += _correction(wrong, is_tail, SURPRISE_DB, TAIL_LEARNING, upwards)


def _correction(
    wrong: Floats, is_worth: NDArray[np.bool_], surprise: float, downwards: float, upwards: float
) -> Floats:
    """(BANDS,) what five frames, (5, BANDS) dB wrong each, correct."""
    share = np.where(wrong > 0, upwards, downwards) * is_worth
    correction: Floats = (share * wrong.clip(-surprise, surprise)).sum(axis=0)
    return correction


class _Held:
    """A level that is held for some frames and then falls only slowly, dB per frame; per band."""

    def __init__(self, hold_frames: int, release_db: float) -> None:
        self._frames, self._release_db = hold_frames, release_db
        self._recent = np.zeros((hold_frames - 1 + BLOCK_FRAMES, BANDS), dtype=np.float32)
        self._held: NDArray[np.float32] = np.zeros(BANDS, dtype=np.float32)

    def hold(self, block: Floats) -> Floats:
        self._recent[:-BLOCK_FRAMES] = self._recent[BLOCK_FRAMES:]
        self._recent[-BLOCK_FRAMES:] = block
        levels: Floats = sliding_window_view(self._recent, self._frames, axis=0).max(axis=2)
        for level in levels:
            np.maximum(level, self._held - self._release_db, out=level)
            self._held = level
        return levels


def of_bins(bands: Floats) -> Floats:
    """(5, BANDS) levels in dB → (5, PITCH_BINS) powers: each bin's is its band's."""
    powers: Floats = np.power(np.float32(10.0), bands / 10)[:, _BAND_OF_BIN]
    return powers


_BAND_OF_BIN: Final = np.clip(
    np.searchsorted(BAND_EDGES_HZ, np.arange(PITCH_BINS) * UP_HZ / PITCH_WINDOW, side="right") - 1, 0, BANDS - 1
)
