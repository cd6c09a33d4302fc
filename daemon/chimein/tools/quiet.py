"""The family `quiet`: no word for a while."""

from typing import Annotated

from pydantic import Field

from chimein.core.kitchen.tools import Arguments, Outcome, Tool, tool
from chimein.core.lengths import spoken
from chimein.flow.kitchen.quiet import QuietHours


class BeQuiet(Arguments):
    """Listens to nobody and says nothing for some minutes. Only the clock or a person at the device ends it."""

    minutes: Annotated[float, Field(gt=0, le=1440)]


def quiet_tools(quiet: QuietHours) -> list[Tool]:
    """The tool of this family."""

    def be_quiet(asked: BeQuiet) -> Outcome:
        quiet.begin(asked.minutes * 60)
        return Outcome(f"Quiet for {spoken(asked.minutes * 60)}.")

    return [tool("quiet", BeQuiet, be_quiet)]
