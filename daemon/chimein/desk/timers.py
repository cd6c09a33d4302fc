"""`timers`, `timer add`, `timer cancel` and `timer stop`."""

from chimein.core import lengths
from chimein.core.errors import UsageError
from chimein.core.kitchen import timers
from chimein.core.kitchen.timer_words import as_json
from chimein.desk import Answer, Family, Request
from chimein.flow.kitchen.timers import Timekeeper


def kitchen_timers(keeper: Timekeeper) -> Family:
    """The commands of this family."""

    def told(**more: object) -> Answer:
        return {"timers": [as_json(*one) for one in keeper.all()], **more}

    async def every(request: Request) -> Answer:
        return told()

    async def add(request: Request) -> Answer:
        when, name = _text(request, "when"), _text(request, "name")
        if lengths.is_time_of_day(when):
            it = keeper.set_alarm(lengths.time_of_day(when), name)
        else:
            it = keeper.start(_length_s(when), name)
        return told(number=it.number)

    async def cancel(request: Request) -> Answer:
        return told(cancelled=[_shown(it) for it in keeper.cancel(_text(request, "which"))])

    async def stop(request: Request) -> Answer:
        return told(stopped=[_shown(it) for it in keeper.stop()])

    return {"timers": every, "timer-add": add, "timer-cancel": cancel, "timer-stop": stop}


def _length_s(when: str) -> float:
    """Of what is no time of day. Raises UsageError that says how to write either."""
    try:
        return lengths.seconds(when)
    except UsageError as error:
        raise UsageError(f"{error}, or a time of day as 07:30, 19:05") from None


def _shown(it: timers.Timer) -> dict[str, object]:
    return {"number": it.number, "name": it.name}


def _text(request: Request, key: str) -> str:
    value = request.get(key, "")
    if not isinstance(value, str):
        raise UsageError(f"{key} is a text")
    return value
