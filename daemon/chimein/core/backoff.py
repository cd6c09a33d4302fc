"""How long to wait before the next attempt.

A generator, so that a test can read the policy aloud: full jitter over a ceiling that doubles from one second to a
minute (the method of "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), but never less than a quarter of
the ceiling: a kitchen that has just lost its network should be tried again within a second, and not at once.
"""

from collections.abc import Callable, Iterator

FIRST_S = 1.0
CAP_S = 60.0


def waits_s(random: Callable[[], float], *, first_s: float = FIRST_S, cap_s: float = CAP_S) -> Iterator[float]:
    """Seconds to wait before each further attempt, for ever. `random` gives numbers in [0, 1)."""
    ceiling = first_s
    while True:
        yield ceiling * (0.25 + 0.75 * random())
        ceiling = min(ceiling * 2, cap_s)
