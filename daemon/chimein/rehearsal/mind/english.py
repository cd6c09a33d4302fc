"""A little English: words in a line, their base forms, words that tell nothing. Pure but for one list from a file."""

import functools
import json
import re
from collections.abc import Container
from pathlib import Path
from typing import Final

_COMMONPLACES: Final = Path(__file__).with_name("commonplaces.json")
"""What everybody knows and no definition in WordNet says: fields → their words."""
_WORD: Final = re.compile(r"[a-z][a-z']*")
_PLURALS: Final = (("ies", "y"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("oes", "o"),
    ("s", ""),
)  # fmt: skip
_ENDINGS: Final = (("ied", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", "e"), ("est", ""))
_ODD: Final = {
    "men": "man", "women": "woman", "children": "child", "knives": "knife", "leaves": "leaf", "loaves": "loaf",
    "wives": "wife", "mice": "mouse", "geese": "goose", "feet": "foot", "teeth": "tooth", "caught": "catch",
    "bought": "buy", "grew": "grow", "grown": "grow", "sewed": "sew", "sewn": "sew", "swam": "swim", "flew": "fly",
    "flown": "fly", "drove": "drive", "driven": "drive", "rode": "ride", "ridden": "ride", "sang": "sing",
    "sung": "sing", "wrote": "write", "written": "write", "ate": "eat", "eaten": "eat", "drank": "drink",
    "drunk": "drink", "broke": "break", "broken": "break", "lost": "lose", "won": "win", "knitted": "knit",
    "built": "build", "blew": "blow", "froze": "freeze", "frozen": "freeze", "stolen": "steal",
}  # fmt: skip
_BEFORE_NOUNS: Final = frozenset(
    "a an the my your his her our their this these those some every each no any two three four of".split()  # noqa: SIM905
)
_BEFORE_VERBS: Final = frozenset(
    """
    i you we they he she who can could will would should shall must may might cannot can't couldn't won't wouldn't
    shouldn't don't doesn't didn't not let's to did does do it
    """.split()  # noqa: SIM905
)
DULL: Final = frozenset(
    """
    a able about above across act actually after again ago all almost alone along already also always am an and
    another any anybody anyone anything are aren't around as ask at away back bad be because been before began
    begin being best better between big bit both but by bye call called came can can't cannot characterized come
    comes coming consist consisting could couldn't couple day days did didn't different do does doesn't doing
    don't done down during e.g each either else end enough especially etc even ever every everybody everyone
    everything example family feel few find fine first for form found from full gave genus get gets getting give
    given go goes going gone good goodbye got great guess had happen happened hard has have having he he'd he's
    hello help her here hers hey hi him his how i i'd i'll i'm i've idea if in instead into is isn't it it's its just
    keep kind knew
    know known large last late later least left less let let's like little live long look looking looks lot lots
    love made make makes making many may maybe me mean member mention mentioned might mine more morning most
    much must my name native near nearby need needs never new next nice night no nobody none not nothing now of
    off often oh okay old on once one ones only or other others our out over own part people perhaps person
    piece place please possible prefer pretty probably problem put quality quite rather really relate related
    relating right said same saw say says see seem seems seen several shall she she's short should show since
    small so some somebody someone something sometimes soon sort start state still stop stuff such sure take
    taken takes talk tell than thank thanks that that's the their them then there there's these they they're
    they've thing things think this those though thought through time times to today together told tomorrow
    tonight too took toward tried try turn two type typically under until up upon us use used using usual
    usually various very want wanted wants was wasn't way we we'll we're we've week well went were what what's
    when where which while who whole whom whose why will with within without won't word work would wouldn't
    wrong yeah year years yes yesterday yet you you'll you're you've your yours
    """.split()  # noqa: SIM905
)
"""Words that say nothing about what is talked about."""


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.lower().replace("’", "'"))


def base(word: str, known: Container[str]) -> str:
    """The dictionary form of a word, as far as `known` has it."""
    word = word.removesuffix("'s")
    if word in _ODD:
        return _ODD[word]
    if word.endswith("ics") and word in known:
        return word
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        for ending, instead in _PLURALS:
            if word.endswith(ending) and word.removesuffix(ending) + instead in known:
                return word.removesuffix(ending) + instead
    if word in known:
        return word
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        if stem + instead in known:
            return stem + instead
        if stem[-1] == stem[-2] and stem[:-1] in known:
            return stem[:-1]
    return word


def part_between(before: str, word: str) -> str:
    """What a word is after that one: "n" a noun (or its adjective), "v" a verb, "" who knows."""
    if before in _BEFORE_NOUNS or before.endswith("est"):
        return "n"
    is_third_person = before in ("he", "she", "it", "who")
    return "v" if before in _BEFORE_VERBS and (is_third_person or not word.endswith("s")) else ""


@functools.cache
def commonplaces() -> dict[str, frozenset[str]]:
    """A field → what everybody counts to it."""
    found: dict[str, set[str]] = {}
    for fields, members in json.loads(_COMMONPLACES.read_text(encoding="utf-8")).items():
        for field in fields.split(", "):
            found.setdefault(field, set()).update(members.split(", "))
    return {field: frozenset(members) for field, members in found.items()}
