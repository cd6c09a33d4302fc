"""The machines as daemon/docs/machines.md draws them: printed from the tables, so that it cannot lie."""

from collections.abc import Mapping
from enum import Enum

from chimein.core.machines.appliance import BELL, EAR, LIFE, LINK, SPEAKER, VOICE, S
from chimein.core.machines.aside import FILE, HOURS, PURSE
from chimein.core.machines.events import Event

Row = tuple[Enum, type[Event], Enum]
"""From a state, by a kind of event, to a state."""


def _rows(table: Mapping[tuple[S, type[Event]], S]) -> list[Row]:
    return [(before, kind, after) for (before, kind), after in table.items()]


MACHINES: Mapping[str, list[Row]] = {
    "life": _rows(LIFE),
    "link": _rows(LINK),
    "ear": _rows(EAR),
    "voice": _rows(VOICE),
    "speaker": _rows(SPEAKER),
    "bell": _rows(BELL),
    "purse": _rows(PURSE),
    "hours": _rows(HOURS),
    "file": _rows(FILE),
}


def machines_markdown() -> str:
    """A Markdown table: each machine's states, and by which events it leaves them."""
    rows = ["| machine | state | becomes |", "|---|---|---|"]
    for name, table in MACHINES.items():
        for state in dict.fromkeys(before for before, _, _ in table):
            ways: dict[str, list[str]] = {}
            for before, kind, after in table:
                if before is state and after is not state:
                    ways.setdefault(after.value, []).append(kind.__name__)
            told = "; ".join(f"{after} on {', '.join(kinds)}" for after, kinds in ways.items())
            rows.append(f"| {name} | {state.value} | {told or 'stays'} |")
    return "\n".join(rows)
