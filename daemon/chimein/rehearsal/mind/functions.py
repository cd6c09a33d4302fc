"""Which of the declared functions a line asks for, and with which arguments. A rule of thumb for rehearsals. Pure.

A function is meant when its name says one of the things below and the line asks for that, or when every word of its
name is said (`open_window`: "open the window"). Arguments are found by the names and types of its schema.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from chimein.rehearsal.mind import spoken_numbers as numbers

Json = dict[str, Any]

_TIMER: Final = r"(timers?|time or|time er|alarms?)"
_ASKS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    # the words of a function's name, and how people ask for it; the first that fits
    (("forget", "conversation"), r"\bfor ?get\b(?!.*\btimer).*\b(conversation|everything|said|talked)\b"),
    (("cancel", "timer"), rf"\b(cancel|delete|remove|clear|drop|council)\b.*\b{_TIMER}\b"),
    (("list", "timer"), rf"\b(how (much|long|many)|what|which|any|list|show|check)\b.*\b({_TIMER}|left|to go)\b"),
    (
        ("stop", "ringing"),
        rf"^(please |ok |okay )?(stop|enough|silence|shut up)( it| that| now| please)*$"
        rf"|\b(stop\w*|silence|shut|turn|switch)\b.*\b({_TIMER}|w?ring\w*|raining|running|beep\w*|bell|noise)\b",
    ),
    (("set", "alarm"), r"\b(wake|alarm)\b"),
    (("set", "timer"), rf"\b({_TIMER}|remind|count ?down|tell (me|us) in|ring|wake)\b"),
    (
        ("set", "volume"),
        r"\b(volume|louder|quieter|softer|speak up)\b|\bturn (it|that|yourself|your voice) (up|down)\b",
    ),
    (("be", "quiet"), r"\b(be|the|keep|stay) (quiet|silent|still)\b|\b(quiet|silence|silent|peace) for\b|\bdisturb\b"),
    (("get", "time"), r"\b(what|one) (time|day|date)\b|\bwhat('s| is) the (time|date)\b"),
    (
        ("repeat",),
        r"\b(say|tell me|repeat) (that|it|this|yourself)( once more| again|$)|\bdid you (just )?say\b|\brepeat\b",
    ),
    (("mute",), r"\bmute\b|\b(stop|quit) listening\b|\b(off|shut|close)\b.*\bmicrophone\b|\bmicrophone off\b"),
    (("clear", "list"), r"\b(clear|empty|wipe)\b.*\blist\b"),
    (("remove", "list"), r"\b(remove|take|cross|strike|delete)\b.*\blist\b"),
    (("add", "list"), r"\b(add|at|put|but|write)\b.*\blist\b"),
    (("read", "list"), r"\b(what|what's|one|read|tell|show|anything)\b.*\blist\b"),
)
_FINAL: Final = frozenset({"forget", "cancel", "stop", "mute", "clear", "remove"})
_DOUBT: Final = 20
"""So many readings are believed where the likelier ones ask for nothing; fewer for what undoes something."""
_DOUBT_OF_FINAL: Final = 4
_NEEDS: Final = ("time", "items", "minutes")
"""Without one of these, where the schema has it, such a function is not meant, whatever else was said."""
_LIST: Final = re.compile(
    r"\b(?:add|at|put|but|write|remove|take|cross|strike|delete)\b (?P<items>.+?) (?:to|too|do|on|onto|off|from|of)"
    r"(?: to)?(?: the| my| our)? (?:\w+ )?list"
)
_LEADS: Final = frozenset({"the", "my", "our", "a", "an", "cancel", "delete", "remove", "clear", "drop", "stop", "|"})
"""What comes before a timer's name: a "shitty timer" is what the bench's ears make of "set a timer"."""
_NOT_NAMES: Final = {
    *("a", "an", "the", "my", "our", "this", "that", "it", "me", "us", "one", "another", "new", "any", "number"),
    *("set", "start", "stop", "cancel", "please", "with", "which", "what", "in", "up", "for", "and"),
    *("timer", "time", "kitchen", "minute", "minutes", "hour", "hours", "second", "seconds"),
    *("half", "quarter", "noon", "midnight"),
}


def choose(functions: tuple[Json, ...], readings: Sequence[str]) -> tuple[str, Json] | None:
    """The function's name and its arguments, or None. `readings` is what was said, the likeliest first."""
    for doubt, line in enumerate(readings):
        words = numbers.words_of(line)
        for function in functions:
            is_final = bool(_FINAL.intersection(_parts(function)))
            if doubt < (_DOUBT_OF_FINAL if is_final else _DOUBT) and _is_meant(function, words):
                return str(function["name"]), _arguments(function, line, words)
    return None


def report(name: str, response: Json) -> str:
    """What the voice says about a tool's response."""
    if "error" in response:
        return f"I could not do that: {response['error']}"
    output = response.get("output", response.get("result"))
    if isinstance(output, str) and output.endswith((".", "!", "?")):
        return output
    what = name.replace("_", " ")
    return f"Done: {what}. {output}" if isinstance(output, str) else f"Done: {what}."


def _is_meant(function: Json, words: list[str]) -> bool:
    parts = _parts(function)
    said = {word.removesuffix("s") for word in words}
    if parts and all(part in said for part in parts) and "what" not in said:
        return True
    line = " ".join(words)
    asked = next((ask for ask in _ASKS if re.search(ask[1], line) and _is_whole(ask[0], words)), None)
    if asked is None or not all(any(part.startswith(word) for part in parts) for word in asked[0]):
        return False
    found = _arguments(function, line, words)
    properties = _properties(function)
    return all(name in found for name in _NEEDS if name in properties and not (set(found) & {"hours", "seconds"}))


def _is_whole(name: tuple[str, ...], words: list[str]) -> bool:
    """A timer without a length, an alarm without a time: something else was meant."""
    if name == ("set", "timer"):
        return numbers.length(words) is not None
    return name != ("set", "alarm") or (numbers.length(words) is None and numbers.time_of_day(words) is not None)


def _parts(function: Json) -> list[str]:
    name = str(function.get("name", "")).replace("_", " ").lower()
    return [word.removesuffix("s") for word in re.findall(r"[a-z]+", name)]


def _properties(function: Json) -> dict[str, Json]:
    schema = function.get("parametersJsonSchema") or function.get("parameters") or {}
    return schema.get("properties") or {}


# --- arguments


def _arguments(function: Json, line: str, words: list[str]) -> Json:
    properties = _properties(function)
    found: dict[str, Any] = _length(properties, words)
    for name, rule in properties.items():
        if name not in found and (value := _argument(name, rule, line, words, found)) is not None:
            found[name] = value
    return found


def _length(properties: dict[str, Json], words: list[str]) -> dict[str, Any]:
    """A length of time, in the units that the schema names: hours, minutes, seconds, or one of them alone."""
    span = numbers.length(words)
    units = [
        (name, unit_s) for name, unit_s in (("hours", 3600), ("minutes", 60), ("seconds", 1)) if name in properties
    ]
    if span is None or not units:
        return {}
    found: dict[str, Any] = {}
    rest = span.value
    for name, unit_s in units:
        count = rest // unit_s if (name, unit_s) != units[-1] else rest / unit_s
        if count:
            found[name] = int(count) if count == int(count) else count
            rest -= count * unit_s
    return found


def _argument(name: str, rule: Json, line: str, words: list[str], found: Json) -> Any:
    kind = str(rule.get("type", "string")).lower()
    if rule.get("enum"):
        return next((choice for choice in rule["enum"] if str(choice).lower() in line.lower()), None)
    if kind in ("integer", "number"):
        return _number(name, words)
    if kind == "boolean":
        return True
    if kind == "array":
        return _items(" ".join(words))
    if kind != "string":
        return None
    if name == "time":
        return numbers.time_of_day(words)
    return _called(words) if name == "name" else line


def _number(name: str, words: list[str]) -> float | None:
    """The first number said; a length becomes the unit that the argument's name ends with."""
    if name == "change":
        way = {"up": 20, "louder": 20, "down": -20, "quieter": -20, "softer": -20, "lower": -20}
        is_to = numbers.first_number(words) is not None
        return None if is_to else next((way[word] for word in words if word in way), None)
    if name in ("hours", "minutes", "seconds"):
        return None  # _length knows
    span = numbers.length(words)
    if span is not None:
        per = 60 if name.endswith("_min") else 1
        return int(span.value // per)
    found = numbers.first_number(words)
    return None if found is None else int(found.value) if found.value == int(found.value) else found.value


def _called(words: list[str]) -> str | None:
    """What a timer is for: `for the pasta`, `called roast`, `the pasta timer`."""
    span = numbers.length(words)
    rest = words if span is None else [*words[: span.start], "|", *words[span.end :]]
    for at, word in enumerate(rest):
        if word in ("called", "named", "about") or (word in ("for", "of") and rest[at + 1 : at + 2] != ["|"]):
            tail = [one for one in rest[at + 1 :] if one not in ("please", "|")]
            while tail and tail[0] in ("the", "my", "our", "a", "an", "some"):
                tail = tail[1:]
            named = [one for one in tail[:3] if one not in _NOT_NAMES]
            if named and tail[0] == named[0] and numbers.number(tail, 0) is None:
                return " ".join(named)
    for at, word in enumerate(rest):
        if word in ("timer", "timers", "alarm") or rest[at : at + 2] in (["time", "or"], ["time", "er"]):
            before = rest[at - 1] if at else ""
            lead = rest[at - 2] if at > 1 else ""
            if before and before != "|" and before not in _NOT_NAMES and lead in _LEADS:
                return before
    return None


def _items(line: str) -> list[str] | None:
    """What is to go on a list, or off it."""
    match = _LIST.search(line)
    if match is None:
        return None
    items = re.split(r"\band\b", match["items"])
    tidy = [re.sub(r"^(some|the|a|an|more) ", "", item.strip()).strip() for item in items]
    return [item for item in tidy if item] or None
