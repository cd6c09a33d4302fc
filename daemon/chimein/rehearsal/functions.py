"""Which of the declared functions a line asks for, and with which arguments. A rule of thumb for rehearsals. Pure.

A function is called when every word of its name is said (`set_timer`: "set a timer for ten minutes").
"""

import re
from typing import Any, Final

from chimein.rehearsal.protocol import Json

_NUMBERS: Final = {
    word: value
    for value, words in enumerate(
        [
            "zero",
            "one|a|an",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
    for word in words.split("|")
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}


def choose(functions: tuple[Json, ...], line: str) -> tuple[str, Json] | None:
    """The function's name and its arguments, or None."""
    said = [word.removesuffix("s") for word in re.findall(r"[a-z']+|\d+", line.lower())]
    for function in functions:
        name = str(function.get("name", ""))
        wanted = [word.removesuffix("s") for word in re.findall(r"[a-z]+", name.replace("_", " ").lower())]
        if wanted and all(word in said for word in wanted):
            return name, _arguments(function, line, said)
    return None


def report(name: str, response: Json) -> str:
    """What the voice says about a tool's response."""
    what = name.replace("_", " ")
    if "error" in response:
        return f"I could not do that. {response['error']}"
    output = response.get("output", response.get("result"))
    return f"Done: {what}. {output}" if isinstance(output, str) else f"Done: {what}."


def _arguments(function: Json, line: str, said: list[str]) -> Json:
    schema = function.get("parametersJsonSchema") or function.get("parameters") or {}
    found: dict[str, Any] = {}
    for name, rule in (schema.get("properties") or {}).items():
        value = _argument(name, rule, line, said)
        if value is not None:
            found[name] = value
    return found


def _argument(name: str, rule: Json, line: str, said: list[str]) -> Any:
    kind = str(rule.get("type", "string")).lower()
    if rule.get("enum"):
        return next((choice for choice in rule["enum"] if str(choice).lower() in line.lower()), None)
    if kind in ("integer", "number"):
        return _number(name, said)
    if kind == "boolean":
        return True
    return line if kind == "string" else None


def _number(name: str, said: list[str]) -> int | None:
    """The first number said; a time becomes the unit that the argument's name ends with."""
    for at, word in enumerate(said):
        value = int(word) if word.isdigit() else _NUMBERS.get(word)
        if value is None or (word in ("a", "an") and said[at + 1 : at + 2] not in ([unit] for unit in _SECONDS)):
            continue
        tail = said[at + 1] if at + 1 < len(said) else ""
        if value >= 20 and _NUMBERS.get(tail, 99) < 10:
            value, tail = value + _NUMBERS[tail], (said[at + 2] if at + 2 < len(said) else "")
        seconds = _SECONDS.get(tail)
        if seconds is None:
            return value
        per = 60 if name.endswith(("_min", "minutes")) else 3600 if name.endswith("hours") else 1
        return value * seconds // per
    return None
