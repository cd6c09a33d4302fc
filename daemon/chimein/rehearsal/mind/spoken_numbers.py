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
_BEFORE: Final = ("to", "before", "till")
_WAYS: Final = ("past", "after", *_BEFORE)


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
    hour`, `ninety seconds`, `five minute`, `two minutes thirty`."""
    for at in range(len(words)):
        found = _part(words, at)
        if found is None:
            continue
        while True:
            after = found.end + (words[found.end : found.end + 1] == ["and"])
            more = _part(words, after) or _rest(words, found.end)
            if more is None:
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
        if (past := _past_the_hour(words, at)) is not None:
            return past
    for at in range(len(words)):
        said, end = _whole(words, at)
        if end > at and said <= 24 and words[end : end + 1] not in ([unit] for unit in _UNITS_S):
            minutes_said, _ = _whole(words, end + (words[end : end + 1] in (["o"], ["oh"])))
            return _clock(int(said), int(minutes_said) if minutes_said < 60 else 0, words)
    return None


def _past_the_hour(words: list[str], at: int) -> str | None:
    """`half past six`, `half six`, `quarter to eight`, `twenty past five`, `ten minutes to nine`."""
    word = words[at]
    minutes, end = {"half": (30.0, at + 1), "quarter": (15.0, at + 1)}.get(word) or _whole(words, at)
    if end == at or not 0 < minutes < 60:
        return None
    end += words[end : end + 1] in (["minutes"], ["minute"])
    way = words[end] if end < len(words) else ""
    hour, after = _whole(words, end + (way in _WAYS))
    if after == end + (way in _WAYS) or hour > 24 or (way not in _WAYS and word != "half"):
        return None
    if words[after : after + 1] in ([unit] for unit in _UNITS_S):
        return None  # "five to ten minutes" is no time of day
    return _clock(int(hour) - 1, 60 - int(minutes), words) if way in _BEFORE else _clock(int(hour), int(minutes), words)


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
    if word == "couple" and words[at + 1 : at + 2] == ["of"]:
        found = Span(2.0, at, at + 2)
    if found is None and word in _ARTICLES:
        if words[at + 1 : at + 2] == ["second"] and words[at + 2 : at + 3] not in ([], ["and"]):
            return None  # "a second timer" is one more
        found = Span(1.0, at, at + 1)
    if found is None or found.end >= len(words) or words[found.end] not in _UNITS_S:
        return None
    unit_s = _UNITS_S[words[found.end]]
    value, end = found.value * unit_s, found.end + 1
    if words[end : end + 3] == ["and", "a", "half"]:
        value, end = value + unit_s / 2, end + 3
    return Span(value, at, end)


def _rest(words: list[str], at: int) -> Span | None:
    """The bare number of `two minutes thirty`, `one hour fifteen`, in the unit below the one before it."""
    unit_s = _UNITS_S.get(words[at - 1], 0)
    found = number(words, at)
    if (
        unit_s < 60
        or found is None
        or not 5 <= found.value < 60
        or words[at - 1 : at] == words[found.end : found.end + 1]
    ):
        return None
    return Span(found.value * unit_s / 60, at, found.end)
