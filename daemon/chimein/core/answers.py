"""What a daemon answered that may be older or newer than the command: what is missing is nothing."""

from collections.abc import Mapping


def at(answer: Mapping[str, object], *path: str) -> object:
    """What stands there; None where nothing does."""
    value: object = answer
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def number(value: object) -> float | None:
    """A number as one; None for everything else, true and false among it."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
