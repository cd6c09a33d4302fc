"""Numbers, lengths of time and times of day in a spoken line, as words or digits. Pure; English.

A line is taken as its words: small letters, no punctuation but the colon of 7:30.
"""

import re
from dataclasses import dataclass
from typing import Final

_ONES: Final = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_UNITS_S: Final = {
    **dict.fromkeys(("second", "seconds", "sec", "secs"), 1),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), 60),
    **dict.fromkeys(("hour", "hours"), 3600),
}
_HALVES: Final = {"half": 0.5, "quarter": 0.25, "quarters": 0.25}
_ARTICLES: Final = ("a", "an", "one")


@dataclass(frozen=True)
class Span:
    """Something found in words[start:end]."""

    value: float
    start: int
    end: int


def words_of(line: str) -> list[str]:
    """`It's 7:30!` as it's, 7:30."""
    return re.findall(r"[a-z']+|\d+(?::\d\d|\.\d+)?", line.lower().replace("’", "'"))


def number(words: list[str], at: int) -> Span | None:
    """The number that begins at this word: `twenty five`, `one hundred and ten`, `two and a half`, 3.5."""
    value, end = _whole(words, at)
    if end == at:
        return None
    if words[end : end + 1] == ["hundred"]:
        value, end = value * 100, end + 1
        rest, after = _whole(words, end + (words[end : end + 1] == ["and"]))
        if after > end and 0 < rest < 100:
            value, end = value + rest, after
    if words[end : end + 3] in (["and", "a", "half"], ["and", "one", "half"]):
        value, end = value + 0.5, end + 3
    return Span(value, at, end)


def first_number(words: list[str]) -> Span | None:
    return next((found for at in range(len(words)) if (found := number(words, at))), None)


def length(words: list[str]) -> Span | None:
    """The first length of time, in seconds: `an hour and a half`, `one hour and twenty minutes`, `a quarter of an
    hour`, `ninety seconds`, `five minute`."""
    for at in range(len(words)):
        found = _part(words, at)
        if found is None:
            continue
        while True:
            after = found.end + (words[found.end : found.end + 1] == ["and"])
            more = _part(words, after)
            if more is None or more.start != after:
                return found
            found = Span(found.value + more.value, found.start, more.end)
    return None


def time_of_day(words: list[str]) -> str | None:
    """`seven thirty`, `half past six`, `quarter to eight in the evening`, `7:30`, `noon`; as 07:30."""
    for at, word in enumerate(words):
        if ":" in word:
            hour, minute = word.split(":")
            return _clock(int(hour), int(minute), words)
        if word in ("noon", "midday", "midnight"):
            return "00:00" if word == "midnight" else "12:00"
        if word in ("half", "quarter") and words[at + 1 : at + 2] in (["past"], ["to"], ["after"]):
            said, end = _whole(words, at + 2)
            minutes = 30 if word == "half" else 15
            if end > at + 2:
                is_before = words[at + 1] == "to"
                return _clock(int(said) - is_before, 60 - minutes if is_before else minutes, words)
    for at in range(len(words)):
        said, end = _whole(words, at)
        if end > at and said <= 24 and words[end : end + 1] not in ([unit] for unit in _UNITS_S):
            minutes_said, _ = _whole(words, end + (words[end : end + 1] in (["o"], ["oh"])))
            return _clock(int(said), int(minutes_said) if minutes_said < 60 else 0, words)
    return None


def _clock(hour: int, minute: int, words: list[str]) -> str | None:
    is_late = any(word in words for word in ("evening", "afternoon", "tonight", "pm")) or "p m" in " ".join(words)
    if is_late and hour < 12:
        hour += 12
    return f"{hour % 24:02d}:{minute:02d}" if 0 <= hour <= 24 and 0 <= minute < 60 else None


def _whole(words: list[str], at: int) -> tuple[float, int]:
    """A number below a hundred, or digits; (0, at) where there is none."""
    word = words[at] if at < len(words) else ""
    if re.fullmatch(r"\d+(\.\d+)?", word):
        return float(word), at + 1
    if word in _TENS:
        following = words[at + 1] if at + 1 < len(words) else ""
        one = _ONES.get(following, 0)
        return (_TENS[word] + one, at + 2) if 0 < one < 10 else (_TENS[word], at + 1)
    return (float(_ONES[word]), at + 1) if word in _ONES else (0.0, at)


def _part(words: list[str], at: int) -> Span | None:
    """One count and its unit."""
    word = words[at] if at < len(words) else ""
    if word in _HALVES or (word in ("a", "three", "one") and words[at + 1 : at + 2] in (["quarter"], ["quarters"])):
        times = 3 if word == "three" else 1
        end = at + (1 if word in _HALVES else 2)
        share = _HALVES[words[end - 1]] * times
        while words[end : end + 1] in (["of"], ["a"], ["an"]):
            end += 1
        unit_s = _UNITS_S.get(words[end] if end < len(words) else "")
        return Span(share * unit_s, at, end + 1) if unit_s else None
    found = number(words, at)
    if found is None and word in _ARTICLES:
        found = Span(1.0, at, at + 1)
    if found is None or found.end >= len(words) or words[found.end] not in _UNITS_S:
        return None
    unit_s = _UNITS_S[words[found.end]]
    value, end = found.value * unit_s, found.end + 1
    if words[end : end + 3] == ["and", "a", "half"]:
        value, end = value + unit_s / 2, end + 3
    return Span(value, at, end)
