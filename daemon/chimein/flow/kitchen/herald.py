"""Tells of timers that nobody heard, when somebody is there again: through the model, and so only while it is online.

Somebody is there when a turn ends: something was said in the room. What was then said aloud counts as told; what the
model kept to itself is tried again, a few times. Without a connection a sound tells of it, once, when somebody has said
something. `chimein timers`, `chimein why` and the lamp show it all the while.
"""

from collections.abc import Callable

from chimein.core.errors import ChimeinError
from chimein.core.kitchen.timer_words import news
from chimein.core.kitchen.timers import Timer
from chimein.core.machines.events import Event, GateClosed, NothingToSay, ReplyBegan, TurnEnded
from chimein.flow.kitchen.timers import Timekeeper
from chimein.flow.live.words import Words

TIMES = 3


class Herald:
    """`saw` is told every event."""

    def __init__(self, keeper: Timekeeper, words: Words, *, chime: Callable[[], None]) -> None:
        """`chime()` makes the sound."""
        self._keeper = keeper
        self._words = words
        self._chime = chime
        self._telling: list[int] = []
        self._tries: dict[_Which, int] = {}
        self._chimed: set[_Which] = set()

    def saw(self, event: Event) -> None:
        if isinstance(event, ReplyBegan) and self._telling:
            self._keeper.told(self._telling)
            self._telling = []
        elif isinstance(event, TurnEnded | NothingToSay):
            self._tell()
        elif isinstance(event, GateClosed) and not self._words.is_connected:
            self._sound()

    def _sound(self) -> None:
        missed = {_which(one[0]) for one in self._keeper.missed()}
        if missed - self._chimed:
            self._chime()
        self._chimed = missed

    def _tell(self) -> None:
        self._telling = []
        every = self._keeper.missed()
        self._tries = {which: self._tries.get(which, 0) for which in (_which(one[0]) for one in every)}
        missed = [one for one in every if self._tries[_which(one[0])] < TIMES]
        if not missed:
            return
        try:
            self._words.ask(news(missed))
        except ChimeinError:
            return
        self._telling = [it.number for it, _, _ in missed]
        for it, _, _ in missed:
            self._tries[_which(it)] += 1


_Which = tuple[int, str, float, str]


def _which(it: Timer) -> _Which:
    """Tells it from a later timer with the same number."""
    return (it.number, it.name, it.length_s, it.at)
