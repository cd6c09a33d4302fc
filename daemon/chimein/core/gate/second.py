"""The second stage: a slower and better judge, asked only about what the gate itself takes for loud speech.

A gate of levels and pitches cannot tell a sneeze, a dog or a tune from talk. Something that can, a small network, costs
twenty times the gate; so it hears only what stands out, and it may only say no: about an opening, and about what holds
an open door. It has no word about faint sounds: of those the gate itself misses less.

Measured with silero on labelled scenes: knocks sent 18 -> 11 %, music and babble 91 -> 79 %, a television all the same,
1.74 -> 1.56 hours a day; speech at 5 dB 100 -> 96 %, at 0 dB 83 -> 79 %. So it is off unless its owner asks for it.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import SAMPLE_BYTES, UP_HZ
from chimein.core.gate.cues import Cues

UNLIKELY: Final = 0.02
"""A likelihood of speech under this is a no. Far under the usual 0.5: it is to spare music, not to lose a word."""
CONTEXT_BYTES: Final = UP_HZ // 2 * SAMPLE_BYTES
"""Half a second before something stood out: a network has to hear its way in."""
PATIENCE_BLOCKS: Final = 10
"""It goes on hearing for a second after the last thing that stood out: a sentence has pauses."""
LOUD_DB: Final = 3.0
"""Stand-out from which its word counts."""

Flags = NDArray[np.bool_]


class Judge(Protocol):
    """Hears sound in order and says how likely there is speech in it."""

    def hear(self, pcm: bytes) -> float:
        """Takes whole 20 ms frames of 16 kHz mono PCM16; the greatest likelihood of about the last second, 0 to 1."""

    def forget(self) -> None:
        """What comes next does not follow on what was heard."""


class SecondStage:
    """Lets the judge hear what stands out, with the pre-roll before it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._listens = False
        self._idle_blocks = 0

    def allows(self, cues: Cues, block: bytes, unsent: bytes, *, is_open: bool) -> Flags | bool:
        """(5,) bool, or one for all: which of the block's frames may open the door or hold it.

        `unsent` is what a shut door remembers, the block at its end included.
        """
        is_busy = is_open or any(cues.standing)
        self._idle_blocks = 0 if is_busy else self._idle_blocks + 1
        if not is_busy and (not self._listens or self._idle_blocks > PATIENCE_BLOCKS):
            self.wipe()
            return True
        sound = block if self._listens else unsent[-CONTEXT_BYTES:]
        self._listens = True
        if self._judge.hear(sound) >= UNLIKELY:
            return True
        quiet: Flags = cues.standout_long < LOUD_DB
        return quiet

    def wipe(self) -> None:
        if self._listens:
            self._judge.forget()
        self._listens = False
