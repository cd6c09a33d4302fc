"""The shopping list: kept in order, each thing once, written down at every change."""

from collections.abc import Callable, Iterable, Sequence

from chimein.core.errors import ChimeinError, UsageError

MOST = 200


class ShoppingList:
    """`load` and `keep` are the store's."""

    def __init__(self, *, load: Callable[[], Sequence[str]], keep: Callable[[Sequence[str]], None]) -> None:
        self._keep = keep
        self._items = list(load())

    @property
    def items(self) -> Sequence[str]:
        """In the order in which they were put on it."""
        return tuple(self._items)

    def add(self, items: Iterable[str]) -> list[str]:
        """Those that were not on it. Raises ChimeinError for a list that nobody would carry home."""
        named = [name for item in items if (name := _tidy(item))]
        new = [name for name in dict.fromkeys(named) if self._at(name) is None]
        if len(self._items) + len(new) > MOST:
            raise ChimeinError(f"the list has {len(self._items)} things on it already, and {MOST} is the most")
        self._items += new
        self._keep(self._items)
        return new

    def remove(self, items: Iterable[str]) -> list[str]:
        """Those that were on it. Raises UsageError, with nothing removed, for one that was not."""
        wanted = [_tidy(item) for item in items]
        missing = [name for name in wanted if self._at(name) is None]
        if missing:
            raise UsageError(f"not on the list: {', '.join(missing)}; on it: {', '.join(self._items) or 'nothing'}")
        for name in wanted:
            if (at := self._at(name)) is not None:
                del self._items[at]
        self._keep(self._items)
        return wanted

    def clear(self) -> None:
        self._items = []
        self._keep(self._items)

    def _at(self, name: str) -> int | None:
        """Where it stands: "Milk" is milk, and egg is eggs."""
        known = [_key(item) for item in self._items]
        return known.index(_key(name)) if _key(name) in known else None


def _tidy(item: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in item).split())[:100]


def _key(item: str) -> str:
    return _tidy(item).casefold().removeprefix("the ").removesuffix("s")
