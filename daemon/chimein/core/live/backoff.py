"""How long to wait before the next attempt.

A generator, so that a test can read the policy aloud. A kitchen waits for the moment in which its service is back, and
one attempt a second from one speaker costs nobody anything: so for ten minutes the ceiling stays low enough to be back
within two seconds. An outage that lasts longer is asked after less and less often, but only while the room is silent
(flow.pause): whoever speaks is worth the short waits again, so that nobody ever notices the long ones. Half of every
wait is chance, so that a street whose power comes back does not call at once ("Exponential Backoff And Jitter", AWS
Architecture Blog, 2015, calls it equal jitter).
"""

from collections.abc import Callable, Iterator

FIRST_S = 0.7
GROWS = 1.5
CAP_S = 1.6
EAGER_S = 600.0
"""After so much waiting nobody stands in front of it any more, unless somebody speaks."""
LATE_CAP_S = 15.0


DEVICE_FIRST_S = 0.5
DEVICE_CAP_S = 1.5
DEVICE_EAGER_S = 60.0
"""A card that another program held, or a sound server that restarts, comes back without a plug: soon or not at all."""
DEVICE_LATE_S = 10.0


def device_waits_s() -> Iterator[float]:
    """Seconds to wait before each attempt to open a sound device that is gone, for ever. A plug ends any of them; each
    attempt is a process, 0.1 s of an x86 core."""
    wait, waited = DEVICE_FIRST_S, 0.0
    while True:
        yield wait
        waited += wait
        wait = min(wait * 1.5, DEVICE_CAP_S) if waited < DEVICE_EAGER_S else DEVICE_LATE_S


def waits_s(random: Callable[[], float]) -> Iterator[float]:
    """Seconds to wait before each further attempt, for ever. `random` gives numbers in [0, 1)."""
    ceiling, waited = FIRST_S, 0.0
    while True:
        wait = ceiling * (0.5 + 0.5 * random())
        yield wait
        waited += wait
        ceiling = min(ceiling * GROWS, CAP_S) if waited < EAGER_S else min(ceiling * 2, LATE_CAP_S)
