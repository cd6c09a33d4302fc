"""Timers as people are told about them: in JSON, in a line of a list, in a sentence that can be said."""

from collections.abc import Iterable

from chimein.core.kitchen.timers import Phase, Timer
from chimein.core.lengths import counted, spoken

Json = dict[str, object]


def as_json(it: Timer, phase: Phase, left_s: float) -> Json:
    """One timer for programs."""
    return {
        "number": it.number,
        "name": it.name,
        "state": phase.value,
        "left_s": round(left_s, 1),
        "length_s": None if it.is_alarm else it.length_s,
        "at": it.at or None,
    }


def called(it: Timer) -> str:
    """ "the pasta timer", "the alarm at 07:30", "the 10 minutes timer"."""
    if it.is_alarm:
        return f"the {it.name} alarm at {it.at}" if it.name else f"the alarm at {it.at}"
    return f"the {it.name} timer" if it.name else f"the timer of {spoken(it.length_s)}"


def sentence(it: Timer, phase: Phase, left_s: float) -> str:
    """What one would say about it: "the pasta timer ended 12 minutes ago"."""
    if phase is Phase.RUNNING:
        return f"{called(it)} rings in {spoken(left_s)}"
    if phase is Phase.RINGING:
        return f"{called(it)} rings"
    return f"{called(it)} ended {spoken(-left_s)} ago"


def news(missed: Iterable[tuple[Timer, Phase, float]]) -> str:
    """What the model is asked to tell the people in the room, once they are there again."""
    told = "; ".join(sentence(*one) for one in missed)
    return f"Tell the people in the room, now and in one short sentence, that nobody heard it ring: {told}."


def unheard(missed: Iterable[tuple[Timer, Phase, float]]) -> str:
    """What `chimein why` says of them, as a sentence; "" when there are none."""
    told = "; ".join(sentence(*one) for one in missed)
    return f"{told[:1].upper()}{told[1:]}, and nobody heard it: `chimein timer stop` takes note." if told else ""


def line(timer: Json) -> str:
    """One line of `chimein timers`, from the JSON of a daemon that may be older or newer."""
    left_s = timer.get("left_s")
    left_s = float(left_s) if isinstance(left_s, int | float) else 0.0
    state = str(timer.get("state", ""))
    when = counted(left_s) if state == Phase.RUNNING.value else state
    if state == Phase.MISSED.value:
        when = f"ended {spoken(-left_s)} ago"
    at = f"at {timer['at']}" if timer.get("at") else ""
    words = " ".join(part for part in (str(timer.get("name") or ""), at) if part)
    text = f"#{timer.get('number')}  {when:>9}  {words}"
    return "".join(letter for letter in text if letter.isprintable()).rstrip()
