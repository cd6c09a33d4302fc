"""What sets the room aside: an empty purse, quiet hours, a file that is listened to. Three tables of the appliance.

    purse     ample ⇄ tight → spent ⇄ minute: what is left of the day's budget
    hours     usual ⇄ quiet: by the schedule, or as somebody asked
    file      none ⇄ running: a file goes into the conversation in place of the room

While one of them does, the microphone is shut, and shut by no mute.
"""

from typing import Final, Literal

from chimein.core.machines import events as e
from chimein.core.machines.events import Event, Muter
from chimein.core.machines.states import CoListening, Hours, Purse

PURSE: Final[dict[tuple[Purse, type[Event]], Purse]] = {
    **{(purse, e.BudgetAmple): Purse.AMPLE for purse in Purse},
    **{(purse, e.BudgetTight): Purse.TIGHT for purse in Purse},
    **{(purse, e.BudgetSpent): Purse.SPENT for purse in Purse if purse is not Purse.MINUTE},
    (Purse.MINUTE, e.BudgetSpent): Purse.MINUTE,
    **{(purse, e.MinuteAsked): purse for purse in Purse if purse is not Purse.SPENT},
    (Purse.SPENT, e.MinuteAsked): Purse.MINUTE,
    **{(purse, e.MinuteOver): purse for purse in Purse if purse is not Purse.MINUTE},
    (Purse.MINUTE, e.MinuteOver): Purse.SPENT,
}

HOURS: Final[dict[tuple[Hours, type[Event]], Hours]] = {
    (Hours.USUAL, e.QuietBegan): Hours.QUIET,
    (Hours.USUAL, e.QuietEnded): Hours.USUAL,
    (Hours.QUIET, e.QuietBegan): Hours.QUIET,
    (Hours.QUIET, e.QuietEnded): Hours.USUAL,
}

FILE: Final[dict[tuple[CoListening, type[Event]], CoListening]] = {
    (CoListening.NONE, e.FileBegan): CoListening.RUNNING,
    (CoListening.NONE, e.FileEnded): CoListening.NONE,
    (CoListening.RUNNING, e.FileEnded): CoListening.NONE,
    (CoListening.RUNNING, e.BudgetSpent): CoListening.NONE,
    (CoListening.NONE, e.BudgetSpent): CoListening.NONE,
    **{(file, e.Leaving): CoListening.NONE for file in CoListening},
}

TIGHT_AT: Final = 0.8
"""Of the day's budget: from here on the gate hears less."""

Sensitivity = Literal["low", "normal", "high"]
_LOWER: Final[dict[Sensitivity, Sensitivity]] = {"high": "normal", "normal": "low", "low": "low"}


def asks_for_a_minute(event: Event, purse: Purse, mutes: frozenset[Muter]) -> bool:
    """The switch that alone had muted has been opened while the budget is spent: that can only want to be heard. What
    a press then wants stands in finger.py."""
    return purse is Purse.SPENT and event == e.MuteAsked(Muter.HARDWARE, False) and mutes == {Muter.HARDWARE}


def mark(spent_usd: float, daily_usd: float | None) -> Event:
    """The mark of the day's budget that so much money has passed."""
    if daily_usd is None:
        return e.BudgetAmple()
    if spent_usd >= daily_usd:
        return e.BudgetSpent()
    return e.BudgetTight() if spent_usd >= TIGHT_AT * daily_usd else e.BudgetAmple()


def sensitivity(wanted: Sensitivity, purse: Purse) -> Sensitivity:
    """Of the gate: one step lower as soon as money is short."""
    return wanted if purse is Purse.AMPLE else _LOWER[wanted]
