"""Which topics an instruction wants answered: "only chime in when the topic is Italian cooking" → Italian cooking.

Pure. First the usual shapes of plain English are tried (phrases.py). When none fits, the topics are the instruction's
content nouns and compounds, which a lexicon tells from other words. A list of what is not to be answered comes with it.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from chimein.rehearsal.mind import english
from chimein.rehearsal.mind.phrases import (
    EMPTY,
    ENDS,
    EVERYTHING,
    EXCEPTION,
    EXCLUSIONS,
    NAMED,
    NEGATIVE,
    NOT_IF,
    OTHER,
    SHAPES,
    TRADES,
)

Words = tuple[str, ...]
_MOST: Final = 4
"""More topics than that are no guess but a shot in the dark."""
_SHARES_ITS_NOUN: Final = re.compile(r".*(?:an|ese|ish|nch|eek|ern|ical)")
""" "Italian and French cooking": the first is an adjective without its noun."""
_FORMS: Final = frozenset(
    "talk conversation small other matter matters anyone no one topic a the of in on at it small-talk".split()  # noqa: SIM905
)
"""Never part of such a name."""
_GLUE: Final = frozenset(["of", "the", "a", "an", "in", "and", "for"])
_SUBJECTS: Final = frozenset("i you we they he she it who to can will would should must may could not don't".split())  # noqa: SIM905


class Lexicon(Protocol):
    """What the parser asks about words."""

    def knows(self, word: str) -> bool: ...

    def parts(self, word: str) -> str:
        """Some of "nvar": noun, verb, adjective, adverb."""

    def is_person(self, word: str) -> bool: ...

    def mended(self, word: str) -> str:
        """The word, or the one that was meant by a slip of the finger."""


@dataclass(frozen=True)
class Topic:
    """One thing that may come up; all of its words must."""

    words: Words
    """Content words in small letters."""
    name: str
    """The same as written."""


@dataclass(frozen=True)
class Wish:
    """What an instruction wants. Without `topics`, all that is not excluded if `everything`, else nothing."""

    topics: list[Topic] = field(default_factory=list)
    exclusions: list[Topic] = field(default_factory=list)
    everything: bool = False
    names: frozenset[str] = frozenset()
    """What the assistant is called, in small letters."""


def topics_of(instruction: str, lexicon: Lexicon | None = None) -> list[Topic]:
    """The topics; empty when the instruction names none."""
    return wish_of(instruction, lexicon).topics


def wish_of(instruction: str, lexicon: Lexicon | None = None) -> Wish:
    """Reads the whole instruction. Without a `lexicon` every content word may be a noun."""
    text = re.sub(r"\s+", " ", instruction.lower().replace("’", "'"))
    text = re.sub(r"[\"“”«»*_`]|(?<![a-z])'|'(?![a-z])", "", text)
    names = frozenset(match.group("what") for match in NAMED.finditer(text))
    excluded, rest = _exclusions(text)
    found = _by_shape(rest) or _by_trade(rest) or _by_nouns(rest, lexicon, names | {w for e in excluded for w in e})
    found = [words for words in found if words not in excluded]
    return Wish(
        [_topic(words, instruction, lexicon) for words in found[:_MOST]],
        [_topic(words, instruction, lexicon) for words in excluded],
        bool(EVERYTHING.search(text)) or (bool(excluded) and not found),
        names,
    )


def _topic(words: Words, instruction: str, lexicon: Lexicon | None) -> Topic:
    """With its name as it stands in the instruction, little words between included."""
    gap = r"(?:\W+(?:of|the|in|and|for|a|an|'s|s))*\W+"
    match = re.search(rf"\b{gap.join(map(re.escape, words))}\b", instruction, re.IGNORECASE)
    name = re.sub(r"\s+", " ", match.group()) if match else " ".join(_spelled(word, instruction) for word in words)
    return Topic(tuple(lexicon.mended(word) for word in words) if lexicon else words, name)


def _spelled(word: str, instruction: str) -> str:
    match = re.search(rf"\b{re.escape(word)}\b", instruction, re.IGNORECASE)
    return match.group() if match else word


def _exclusions(text: str) -> tuple[list[Words], str]:
    """What is left out, and the text without the sentences' parts that say so."""
    found: list[Words] = []
    for match in [*EXCEPTION.finditer(text)]:
        if not _is_hushed(text, match.start()) and re.search(
            r"\b(?:any|every|all|whatever)\w*\b[^.;!?]*$", text[: match.start()]
        ):
            pieces = _split(match.group("what"))
            found += pieces
            text = text.replace(match.group(), " ") if pieces else text
    for shape in EXCLUSIONS:
        for match in [*shape.finditer(text)]:
            if not EXCEPTION.search(match.group()) and not NOT_IF.search(text[: match.end()]):
                pieces = _split(match.group("what"))
                found += pieces
                text = text.replace(match.group(), " . ") if pieces else text
    return list(dict.fromkeys(found)), text


def _is_hushed(text: str, at: int) -> bool:
    """Whether silence is asked for before `at`: in its sentence, or in the one before if its own says nothing."""
    sentences = re.split(r"[.;!?]", text[:at])
    own = sentences[-1]
    if len(sentences) > 1 and not set(english.words(own)) - EMPTY:
        own = " ".join(sentences[-2:])
    return bool(NEGATIVE.search(own))


def _by_shape(text: str) -> list[Words]:
    for match in NOT_IF.finditer(text):
        sentence = re.split(r"[.;!?]", text[match.start() :])[0] + re.split(r"[.;!?]", text[: match.start()])[-1]
        if NEGATIVE.search(sentence.replace(match.group(), "")) and (found := _split(match.group("what"))):
            return found
    for match in EXCEPTION.finditer(text):
        if _is_hushed(text, match.start()) and (found := _split(match.group("what"))):
            return found
    for shape in SHAPES:
        for match in shape.finditer(text):
            if found := _split(match.group("what")):
                return found
    return []


def _by_trade(text: str) -> list[Words]:
    for trade in TRADES:
        for match in trade.finditer(text):
            if found := _split(match.group("what")):
                return found
    return []


def _split(what: str) -> list[Words]:
    """ "the topic is wine or beer" → wine; beer."""
    what = re.sub(r"^[\s,]+", "", what)
    what = ENDS.sub("", what)
    what = re.sub(r"\b(?:unless|until|when(?:ever)?|if)\b", " ", what)
    pieces = []
    for piece in OTHER.split(what):
        content = tuple(word.removesuffix("'s") for word in english.words(piece) if word not in EMPTY)
        if content and content not in pieces:
            pieces.append(content)
    for at in range(len(pieces) - 1):
        if len(pieces[at]) == 1 and len(pieces[at + 1]) > 1 and _SHARES_ITS_NOUN.fullmatch(pieces[at][0]):
            pieces[at] = (*pieces[at], *pieces[at + 1][1:])
    return pieces


def _by_nouns(text: str, lexicon: Lexicon | None, never: set[str] | frozenset[str]) -> list[Words]:
    """The content nouns, a run of them being one topic; persons only if there is nothing else."""
    runs: list[Words] = []
    clauses = [english.words(clause) for clause in re.split(r"[.;:!?,()]|\band\b|\bor\b", text)]
    for orders in (True, False):
        for clause in clauses:
            runs += [run for run in _runs(clause, lexicon, orders=orders) if not never.intersection(run)]
            runs += _compounds(clause, lexicon)
        if runs:
            break
    runs = list(dict.fromkeys(runs))
    if lexicon is None:
        return runs
    return [run for run in runs if not lexicon.is_person(run[-1])] or runs


def _compounds(words: list[str], lexicon: Lexicon | None) -> list[Words]:
    """Names made of words that are nothing each by itself: first aid."""
    pairs = [(first, second) for first, second in itertools.pairwise(words) if {first, second} <= EMPTY - _FORMS]
    return [pair for pair in pairs if lexicon and lexicon.parts(" ".join(pair)) == "n"]


def _runs(words: list[str], lexicon: Lexicon | None, *, orders: bool) -> Iterator[Words]:
    """Unbroken content words of a clause that end in a noun. `orders`: a clause may begin with an imperative."""
    run: list[str] = []
    for at, word in enumerate([*words, "."]):
        if word in _GLUE and run and word == "of":
            continue
        if word == "." or word in EMPTY or not _may_name(words, at, lexicon, orders=orders):
            while run and lexicon is not None and "n" not in lexicon.parts(run[-1]):
                run.pop()
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(word.removesuffix("'s"))


def _may_name(words: list[str], at: int, lexicon: Lexicon | None, *, orders: bool) -> bool:
    """Whether the word there can be (part of) a thing's name."""
    if lexicon is None:
        return True
    parts = lexicon.parts(words[at])
    if "v" in parts and at > 0 and words[at - 1] in _SUBJECTS - {"to"}:
        return False
    begins = orders and at == 0 and len(words) > 1 and words[1] not in ("is", "are", "only", "and", "or")
    if "v" in parts and begins:
        return False
    return "n" in parts or "a" in parts
