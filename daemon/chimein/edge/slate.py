"""What the ledger has not written to the card yet, in a file in memory: it outlives the daemon, and not the power.

The ledger is written rarely, because cards wear. Without this a daemon that is killed every nine minutes would spend
for ever and never know it. Somebody's full disk, or a slate that nobody can read, costs the last minutes of the bill.
"""

import contextlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chimein.core.money.ledger import Page, Spent, Tally


class Slate:
    """Replaced whole at each write. The runtime directory is in memory: that wears no card."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Page | None:
        """What the last daemon left; None where there is nothing, or nothing that makes sense."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            return Page(str(said["day"]), _tally(said["kept"]), _tally(said["whole"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, page: Page) -> None:
        making = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        said = {"day": page.day, "kept": _json(page.kept), "whole": _json(page.whole)}
        with contextlib.suppress(OSError):
            making.write_text(json.dumps(said), encoding="utf-8")
            making.chmod(0o600)
            making.replace(self._path)


def _json(tally: Tally) -> dict[str, Any]:
    """As asdict, with rows in place of a mapping whose keys JSON does not know."""
    spent = [[way, kind, one.tokens, one.usd] for (way, kind), one in tally.spent.items()]
    return {**{name: value for name, value in asdict(tally).items() if name != "spent"}, "spent": spent}


def _tally(said: dict[str, Any]) -> Tally:
    spent = {(way, str(kind)): Spent(int(tokens), float(usd)) for way, kind, tokens, usd in said["spent"]}
    return Tally(spent, **{name: int(value) for name, value in said.items() if name != "spent"})
