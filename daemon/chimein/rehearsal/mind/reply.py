"""What the stand-in says: one short sentence that names the topic and what it heard, and a fact from WordNet. Pure."""

import re
from typing import Final

_LONG_FACT: Final = 60
_LONGEST_FACT: Final = 110
_LONGEST_ECHO: Final = 70
_TAIL: Final = re.compile(r",| (?:spread|with|that|which|used|consisting|characterized|especially|in which|by) ")
_BEGINNINGS: Final = frozenset(
    ["a", "an", "the", "any", "one", "some", "someone", "something", "to", "of", "in", "being"]
)


def answer(topic: str, line: str, word: str | None = None, gloss: str = "") -> str:
    """`topic` as the instruction spells it, "" if it names none; `word` is what told, `gloss` what that means."""
    heard = line.strip().rstrip(".!?") or "something I did not understand"
    if not topic:
        return f"You said: {heard}."
    if word is None:
        echo = f"I heard: {heard}. " if len(heard) <= _LONGEST_ECHO else ""
        return f"{echo}I can help with {topic}!"
    return f"{word.capitalize()}, so it is about {topic}! {_fact(word, gloss)}".strip()


def _fact(word: str, gloss: str) -> str:
    """ "Pizza is an Italian open pie made of thin bread dough." or ""."""
    said = re.sub(r"\([^)]*\)", "", gloss).split("; ")[0].replace("e.g.", "for example")
    if len(said) > _LONG_FACT:
        said = _TAIL.split(said, maxsplit=1)[0]
    said = re.sub(r"\s+", " ", said).strip(" ;:")
    if not said or len(said) > _LONGEST_FACT:
        return ""
    return f"{word.capitalize()} is {_article(said)}{said}."


def _article(gloss: str) -> str:
    """A definition of a thing often begins without one."""
    first = gloss.split(" ", 1)[0].lower()
    if first in _BEGINNINGS or first.endswith(("s", "ing")):
        return ""
    return "an " if first[0] in "aeiou" else "a "
