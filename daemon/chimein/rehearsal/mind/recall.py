"""Answers about what was heard before: "What was said about the tomatoes?". A rule of thumb for rehearsals. Pure.

What was heard is quoted, as it was understood. Somebody in the room is answered only where the question can be meant
for nobody else but who has listened; who types is answered about anything that was heard.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chimein.rehearsal.mind import english

LONGEST_REPLY: Final = 240
MOST_LINES: Final = 2
MOST_HEARD: Final = 5000
"""So many lines are remembered."""

_TOLD: Final = (
    r"(?:said|say|says|told|tell|tells|mention\w*|heard|hear|talk\w*|spoke|speak\w*|discuss\w*|explain\w*|recommend\w*)"
)
_WHO: Final = r"(?:they|he|she|it|we|the|that|this|anna|ben)"
_ASKED_ALOUD: Final = re.compile(
    rf"\bwhat (?:was|were|is|has|have|had)\b(?!.*\byou\b).*\b(?:{_TOLD}|about)\b"
    rf"|\bwhat did {_WHO}\b(?!.*\byou\b).*\b(?:{_TOLD}|about)\b"
    rf"|\bwhat did you hear\b|\bwhat have you heard\b|\b(?:do|can) you remember what\b|\bremind (?:me|us) what\b"
    rf"|\btell (?:me|us) (?:again )?what\b.*\b{_TOLD}\b"
)
_ASKED_IN_WRITING: Final = re.compile(r"\b(?:what|who|whom|when|where|why|how|which|tell|remember|remind)\b")
_ABOUT: Final = re.compile(r"\b(?:about|of|on) (.+)$")
_NOT_ASKED_FOR: Final = english.DULL | {
    *("hear", "heard", "file", "recording", "podcast", "radio", "tape", "remind", "remember", "discussed", "ah", "uh"),
}


@dataclass(frozen=True)
class Remembered:
    """A line of the conversation, as it was understood; `others` is what may have been said instead."""

    text: str
    others: tuple[str, ...] = ()


def answer(heard: Sequence[Remembered], readings: Sequence[str], *, is_typed: bool) -> str | None:
    """The answer to the first of these readings of a question that has one; None when it is no such question."""
    asked = _ASKED_IN_WRITING if is_typed else _ASKED_ALOUD
    for reading in readings:
        question = " ".join(english.words(reading))
        if asked.search(question):
            found = _found(heard, _stems(question))
            if found:
                return _reply(question, found)
    return None


def _found(heard: Sequence[Remembered], wanted: frozenset[str]) -> list[str]:
    """The lines that hold most of the wanted words, in the order in which they were heard."""
    counts = [len(wanted & _stems(" ".join([line.text, *line.others]))) for line in heard]
    most = max(counts, default=0)
    best = [line.text for line, count in zip(heard, counts, strict=True) if most and count == most and line.text]
    return list(dict.fromkeys(best))[-MOST_LINES:]


def _reply(question: str, found: Sequence[str]) -> str:
    about = _ABOUT.search(question)
    subject = f"About {about[1]} I heard" if about and len(about[1]) < 40 else "I heard"
    return f"{subject}: {'; and: '.join(line.strip().rstrip('.!?') for line in found)}"[:LONGEST_REPLY].rstrip() + "."


def _stems(text: str) -> frozenset[str]:
    """Its words that say something, without their endings."""
    return frozenset(_stem(word) for word in english.words(text) if word not in _NOT_ASKED_FOR)


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in ("ies", "oes", "es", "s", "ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending) + ("y" if ending == "ies" else "o" if ending == "oes" else "")
    return word.removesuffix("e") if len(word) > 3 else word
