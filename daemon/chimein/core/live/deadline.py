"""How long a set-up may take before it counts as one that hangs.

The service sets up in about a second, and sometimes never: nothing in the protocol bounds it. A fixed deadline that is
kind to a slow network is a quarter of a minute in which a service that has long been back is not called. So what was
measured lately decides, with room to spare; where short deadlines have failed for a minute the network itself may have
become slow, and every second attempt is a patient one.
"""

from collections import deque

PATIENT_S = 15.0
FIRST_S = 6.0
"""While nothing has been measured; every third attempt is a patient one."""
LEAST_S = 1.5
TIMES = 6.0
"""So many times the slowest of the latest set-ups."""
MINUTE_OF_HANGS = 30


class Deadline:
    """One per conversation: what it learned holds over its connections."""

    def __init__(self) -> None:
        self._took_s: deque[float] = deque(maxlen=4)
        self._hangs = 0

    @property
    def s(self) -> float:
        """Seconds for the next attempt, from its first byte to setupComplete."""
        if not self._took_s:
            return PATIENT_S if self._hangs % 3 == 2 else FIRST_S
        if self._hangs >= MINUTE_OF_HANGS and self._hangs % 2:
            return PATIENT_S
        return min(PATIENT_S, max(LEAST_S, TIMES * max(self._took_s)))

    def took(self, seconds: float) -> None:
        """A set-up was complete after so long."""
        self._took_s.append(seconds)
        self._hangs = 0

    def passed(self) -> None:
        """A set-up did not come in time."""
        self._hangs += 1
