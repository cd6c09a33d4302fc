"""Keeps the kitchen timers: brings them up to date with the clocks, writes them down, makes them ring.

What a timer does at which moment is core.kitchen.timers' business. A round of ringing and a pause take turns: the
speaker is deaf while it sounds, and in the pause somebody can say "stop". Whoever talks then is not rung over, for a
while.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from chimein.core import lengths
from chimein.core.audio import DOWN_HZ, duration_s
from chimein.core.config.kitchen import TimerSettings
from chimein.core.errors import ChimeinError, UsageError
from chimein.core.kitchen import alarm as sound
from chimein.core.kitchen import timers
from chimein.core.kitchen.timers import Clock, NextAt, Phase, Timer
from chimein.core.machines.events import Event, RingingBegan, RingingStopped
from chimein.core.panel.lights import MISSED, Light, time_left

TICK_S = 1.0
HOLD_S = 12.0
"""So long at most a round waits for somebody who talks, or for an answer."""
POLL_S = 0.1
ALL = "all"
MISSED_EVERY_S = 15.0


class Bell(Protocol):
    """What makes a timer heard."""

    def ring(self, pcm: bytes, percent: int) -> None:
        """One round, at a volume of its own; an answer that is being said is void."""

    def hush(self) -> None:
        """The round that is being heard ends now."""


class Timekeeper:
    """All timers of the house. `load` and `keep` are the store's."""

    def __init__(
        self,
        settings: TimerSettings,
        bell: Bell,
        *,
        clock: Callable[[], Clock],
        next_at: NextAt,
        load: Callable[[], Collection[Timer]],
        keep: Callable[[Collection[Timer]], None],
        happened: Callable[[Event], None],
        sign: Callable[[Light], None],
        is_spoken_over: Callable[[], bool],
    ) -> None:
        """`is_spoken_over()`: somebody talks, or is answered."""
        self.settings = settings
        self._bell = bell
        self._clock = clock
        self._next_at = next_at
        self._keep = keep
        self._happened = happened
        self._sign = sign
        self._is_spoken_over = is_spoken_over
        self._timers = {it.number: it for it in load()}
        self._is_ringing = False
        self._round_at_s = 0.0
        self._held_since_s: float | None = None
        self._signed: int | None = None
        self._missed_shown_s = float("-inf")
        self._changed = asyncio.Event()

    # --- what people ask for

    def start(self, length_s: float, name: str = "") -> Timer:
        """A timer that runs from now. Raises UsageError for a length that makes no sense."""
        if not timers.SHORTEST_S <= length_s <= timers.LONGEST_S:
            raise UsageError("a timer runs for one second to seven days")
        return self._add(timers.timer(self._number(), _name(name), length_s, self._clock()))

    def set_alarm(self, at: str, name: str = "") -> Timer:
        """An alarm at the next HH:MM."""
        return self._add(timers.alarm(self._number(), _name(name), at, self._clock(), self._next_at))

    def cancel(self, which: str) -> list[Timer]:
        """The one of that name or number (`3` or `#3`), the only one for "", or `all`. Raises UsageError."""
        found = self._named(which)
        if _name(which) == ALL and found == []:
            found = list(self._timers.values())
            self._remove(found)
            return found
        if not found:
            there = ", ".join(_called(it) for it in self._timers.values()) or "none"
            raise UsageError(f"no timer is called {which}; there are: {there}" if which else "there is no timer")
        if len(found) > 1:
            raise UsageError(f"which one: {', '.join(f'#{it.number} ({_called(it)})' for it in found)}?")
        self._remove(found)
        return found

    def stop(self) -> list[Timer]:
        """Those that ring are over, and those that were missed are taken note of."""
        over = [it for it, phase, _ in self.all() if phase is not Phase.RUNNING]
        self._remove(over)
        return over

    def hush(self) -> None:
        """No sound any more, and nothing is forgotten: the daemon ends, and rings on when it is back."""
        self._round_at_s = float("inf")
        self._bell.hush()

    def missed(self) -> list[tuple[Timer, Phase, float]]:
        """Those that nobody has taken note of."""
        return [one for one in self.all() if one[1] is Phase.MISSED]

    def told(self, numbers: Iterable[int]) -> None:
        """Somebody has been told of these."""
        self._remove([self._timers[number] for number in numbers if number in self._timers])

    def all(self) -> list[tuple[Timer, Phase, float]]:
        """Each with what it does and the seconds left, the next one first."""
        now, ring_for_s = self._clock(), self.settings.ring_for_s
        found = [(it, timers.phase(it, now, ring_for_s), timers.left_s(it, now)) for it in self._timers.values()]
        return sorted(found, key=lambda one: one[2])

    # --- what goes on

    async def run(self) -> None:
        """For ever."""
        while True:
            self._changed.clear()
            self._settle()
            wait_s = self._ring() if self._is_ringing else self._until_next()
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _settle(self) -> None:
        now = self._clock()
        settled = {number: timers.settle(it, now, self._next_at) for number, it in self._timers.items()}
        if settled != self._timers:
            self._timers = settled
            self._write()
        self._follow()

    def _follow(self) -> None:
        """Says when it begins and ends to ring, and shows on the lamp how much is left."""
        rings = any(phase is Phase.RINGING for _, phase, _ in self.all())
        if rings and not self._is_ringing:
            self._is_ringing, self._round_at_s = True, 0.0
            self._happened(RingingBegan())
        elif not rings and self._is_ringing:
            self._is_ringing = False
            self._bell.hush()
            self._happened(RingingStopped())
        self._show_time_left()
        self._show_missed()

    def _ring(self) -> float:
        """One more round when it is time for it; seconds until there is something to do again."""
        now_s = asyncio.get_running_loop().time()
        if now_s < self._round_at_s:
            return min(TICK_S, self._round_at_s - now_s)
        if self._round_at_s and self._must_wait(now_s):
            return POLL_S
        self._held_since_s = None
        pcm = sound.ring()
        self._bell.ring(pcm, self.settings.alarm_volume)
        self._round_at_s = now_s + duration_s(len(pcm), DOWN_HZ) + sound.PAUSE_S
        return TICK_S

    def _must_wait(self, now_s: float) -> bool:
        if not self._is_spoken_over():
            return False
        self._held_since_s = self._held_since_s or now_s
        return now_s - self._held_since_s < HOLD_S

    def _until_next(self) -> float:
        lefts = [left for _, phase, left in self.all() if phase is Phase.RUNNING]
        return max(0.0, min([TICK_S, *lefts]))

    def _show_missed(self) -> None:
        """Now and then, until somebody has taken note."""
        if self.missed():
            now_s = asyncio.get_running_loop().time()
            if now_s - self._missed_shown_s >= MISSED_EVERY_S:
                self._missed_shown_s = now_s
                self._sign(MISSED)

    def _show_time_left(self) -> None:
        """Once a minute, and in the last seconds every second, for the timer that is next."""
        left = next((left for _, phase, left in self.all() if phase is Phase.RUNNING), None)
        step = None if left is None else round(left) if left <= 10.5 else 60 + int(left // 60)
        if step is not None and step != self._signed and self._signed is not None:
            self._sign(time_left(left or 0.0))
        self._signed = step

    # --- the book

    def _number(self) -> int:
        """The lowest that is free."""
        return next(number for number in range(1, len(self._timers) + 2) if number not in self._timers)

    def _named(self, which: str) -> list[Timer]:
        wanted = _name(which)
        if not wanted:
            return list(self._timers.values())
        number = wanted.removeprefix("#")
        if number.isdecimal() and int(number) in self._timers:
            return [self._timers[int(number)]]
        by_name = [it for it in self._timers.values() if it.name == wanted]
        by_length = [it for it in self._timers.values() if _is_that_long(it, wanted)]
        return (
            by_name or by_length or [it for it in self._timers.values() if it.name and _stem(it.name) == _stem(wanted)]
        )

    def _add(self, it: Timer) -> Timer:
        if len(self._timers) >= timers.MOST:
            raise ChimeinError(f"there are {timers.MOST} timers already: cancel some first")
        self._timers[it.number] = it
        self._wrote()
        return it

    def _remove(self, gone: Iterable[Timer]) -> None:
        for it in gone:
            self._timers.pop(it.number, None)
        self._wrote()

    def _wrote(self) -> None:
        self._write()
        self._signed = None
        self._follow()
        self._changed.set()

    def _write(self) -> None:
        self._keep(list(self._timers.values()))


def _name(said: str) -> str:
    """As a timer is called: "the Pasta timer" is `pasta`."""
    words = "".join(letter if letter.isprintable() else " " for letter in said.casefold())[:60].split()
    while words and words[0] in ("the", "my", "a", "an", "for"):
        words = words[1:]
    while words and words[-1] in ("timer", "timers", "alarm"):
        words = words[:-1]
    return " ".join(words)


def _stem(name: str) -> str:
    """ "The egg timer" is the one for the eggs."""
    return name.removesuffix("s")


def _is_that_long(it: Timer, wanted: str) -> bool:
    """Whether "10 minute" or "10m" means this one."""
    try:
        return it.length_s > 0 and lengths.seconds(wanted) == it.length_s
    except UsageError:
        return it.is_alarm and lengths.is_time_of_day(wanted) and lengths.time_of_day(wanted) == it.at


def _called(it: Timer) -> str:
    return it.name or f"#{it.number}"
