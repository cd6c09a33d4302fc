"""What is wrong with a configuration, in words a person can act on, and never with a secret in them."""

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from chimein.core.errors import ConfigError
from chimein.core.secret import masked

SHOWN_AT_MOST: Final = 60
"""Characters of a value that a message repeats; a longer one is more likely pasted by mistake than misspelt."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `line` counts from 1; None where a line means nothing, as for a missing file."""

    file: str
    line: int | None
    path: str
    """The key, dotted, as in ``panel.button.pin``; empty when it is about the file."""
    message: str
    """What is wrong and what to do, one sentence without a full stop."""
    suggestion: str | None = None
    """The nearest key or value that would do."""

    def __str__(self) -> str:
        where = f"{printable(self.file)}:{self.line}" if self.line is not None else printable(self.file)
        words = [where, self.path, self.message] if self.path else [where, self.message]
        nearest = f"; did you mean {self.suggestion}?" if self.suggestion is not None else ""
        return ": ".join(words) + nearest

    def as_json(self) -> dict[str, Any]:
        """For programs: file, line, path, message, suggestion."""
        return asdict(self) | {"file": printable(self.file)}


class BadConfig(ConfigError):
    """The configuration cannot be used; `problems` has every reason at once, and the message lists them."""

    def __init__(self, problems: Iterable[Problem], notes: Iterable[str] = ()) -> None:
        self.problems = tuple(problems)
        self.notes = tuple(notes)
        super().__init__(
            "\n".join(["the configuration cannot be used", *(f"  {problem}" for problem in self.problems)])
        )


def dotted(path: Iterable[str | int]) -> str:
    """A path as it is written: ``panel.button.pin``. A key of a stranger's making is cleaned and masked."""
    return ".".join(shown_text(str(step)) for step in path)


def printable(text: str) -> str:
    """`text` with everything that could move a terminal's cursor, or cannot be encoded, written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def shown_text(text: str) -> str:
    """`text` fit for a message: no key of Google's, no control character, no novel."""
    safe = printable(masked(text))
    return safe if len(safe) <= SHOWN_AT_MOST else f"{safe[:SHOWN_AT_MOST]}…"


def shown(value: object) -> str:
    """A value of a configuration as a message may name it."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text '{shown_text(value)}'"
    if isinstance(value, int | float):
        return shown_text(str(value))
    return "a list" if isinstance(value, list | tuple) else "a section with keys of its own"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice somebody probably meant, capitals aside; None when nothing is near."""
    by_plain = {choice.lower().replace("-", "_"): choice for choice in choices}
    plain = word.strip().lower().replace("-", "_")
    if found := difflib.get_close_matches(plain, by_plain, n=1, cutoff=0.5):
        return by_plain[found[0]]
    longer = [
        choice
        for key, choice in by_plain.items()
        if len(plain) >= 3 and (key.startswith(plain) or plain in key.split("_"))
    ]
    return longer[0] if len(longer) == 1 else None
