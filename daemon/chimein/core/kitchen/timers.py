"""Kitchen timers and alarms: when each of them rings, whatever happens to the clocks and to the power.

A machine has two clocks. The one of the boot (CLOCK_BOOTTIME) is even and starts at 0; the wall clock is what people
mean by half past seven, and jumps: a Raspberry Pi has no clock of its own, wakes with the time at which it was last
seen, and learns the true one from the network, minutes later or never.

    a timer ("ten minutes")   runs on the boot's clock. Over a power cut the wall clock bridges it, where that was right
                              before and is right now; as long as it is not, the timer assumes that no more time has
                              passed than it knows of: it may ring late, and never early.
    an alarm ("at 07:30")     follows the wall clock, jumps and all. One that was set while nobody knew the time means
                              the next 07:30 after somebody does; and where the time zone of the house is set anew,
                              the next 07:30 there.

                     left_s:  + ──── running ──── 0 ──── ringing ──── -ring_for_s ──── missed ────►

`settle` brings a timer up to date with the clocks. What it returns has to be written down where it differs: at once
after a jump, and once a minute otherwise, so that a power cut costs a timer a minute at most where no clock helps.

Pure. Whoever calls hands in a Clock, and `next_at(at, wall_s)`: when the wall clock next shows `at` after `wall_s`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

JUMP_S: Final = 1.0
"""The wall clock has moved against the boot's by more than this: it was set."""
CHECKPOINT_S: Final = 60.0
SHORTEST_S: Final = 1.0
LONGEST_S: Final = 7 * 86_400.0
SHOWS_FROM_S: Final = 3 * 3600.0
"""An alarm is the next of its time from so long before it, also in the night whose clocks leave that hour out."""
MOST: Final = 50
"""Timers at the same time. More is a television, or a model gone mad."""

NextAt = Callable[[str, float], float]


class Phase(Enum):
    RUNNING = "running"
    RINGING = "ringing"
    MISSED = "missed"
    """It has rung for as long as it may, or should have while nothing here ran; nobody has taken note of it yet."""


@dataclass(frozen=True)
class Clock:
    """What the machine's clocks say now."""

    boot: str
    """Names this boot; the same after the daemon was restarted, another one after a power cut."""
    boot_s: float
    """Seconds since that boot."""
    wall_s: float
    """Seconds since 1970."""
    is_wall_right: bool
    """Somebody who knows the time has set the wall clock."""


@dataclass(frozen=True)
class Timer:
    """One of them, as it is written down."""

    number: int
    """How people tell two of the same name apart."""
    name: str
    """`pasta`; "" for none."""
    length_s: float
    """As it was asked for; 0 for an alarm."""
    at: str
    """`07:30` for an alarm, "" for a timer."""
    boot: str
    boot_due_s: float
    """It rings at this second of that boot. Means nothing for an alarm whose time has not come."""
    wall_due_s: float
    """When that is by the wall clock, as far as known."""
    is_wall_right: bool
    """`wall_due_s` comes from a clock that was right."""
    seen_left_s: float
    """What was left when this was written down: at no later time can more be left."""

    @property
    def is_alarm(self) -> bool:
        return bool(self.at)


def timer(number: int, name: str, length_s: float, now: Clock) -> Timer:
    """One that rings after so many seconds."""
    return Timer(
        number=number,
        name=name,
        length_s=length_s,
        at="",
        boot=now.boot,
        boot_due_s=now.boot_s + length_s,
        wall_due_s=now.wall_s + length_s,
        is_wall_right=now.is_wall_right,
        seen_left_s=length_s,
    )


def alarm(number: int, name: str, at: str, now: Clock, next_at: NextAt) -> Timer:
    """One that rings when the wall clock next shows `at`."""
    due_s = next_at(at, now.wall_s)
    return Timer(
        number=number,
        name=name,
        length_s=0.0,
        at=at,
        boot="",
        boot_due_s=0.0,
        wall_due_s=due_s,
        is_wall_right=now.is_wall_right,
        seen_left_s=due_s - now.wall_s,
    )


def left_s(it: Timer, now: Clock) -> float:
    """Seconds until it rings; negative: it should have begun to, so long ago."""
    if it.boot == now.boot:
        return it.boot_due_s - now.boot_s
    if it.is_alarm and not it.boot:
        return it.wall_due_s - now.wall_s
    most_s = it.seen_left_s - now.boot_s  # this boot has lasted that long, and it was written down before
    if it.is_wall_right or not now.is_wall_right:
        return min(it.wall_due_s - now.wall_s, most_s)
    return most_s  # the clock was wrong then and is right now: what it said then means nothing


def settle(it: Timer, now: Clock, next_at: NextAt) -> Timer:
    """The same timer as these clocks make it; to be written down where it differs from what is."""
    if it.is_alarm and not it.boot:
        return _settled_alarm(it, now, next_at)
    left = left_s(it, now)
    if it.boot == now.boot:
        moved_s = abs(now.wall_s + left - it.wall_due_s)
        is_news = it.is_wall_right != now.is_wall_right or moved_s > JUMP_S
        if not is_news and it.seen_left_s - left < CHECKPOINT_S:
            return it
    elif it.is_wall_right and not now.is_wall_right:
        return it  # the clock that would tell may still come: do not decide before it does
    return _anchored(it, left, now)


def phase(it: Timer, now: Clock, ring_for_s: float) -> Phase:
    """What it does now."""
    left = left_s(it, now)
    if left > 0:
        return Phase.RUNNING
    return Phase.RINGING if left > -ring_for_s else Phase.MISSED


def _settled_alarm(it: Timer, now: Clock, next_at: NextAt) -> Timer:
    left = it.wall_due_s - now.wall_s
    is_known_at_last = now.is_wall_right and not it.is_wall_right
    is_elsewhere = left > 0 and next_at(it.at, it.wall_due_s - SHOWS_FROM_S) != it.wall_due_s
    due_s = next_at(it.at, now.wall_s) if is_known_at_last or is_elsewhere else it.wall_due_s
    if is_known_at_last or due_s != it.wall_due_s:
        return replace(it, wall_due_s=due_s, is_wall_right=now.is_wall_right, seen_left_s=due_s - now.wall_s)
    return it if left > 0 else _anchored(it, left, now)  # its time has come: from here on no jump undoes that


def _anchored(it: Timer, left: float, now: Clock) -> Timer:
    return replace(
        it,
        boot=now.boot,
        boot_due_s=now.boot_s + left,
        wall_due_s=now.wall_s + left,
        is_wall_right=now.is_wall_right,
        seen_left_s=min(left, it.seen_left_s),
    )
