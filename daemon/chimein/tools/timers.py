"""The family `timers`: set, list, cancel, stop."""

from typing import Annotated

from pydantic import Field

from chimein.core import lengths
from chimein.core.kitchen.timer_words import called, sentence
from chimein.core.kitchen.tools import Arguments, Outcome, Tool, WrongArguments, tool
from chimein.core.live.facts import Speaks
from chimein.flow.kitchen.timers import Timekeeper

FAMILY = "timers"

Name = Annotated[str, Field(max_length=60, description="What it is for, such as pasta; empty if nobody said.")]


class SetTimer(Arguments):
    """Starts a kitchen timer that rings after a length of time."""

    hours: Annotated[float, Field(ge=0, le=168)] = 0
    minutes: Annotated[float, Field(ge=0, le=10080)] = 0
    seconds: Annotated[float, Field(ge=0, le=604800)] = 0
    name: Name = ""


class SetAlarm(Arguments):
    """Sets an alarm that rings when the clock next shows a time of day."""

    time: Annotated[str, Field(description="24 hours, HH:MM, such as 07:30.")]
    name: Name = ""


class ListTimers(Arguments):
    """Tells which timers and alarms run or ring, and how much time is left."""


class CancelTimer(Arguments):
    """Cancels a timer or an alarm that runs."""

    name: Annotated[
        str, Field(max_length=60, description="Its name or length; empty for the only one; all for all.")
    ] = ""


class StopRinging(Arguments):
    """Stops a timer or an alarm that is ringing now."""


def timer_tools(keeper: Timekeeper) -> list[Tool]:
    """The tools of this family."""

    def set_timer(asked: SetTimer) -> Outcome:
        length_s = asked.hours * 3600 + asked.minutes * 60 + asked.seconds
        if length_s <= 0:
            raise WrongArguments("how long? say hours, minutes or seconds")
        it = keeper.start(length_s, asked.name)
        return Outcome(f"{_capital(called(it))} rings in {lengths.spoken(length_s)}.")

    def set_alarm(asked: SetAlarm) -> Outcome:
        return Outcome(f"{_capital(called(keeper.set_alarm(lengths.time_of_day(asked.time), asked.name)))} is set.")

    def list_timers(asked: ListTimers) -> Outcome:
        told = [f"{_capital(sentence(*one))}." for one in keeper.all()]
        return Outcome(" ".join(told) or "No timer runs.")

    def cancel_timer(asked: CancelTimer) -> Outcome:
        gone = [called(it) for it in keeper.cancel(asked.name)]
        return Outcome(f"Cancelled: {', '.join(gone)}." if gone else "No timer runs.")

    def stop_ringing(asked: StopRinging) -> Outcome:
        stopped = keeper.stop()
        if not stopped:
            return Outcome("Nothing rings.")
        return Outcome(f"Stopped: {', '.join(map(called, stopped))}.", Speaks.SILENT)  # the silence is the answer

    return [
        tool(FAMILY, SetTimer, set_timer),
        tool(FAMILY, SetAlarm, set_alarm),
        tool(FAMILY, ListTimers, list_timers),
        tool(FAMILY, CancelTimer, cancel_timer),
        tool(FAMILY, StopRinging, stop_ringing),
    ]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
