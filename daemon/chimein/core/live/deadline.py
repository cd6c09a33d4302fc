"""How long a set-up may take before it counts as one that hangs.

The service sets up in about a second, and sometimes never: nothing in the protocol bounds it. A deadline that is kind
to a slow network is a time in which a service that has long been back is not called. So what was measured lately
decides, and a single slow one does not: the first attempt after a connection that worked is given thrice the usual
time, for then nothing speaks for a hang, and the attempts after one that hung are given twice as long. That a service
has only become slow is found by patient attempts, each longer than the one before, and so rare that they take a quarter
of the time at most.
"""

from collections import deque
from statistics import median_high
from typing import Final

FIRST_S: Final = 6.0
"""While nothing has been measured."""
LEAST_S: Final = 1.25
TIMES, TIMES_AFTER_A_HANG = 3.0, 2.0
PATIENT: Final = {8: 4.0, 20: 15.0, 60: 30.0, 180: 60.0}
"""After so many hangs in a row, an attempt of so many seconds; the last of them comes again and again."""
LONGEST_S: Final = max(PATIENT.values())


class Deadline:
    """One per conversation: what it learned holds over its connections."""

    def __init__(self) -> None:
        self._took_s: deque[float] = deque(maxlen=4)
        self._hangs = 0

    @property
    def s(self) -> float:
        """Seconds for the next attempt, from its first byte to setupComplete."""
        patient_s = PATIENT.get(self._hangs, LONGEST_S if self._hangs and self._hangs % max(PATIENT) == 0 else 0.0)
        return max(patient_s, self._usual_s)

    @property
    def _usual_s(self) -> float:
        if not self._took_s:
            return FIRST_S
        times = TIMES_AFTER_A_HANG if self._hangs else TIMES
        return min(LONGEST_S, max(LEAST_S, times * median_high(self._took_s)))

    def took(self, seconds: float) -> None:
        """A set-up was complete after so long."""
        self._took_s.append(seconds)
        self._hangs = 0

    def passed(self) -> None:
        """A set-up did not come in time."""
        self._hangs += 1
