"""Which of the declared functions a line asks for, and with which arguments. A rule of thumb for rehearsals. Pure.

A function is meant when its name says one of the things of asks.py and the line asks for that, or, where nobody has
foreseen it, when every word of its name is said (`open_window`: "open the window"). Arguments are found by the names
and types of its schema; without one that the schema requires nothing is called.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from chimein.rehearsal.mind import spoken_numbers as numbers
from chimein.rehearsal.mind.asks import ASKS

Json = dict[str, Any]

_FINAL: Final = frozenset({"forget", "cancel", "stop", "mute", "clear", "remove"})
_DOUBT: Final = 20
"""So many readings are believed where the likelier ones ask for nothing; fewer for what undoes something."""
_DOUBT_OF_FINAL: Final = 4
_TO: Final = r"(?:to|too|do|down on|on|onto|off|from|of)"
_ITS_LIST: Final = r"(?:it|them|that|those) (?:to|too|down on|on|onto|off|from) (?:the|my|our) (?:\w+ )?list"
_POLITELY: Final = r"(?:so |and |please |could you |can you )*"
_LISTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:out of|need(?: some| more)?) (?P<items>.+?) {_POLITELY}(?:add|put|but|write|note|get) {_ITS_LIST}",
        rf"\b(?:bought|got|have|found) (?P<items>.+?) {_POLITELY}(?:take|remove|delete|cross|strike) {_ITS_LIST}",
        r"\b(?:add|at|put|but|write down|write|note down|note|get|remove|take|cross|strike|delete|scratch)\b "
        rf"(?P<items>.+?) {_TO}(?: to)?(?: the| my| our)? (?:\w+ )?list",
    )
)
_BETWEEN_ITEMS: Final = re.compile(r"\band\b|,|(?<=[a-z][a-rt-z']s) (?=[a-z])")
"""A plural ends a thing where the ears hear no comma: "eggs butter and flour" are three."""
_REMINDED_OF: Final = re.compile(r"\bremind (?:me|us)\b.*\bto \w+ (?:the|my|our) (?P<name>[a-z]+)")
_SHARES: Final = {"half": 50, "full": 100, "maximum": 100, "quarter": 25}
"""Of what is counted in percent."""
_LEADS: Final = frozenset({"the", "my", "our", "a", "an", "cancel", "delete", "remove", "clear", "drop", "stop", "|"})
"""What comes before a timer's name: a "shudder timer" is what the bench's ears make of "set a timer"."""
_NOT_NAMES: Final = {
    *("a", "an", "the", "my", "our", "this", "that", "it", "me", "us", "one", "another", "new", "any", "number"),
    *("set", "start", "stop", "cancel", "please", "with", "which", "what", "in", "up", "for", "and"),
    *("timer", "time", "kitchen", "minute", "minutes", "hour", "hours", "second", "seconds"),
    *("half", "quarter", "noon", "midnight"),
}


def choose(
    functions: tuple[Json, ...], readings: Sequence[str], known: Collection[str] = ()
) -> tuple[str, Json] | None:
    """The function's name and its arguments, or None. `readings` is what was said, the likeliest first; `known` are
    names that were used before: where another reading has one of them, that one was said."""
    meant = list(_meant(functions, readings))
    if not meant:
        return None
    first = meant[0]
    same = (one for one in meant if one[0] == first[0] and one[1].get("name") in known)
    return next(same, first) if first[0] not in ("set_timer", "set_alarm") else first


def _meant(functions: tuple[Json, ...], readings: Sequence[str]) -> Iterator[tuple[str, Json]]:
    """What each reading asks for, if it can be believed."""
    for doubt, line in enumerate(readings):
        words = numbers.words_of(line)
        for function in functions:
            is_final = bool(_FINAL.intersection(_parts(function)))
            if doubt < (_DOUBT_OF_FINAL if is_final else _DOUBT) and _is_meant(function, line, words):
                yield str(function["name"]), _arguments(function, line, words)
                break


def report(name: str, response: Json) -> str:
    """What the voice says about a tool's response."""
    if "error" in response:
        return f"I could not do that: {response['error']}"
    output = response.get("output", response.get("result"))
    if isinstance(output, str) and output.endswith((".", "!", "?")):
        return output
    what = name.replace("_", " ")
    return f"Done: {what}. {output}" if isinstance(output, str) else f"Done: {what}."


def _is_meant(function: Json, line: str, words: list[str]) -> bool:
    parts = _parts(function)
    if any(_fits(ask[0], parts) for ask in ASKS):
        said = " ".join(words)
        asked = next((ask for ask in ASKS if re.search(ask[1], said) and _is_whole(ask[0], words)), None)
        is_asked = asked is not None and _fits(asked[0], parts)
    else:
        said_words = {word.removesuffix("s") for word in words}
        is_asked = bool(parts) and all(part in said_words for part in parts) and "what" not in said_words
    return is_asked and all(name in _arguments(function, line, words) for name in _schema(function).get("required", ()))


def _fits(asked: tuple[str, ...], parts: list[str]) -> bool:
    return all(any(part.startswith(word) for part in parts) for word in asked)


def _is_whole(name: tuple[str, ...], words: list[str]) -> bool:
    """A timer without a length, an alarm without a time, a length for what rings: something else was meant."""
    if name == ("set", "timer"):
        return numbers.length(words) is not None
    if name == ("set", "volume"):
        return any(_number(way, words) is not None for way in ("percent", "change"))
    if name == ("stop", "ringing"):
        return numbers.length(words) is None
    return name != ("set", "alarm") or (numbers.length(words) is None and numbers.time_of_day(words) is not None)


def _parts(function: Json) -> list[str]:
    name = str(function.get("name", "")).replace("_", " ").lower()
    return [word.removesuffix("s") for word in re.findall(r"[a-z]+", name)]


def _schema(function: Json) -> Json:
    return function.get("parametersJsonSchema") or function.get("parameters") or {}


def _properties(function: Json) -> dict[str, Json]:
    return _schema(function).get("properties") or {}


# --- arguments


def _arguments(function: Json, line: str, words: list[str]) -> Json:
    properties = _properties(function)
    found: dict[str, Any] = _length(properties, words)
    for name, rule in properties.items():
        if name not in found and (value := _argument(name, rule, line, words)) is not None:
            found[name] = value
    if "name" in properties and "name" not in found and "cancel" in _parts(function):
        span = numbers.length(words)
        found |= {"name": f"{span.value:g} seconds"} if span else {}
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


def _argument(name: str, rule: Json, line: str, words: list[str]) -> Any:
    kind = str(rule.get("type", "string")).lower()
    if rule.get("enum"):
        return next((choice for choice in rule["enum"] if str(choice).lower() in line.lower()), None)
    if kind in ("integer", "number"):
        return _number(name, words)
    if kind == "boolean":
        return True
    if kind == "array":
        return _items(line)
    if kind != "string":
        return None
    if name == "time":
        return numbers.time_of_day(words)
    return _called(words) if name == "name" else line


def _number(name: str, words: list[str]) -> float | None:
    """The first number said; a length becomes the unit that the argument's name ends with."""
    if name == "change":
        way = {"up": 20, "louder": 20, "down": -20, "quieter": -20, "softer": -20, "lower": -20}
        way |= {"loud": -20, "quiet": 20, "soft": 20} if "too" in words else {"hear": 20}
        is_to = numbers.first_number(words) is not None
        return None if is_to else next((way[word] for word in words if word in way), None)
    if name in ("hours", "minutes", "seconds"):
        return None  # _length knows
    if name == "percent" and (share := _SHARES.keys() & set(words)):
        return _SHARES[min(share)]
    span = numbers.length(words)
    if span is not None:
        per = 60 if name.endswith("_min") else 1
        return int(span.value // per)
    found = numbers.first_number(words)
    return None if found is None else int(found.value) if found.value == int(found.value) else found.value


def _called(words: list[str]) -> str | None:
    """What a timer is for: `for the pasta`, `called roast`, `the pasta timer`, `remind me to check the cake`."""
    if reminded := _REMINDED_OF.search(" ".join(words)):
        return reminded["name"]
    if any(pair in (["all", "timers"], ["old", "timers"], ["all", "alarms"]) for pair in map(list, pairwise(words))):
        return "all"
    span = numbers.length(words)
    rest = words if span is None else [*words[: span.start], "|", *words[span.end :]]
    for at, word in enumerate(rest):
        is_timed = word == "time" and rest[at + 1 : at + 2] in (["the"], ["my"], ["our"])
        if (
            is_timed
            or word in ("called", "named", "about")
            or (word in ("for", "of") and rest[at + 1 : at + 2] != ["|"])
        ):
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
    said = " ".join(re.findall(r"[a-z0-9']+|,", line.lower().replace("’", "'")))
    match = next((found for pattern in _LISTS if (found := pattern.search(said))), None)
    if match is None:
        return None
    items = _BETWEEN_ITEMS.split(match["items"])
    tidy = [re.sub(r"^(some|the|a|an|more) ", "", item.strip()).strip() for item in items]
    return [item for item in tidy if item] or None
