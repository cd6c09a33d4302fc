"""Tells of timers that nobody heard, when somebody is there again: through the model, and so only while it is online.

Somebody is there when a turn ends: something was said in the room. What was then said aloud counts as told; what the
model kept to itself is tried again, a few times. `chimein timers` shows it all the while.
"""

from chimein.core.errors import ChimeinError
from chimein.core.kitchen.timer_words import news
from chimein.core.machines.events import Event, NothingToSay, ReplyBegan, TurnEnded
from chimein.flow.kitchen.timers import Timekeeper
from chimein.flow.live.words import Words

TIMES = 3


class Herald:
    """`saw` is told every event."""

    def __init__(self, keeper: Timekeeper, words: Words) -> None:
        self._keeper = keeper
        self._words = words
        self._telling: list[int] = []
        self._tries: dict[int, int] = {}

    def saw(self, event: Event) -> None:
        if isinstance(event, ReplyBegan) and self._telling:
            self._keeper.told(self._telling)
            self._telling = []
        elif isinstance(event, TurnEnded | NothingToSay):
            self._tell()

    def _tell(self) -> None:
        self._telling = []
        missed = [one for one in self._keeper.missed() if self._tries.get(one[0].number, 0) < TIMES]
        if not missed:
            return
        try:
            self._words.ask(news(missed))
        except ChimeinError:
            return
        self._telling = [it.number for it, _, _ in missed]
        self._tries = {number: self._tries.get(number, 0) + 1 for number in self._telling}
