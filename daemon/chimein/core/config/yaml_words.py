"""What a YAML parser's complaint means to somebody who wrote the file by hand; its own words as a last resort."""

import re
from typing import Final

from chimein.core.config.problems import shown_text

TABS: Final = "YAML does not allow tabs; use spaces"
SECOND_DOCUMENT: Final = "a second document begins here (---); put everything into one"
UNKNOWN_ALIAS: Final = "an alias (*) without its anchor (&); text that begins with * needs quotes"

_MEANINGS: Final = (
    # what the parser says (context: problem) → what to do
    (r"found another document", SECOND_DOCUMENT),
    (r"undefined alias", UNKNOWN_ALIAS),
    (
        r"mapping values are not allowed",
        "a colon where none can be: wrong indentation, or a text with ': ' needs quotes",
    ),
    (r"quoted scalar: found unexpected", "a quote that begins here is never closed"),
    (r"flow (sequence|mapping|node)", "a bracket is not closed, or a comma is missing"),
    (r"expected <block end>", "wrong indentation: it must line up with the keys of the same section"),
    (r"could not find expected ':'", "a key without a colon; write `key: value`"),
    (r"character '\\?[@`%&*!|>]'", "a text that begins with this character needs quotes"),
)


def in_words(context: str, problem: str) -> str:
    """One sentence about a text that is not YAML; what the parser quotes from the text is masked."""
    said = f"{context}: {problem}" if context else problem
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, said):
            return meaning
    if not said:
        return "this is not YAML text"
    cleaned = re.sub(r"'([^']*)'", lambda quoted: f"'{shown_text(quoted[1])}'", said)
    return f"not YAML: {cleaned}"


def begins_earlier(context: str, problem: str) -> bool:
    """Whether the mistake is where the context began, and not where the parser gave up."""
    return "quoted scalar" in context or ("flow" in context and "stream end" in problem)


def twice(first_line: int) -> str:
    """A key that stands where it stood before."""
    return f"stands twice, first in line {first_line}; remove one of them"
