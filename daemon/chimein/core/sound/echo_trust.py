"""Whether an echo canceller can be relied on in this room, and how much of the echo is left in. Pure."""

from typing import Final

import numpy as np

from chimein.core.audio import Samples

EARNED_DB: Final = 15.0
"""By so much what is heard has to become quieter, for EARNED_STEPS, before one that failed is relied on again."""
EARNED_STEPS: Final = 60
LOST_DB: Final = 6.0
LOST_STEPS: Final = 400
"""4 s of playing."""
ACROSS: Final = 2.0
"""Times the power that the echo has had where it was cancelled, 3 dB: more than that is somebody who talks across it.
He stays in, which is what a canceller is for, and makes it look bad..."""
DOUBTED: Final = 0.25
"""...so such a step counts for less. Not for nothing: it might be a louder echo that is not cancelled."""
AVERAGE: Final = 0.03
"""Share of a step of 10 ms in the running powers: a third of a second."""
FADING: Final = 0.98
"""Per step, of the loudest that has been played: an echo comes a little later, and dies away."""
LEFT_IN: Final = 10 ** (-17 / 20)
"""How much of the echo stays. What a canceller leaves by itself is little, and in bursts that pass for talk; a steady
faint echo hides them, the gate's floor follows it closely, and who talks across stands 17 dB above it."""
AUDIBLE: Final = 300.0
"""Mean square, -65 dBFS: less is not played."""
RINGS_STEPS: Final = 30


class Trust:
    """Looks at what goes into a canceller and what comes out of it, 10 ms at a time.

    A new one is relied on until it fails: whoever talks across the very first words hides what it can, and the gate's
    floor, which begins at what is played, lets nothing through that an echo not yet cancelled might be.
    """

    def __init__(self) -> None:
        self.is_relied_on = True
        self.is_playing = False
        """Something is being played, or still rings."""
        self._heard = self._left = 1.0
        self._played = 0.0  # the power that is played, or was a moment ago
        self._returned = 0.0  # how much of it comes back where it is cancelled: a ratio of powers; 0 while unknown
        self._bad = 0.0
        self._good = self._rings = 0

    def judge(self, heard: Samples, left: Samples, played: Samples) -> Samples:
        """What is to be made of `left`, which the canceller left of `heard`, while `played` was played.

        Where it failed nothing of that is: what was heard goes on 17 dB quieter, the echo in it as loud as it was while
        it was cancelled, and the gate's floor, which follows that, lets through whoever is louder than the echo.
        """
        played_power = _power(played)
        self._played = max(played_power, self._played * FADING)
        self._rings = RINGS_STEPS if played_power > AUDIBLE else max(0, self._rings - 1)
        self.is_playing = self._rings > 0
        if self.is_playing:
            self._learn(_power(heard), _power(left))
        believed = left if self.is_relied_on or not self.is_playing else np.zeros_like(left)
        wide = believed + LEFT_IN * (heard.astype(np.float32) - believed)
        mixed: Samples = np.rint(wide).clip(-32768, 32767).astype(np.int16)
        return mixed

    def _learn(self, heard_power: float, left_power: float) -> None:
        self._heard += AVERAGE * (heard_power - self._heard)
        self._left += AVERAGE * (left_power - self._left)
        better_db = 10.0 * float(np.log10((self._heard + 1.0) / (self._left + 1.0)))
        self._good = self._good + 1 if better_db >= EARNED_DB else 0
        if better_db >= EARNED_DB:
            returned = self._heard / self._played
            self._returned += AVERAGE * (returned - self._returned) if self._returned else returned
        is_across = self._heard > ACROSS * self._returned * self._played
        self._bad = self._bad + (DOUBTED if is_across else 1.0) if better_db < LOST_DB else 0.0
        self.is_relied_on = (self.is_relied_on or self._good >= EARNED_STEPS) and self._bad < LOST_STEPS


def _power(sound: Samples) -> float:
    return float(np.mean(np.square(sound, dtype=np.float32)))
