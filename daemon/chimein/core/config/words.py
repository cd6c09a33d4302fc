"""Pydantic's complaints about a configuration, said in words that tell a person what to write instead."""

import re
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import ErrorDetails

from chimein.core.config.keys import Path, bounds, description, every_key, exists, keys_under, parse
from chimein.core.config.problems import dotted, nearest, shown, shown_text

Words = tuple[str, str | None]
"""What is wrong and what to do; the nearest thing that would do, or None."""

_SECRET: Final = re.compile(
    r"(api|access|auth|private|gemini|google)[_-]?(key|token)|^(key|token)$|passw|secret|credential", re.I
)
_TRUE: Final = ("yes", "y", "on", "true", "1", "1.0")
_FALSE: Final = ("no", "n", "off", "false", "0", "0.0")
_SECONDS: Final = {"m": 60, "min": 60, "h": 3600}


def is_secret_name(key: str) -> bool:
    """Whether a key looks as if its value were a secret."""
    return bool(_SECRET.search(key))


def put_into_words(error: ErrorDetails) -> tuple[Path, Words]:
    """The path of an error, as far as it consists of keys, and the words for it. Never shows a secret."""
    path = tuple(str(step) for step in error["loc"] if not isinstance(step, int) and step != "[key]")
    if "[key]" in error["loc"]:
        return path, _strange_key(path)
    say = _WORDS.get(error["type"])
    if say is not None:
        return path, say(path, error)
    return path, (_with_purpose(error["msg"], path), None)


def _strange_key(path: Path, error: ErrorDetails | None = None) -> Words:
    if is_secret_name(path[-1]):
        say = "a secret does not belong in a file that others read; remove the line"
        if path[:2] == ("tools", "mcp"):
            return f"{say}, run `chimein set-key --for NAME`, and write `credential: NAME`", None
        return f"{say} and run `chimein set-key`", None
    if len(path) == 1 and exists(parse(path[0])):
        return "keys are nested, not dotted: write the section, and under it, indented, the key", None
    siblings = keys_under(path[:-1])
    meant = nearest(path[-1], siblings)
    section = f"in {dotted(path[:-1])}" if len(path) > 1 else "at the top"
    say = f"there is no such key {section}; there are {', '.join(siblings)}"
    if meant is None:
        elsewhere = [key for key in every_key() if key[-1] == path[-1]]
        meant = dotted(elsewhere[0]) if len(elsewhere) == 1 else None
    return say, meant


def _not_bool(path: Path, error: ErrorDetails) -> Words:
    word = str(error["input"]).strip().lower()
    meant = "true" if word in _TRUE else "false" if word in _FALSE else None
    return _with_purpose(f"must be true or false, without quotes, not {shown(error['input'])}", path), meant


def _not_whole(path: Path, error: ErrorDetails) -> Words:
    say = _with_purpose(f"must be a whole number, without quotes, not {shown(error['input'])}", path)
    return say, _number(path, error, int)


def _not_number(path: Path, error: ErrorDetails) -> Words:
    say = _with_purpose(f"must be a number, without quotes, not {shown(error['input'])}", path)
    return say, _number(path, error, float)


def _not_text(path: Path, error: ErrorDetails) -> Words:
    value = error["input"]
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    meant = f'"{shown_text(str(value))}"' if plain else None
    return _with_purpose(f"must be a text, not {shown(value)}", path), meant


def _not_finite(path: Path, error: ErrorDetails) -> Words:
    return _with_purpose("must be a number that can be counted to, not infinite and not NaN", path), None


def _out_of_range(path: Path, error: ErrorDetails) -> Words:
    limit = next(iter(error.get("ctx", {}).values()), None)
    reach = bounds(path)
    low = error["type"].startswith("greater")
    say = f"must be {reach}" if reach else f"must be {'at least' if low else 'at most'} {limit:g}"
    return _with_purpose(f"{say}, not {shown(error['input'])}", path), None if limit is None else f"{limit:g}"


def _not_offered(path: Path, error: ErrorDetails) -> Words:
    offered = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
    value = error["input"]
    meant = (
        nearest(value, offered) if isinstance(value, str) else "none" if value is False and "none" in offered else None
    )
    return f"must be one of {', '.join(offered)}, not {shown(value)}", meant


def _not_section(path: Path, error: ErrorDetails) -> Words:
    keys = keys_under(path)
    named = f" ({', '.join(keys)})" if keys else ""
    return f"must be a section with keys under it{named}, not {shown(error['input'])}", None


def _not_list(path: Path, error: ErrorDetails) -> Words:
    value = error["input"]
    meant = f"[{shown_text(value)}]" if isinstance(value, str) else None
    return _with_purpose(f"must be a list, not {shown(value)}", path), meant


def _too_short(path: Path, error: ErrorDetails) -> Words:
    return _with_purpose("must not be empty", path), None


def _not_a_name(path: Path, error: ErrorDetails) -> Words:
    """Of tools.mcp.NAME.credential. The value is not shown: it may be the token itself."""
    return _with_purpose("must be small letters, digits and hyphens, up to 40", path), None


def _own_words(path: Path, error: ErrorDetails) -> Words:
    """values.py has found the words itself."""
    value = error["input"]
    meant = None
    if error["type"] == "channel" and isinstance(value, str):
        meant = value.strip() if value.strip().isdigit() else nearest(value, ("auto", "mix"))
    return (_with_purpose(error["msg"], path) if error["type"] == "empty" else error["msg"]), meant


_WORDS: Final[dict[str, Callable[[Path, ErrorDetails], Words]]] = {
    "extra_forbidden": _strange_key,
    "bool_type": _not_bool,
    "int_type": _not_whole,
    "float_type": _not_number,
    "string_type": _not_text,
    "finite_number": _not_finite,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "literal_error": _not_offered,
    "model_type": _not_section,
    "model_attributes_type": _not_section,
    "dict_type": _not_section,
    "list_type": _not_list,
    "too_short": _too_short,
    "string_too_short": _too_short,
    "string_pattern_mismatch": _not_a_name,
    "empty": _own_words,
    "usb_id": _own_words,
    "file_path": _own_words,
    "channel": _own_words,
    "nul": _own_words,
}


def _with_purpose(say: str, path: Path) -> str:
    """The complaint, and what the key is for: that tells what to write."""
    purpose = description(path).rstrip(".")
    return f"{say} ({purpose})" if purpose else say


def _number(path: Path, error: ErrorDetails, kind: type[int] | type[float]) -> str | None:
    """The number somebody probably meant by a text such as ``"60"``, ``"70%"``, ``"0,50"`` or ``"10m"``, or by 60.0."""
    value: Any = error["input"]
    if isinstance(value, bool) or not isinstance(value, str | float):
        return None
    found = re.fullmatch(r"\s*(-?\d{1,9})(?:[.,](\d{1,9}))?\s*([a-z%]*)\s*", str(value).lower())
    if found is None:
        return None
    whole, part, unit = found.groups()
    key = str(path[-1])
    if key.endswith("_s") and unit in _SECONDS and part is None:
        return str(int(whole) * _SECONDS[unit])
    if unit not in ("", "%") and not key.endswith(f"_{unit}"):
        return None
    return whole if kind is int or part is None else f"{whole}.{part}"
