"""The families `volume`, `repeat` and `time`: what needs nobody but the speaker and a clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field

from chimein.core.kitchen.tools import Arguments, Outcome, Tool, WrongArguments, tool
from chimein.core.live.facts import Speaks
from chimein.flow.sound.volume import Volume


class Mouth(Protocol):
    """Who speaks."""

    def repeat(self) -> bool: ...


class SetVolume(Arguments):
    """Makes the assistant's voice louder or quieter: to a percentage, or by some percent more or less."""

    percent: Annotated[int | None, Field(ge=0, le=100, description="The new volume.")] = None
    change: Annotated[int | None, Field(ge=-100, le=100, description="20 is louder, -20 quieter.")] = None


class RepeatAnswer(Arguments):
    """Says the latest answer once more, from memory."""


class GetTime(Arguments):
    """Tells the date and the time of day."""


def speaker_tools(mouth: Mouth, volume: Volume, now: Callable[[], datetime]) -> list[Tool]:
    """The tools of these families. `now()` is the time in this house."""

    def set_volume(asked: SetVolume) -> Outcome:
        if (asked.percent is None) is (asked.change is None):
            raise WrongArguments("say percent or change, one of them")
        wanted = asked.percent if asked.percent is not None else volume.percent + (asked.change or 0)
        volume.ask(min(100, max(0, wanted)))
        return Outcome(f"The volume is {volume.percent} percent.")

    def repeat_answer(asked: RepeatAnswer) -> Outcome:
        if mouth.repeat():
            return Outcome("It is being said again.", Speaks.SILENT)
        return Outcome("There is nothing to repeat yet.")

    def get_time(asked: GetTime) -> Outcome:
        return Outcome(f"It is {now():%H:%M on %A, %-d %B %Y}.")

    return [
        tool("volume", SetVolume, set_volume),
        tool("repeat", RepeatAnswer, repeat_answer),
        tool("time", GetTime, get_time),
    ]
