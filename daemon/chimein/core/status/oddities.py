"""Counts the surprises that were survived: each kind is told once, and all are counted."""

from collections import Counter
from typing import Final

KINDS: Final = 100
"""So many are told apart. Some carry the service's own words, and it may have ever new ones."""


class Oddities:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return self._counts.total()

    def came(self, what: str) -> bool:
        """Whether it is the first of its kind, and somebody should be told."""
        is_new = what not in self._counts and len(self._counts) < KINDS
        self._counts[what if is_new or what in self._counts else "others"] += 1
        return is_new
