"""Caution: what false alarms teach.

A bed that surges, a machine that turns, a tap played with: now and then each of them looks like a faint voice, and what
looked like one a moment ago will again. A voice looks better than that: of openings for talk nine in ten find three
times the evidence that it takes to open, of those for steady noise one in four. So an opening that closes without it
was a false alarm, and from then on it takes more than what gave it. That is forgotten within some minutes, and at once
when somebody is really heard. The demand is bounded, and what is lively (evidence.py), as a voice close by is, gets in
as ever, until that has been the false alarm some times in a row.
"""

from typing import Final

from chimein.core.gate.hearing import BLOCK_FRAMES

CONVINCING: Final = 3.0
"""Times the least evidence that opens: what a voice finds while it talks."""
MORE: Final = 1.25
"""Times the evidence of a false alarm: what the next opening takes."""
MOST: Final = 2.5
"""Times the least evidence: no false alarm makes it take more."""
SUSPICIOUS: Final = 4
"""False alarms in a row, after which liveliness is no excuse: something chops, ticks or wipes."""
HALF_LIFE_S: Final = 60.0
_FADING: Final = 0.5 ** (0.02 * BLOCK_FRAMES / HALF_LIFE_S)


class Caution:
    """How much evidence an opening takes. Counts in blocks."""

    def __init__(self, least: float) -> None:
        """`least`: the evidence that opens when nothing has gone wrong."""
        self._least = least
        self._strongest = 0.0
        self._false_alarms = 0
        self.demand = least

    @property
    def lively_demand(self) -> float:
        """What it takes of something lively."""
        return self._least if self._false_alarms < SUSPICIOUS else self.demand

    def watch(self, strength: float, *, is_new: bool) -> None:
        """The strongest evidence of a block at whose end the door is open; `is_new` if it has only just opened."""
        self._strongest = strength if is_new else max(self._strongest, strength)

    def closed(self) -> None:
        """The door has shut by itself: was it a false alarm? A whisper, which has no evidence of this kind, is not."""
        if self._strongest >= CONVINCING * self._least:
            self._trust()
        elif self._strongest > self._least:
            self.demand = min(MOST * self._least, max(self.demand, MORE * self._strongest))
            self._false_alarms += 1

    def fade(self) -> None:
        """A block has passed."""
        self.demand *= _FADING
        if self.demand <= self._least:
            self._trust()

    def _trust(self) -> None:
        self.demand = self._least
        self._false_alarms = 0
