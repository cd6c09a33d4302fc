"""What the daemon remembers, and how it lives with a file that cannot be read or written: unknown means muted, the
owner is told, and a damaged file makes way for a new one.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final, TypeVar

from chimein.core.kitchen.timers import Timer
from chimein.core.machines.events import Muter
from chimein.core.money.ledger import Tally
from chimein.edge.store import DamagedError, Store, StoreError

T = TypeVar("T")

_UNKNOWN: Final = frozenset({Muter.UNKNOWN})

_log = logging.getLogger(__name__)


class Memory:
    """The store as the daemon wants it: trouble is told once and costs the memory, not the appliance."""

    def __init__(self, path: Path) -> None:
        self._is_well = True
        self._owed: frozenset[Muter] | None = None
        self._behind = Path(f"{path}.behind")
        """A mark: what the store says of mutes is out of date. A full card has room for a name."""
        self.trouble: str | None = None
        """Why nothing is remembered, in plain words; None while all is well."""
        try:
            self._store: Store | None = _opened(path)
        except OSError as error:
            self._store = None
            self._complain(error)

    def mutes(self) -> frozenset[Muter]:
        """Who had muted; with UNKNOWN, as good as a mute, where that cannot be read or could not be written."""
        kept = self._ask(lambda store: store.mutes(), _UNKNOWN)
        return kept | _UNKNOWN if self._behind.exists() else kept

    def keep_mutes(self, mutes: frozenset[Muter]) -> None:
        """Until it is kept it is tried again with whatever is asked: the next start goes by it."""
        self._owed = mutes
        self._pay()

    def muted_since(self) -> str | None:
        return self._ask(lambda store: store.muted_since(), None)

    def keep_muted_since(self, since: str | None) -> None:
        self._ask(lambda store: store.keep_muted_since(since), None)

    def handle(self, of: str) -> str | None:
        return self._ask(lambda store: store.handle(of), None)

    def keep_handle(self, handle: str | None, *, of: str) -> None:
        self._ask(lambda store: store.keep_handle(handle, of), None)

    def forget_handle(self) -> None:
        self._ask(lambda store: store.keep_handle(None, ""), None)

    def refused(self, model: str, since: str) -> frozenset[str]:
        return self._ask(lambda store: store.refused(model, since), frozenset())

    def keep_refused(self, model: str, feature: str, day: str) -> None:
        self._ask(lambda store: store.keep_refused(model, feature, day), None)

    def tally(self, day: str) -> Tally:
        return self._ask(lambda store: store.tally(day), Tally())

    def add_tally(self, day: str, more: Tally) -> bool:
        """Whether it is safe on the disk."""

        def add(store: Store) -> bool:
            store.add_tally(day, more)
            return True

        return self._ask(add, False)

    def tallies(self, first: str, last: str) -> dict[str, Tally]:
        return self._ask(lambda store: store.tallies(first, last), {})

    def timers(self) -> list[Timer]:
        return self._ask(lambda store: store.timers(), [])

    def keep_timers(self, timers: Collection[Timer]) -> None:
        self._ask(lambda store: store.keep_timers(timers), None)

    def persona(self) -> tuple[str, str] | None:
        return self._ask(lambda store: store.persona(), None)

    def keep_persona(self, persona: tuple[str, str]) -> None:
        self._ask(lambda store: store.keep_persona(persona), None)

    def volume(self) -> tuple[int, int] | None:
        return self._ask(lambda store: store.volume(), None)

    def keep_volume(self, volume: tuple[int, int]) -> None:
        self._ask(lambda store: store.keep_volume(volume), None)

    def echo_late(self, devices: str) -> int | None:
        return self._ask(lambda store: store.echo_late(devices), None)

    def keep_echo_late(self, devices: str, late_samples: int) -> None:
        self._ask(lambda store: store.keep_echo_late(devices, late_samples), None)

    def shopping(self) -> list[str]:
        return self._ask(lambda store: store.shopping(), [])

    def keep_shopping(self, items: Sequence[str]) -> None:
        self._ask(lambda store: store.keep_shopping(items), None)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _ask(self, question: Callable[[Store], T], otherwise: T) -> T:
        if self._store is None:
            return otherwise
        if self._owed is not None:
            self._pay()
        try:
            answer = question(self._store)
        except StoreError as error:
            self._complain(error)
            return otherwise
        if self._owed is None:
            self._is_well, self.trouble = True, None
        return answer

    def _pay(self) -> None:
        """Keeps the mutes that are owed, or marks that they were not."""
        if self._store is None or self._owed is None:
            return
        try:
            self._store.keep_mutes(self._owed)
            self._owed = None
            self._behind.unlink(missing_ok=True)
        except OSError as error:
            self._complain(error)
            with contextlib.suppress(OSError):
                if not self._behind.exists():
                    self._behind.touch()
                    _sync(self._behind.parent)

    def _complain(self, error: OSError) -> None:
        level = logging.ERROR if self._is_well else logging.DEBUG
        self._is_well = False
        self.trouble = f"nothing is remembered over a restart, and a start without memory is muted: {error}"
        _log.log(level, "state is not kept: %s", error, extra={"EVENT": "StoreFailed"})


def _opened(path: Path) -> Store:
    """The store, or a new one in the place of a damaged one: that alone is not known any more who had muted.

    Raises OSError.
    """
    try:
        return Store(path)
    except DamagedError as error:
        aside, new = Path(f"{path}.damaged"), Path(f"{path}.new")
        _begin_anew(path, aside, new)
        said = "%s; it is kept as %s, and a new memory begins, muted"
        _log.error(said, error, aside, extra={"EVENT": "StoreDamaged"})
    return Store(path)


def _begin_anew(path: Path, aside: Path, new: Path) -> None:
    """At no moment is there no file, which would mean a new machine that nobody has muted."""
    for leftover in (aside, new):
        leftover.unlink(missing_ok=True)
    store = Store(new)
    store.keep_mutes(_UNKNOWN)
    store.close()
    aside.hardlink_to(path)
    with contextlib.suppress(FileNotFoundError):
        os.replace(f"{path}-journal", f"{aside}-journal")  # SQLite would take it for the new one's
    new.replace(path)


def _sync(directory: Path) -> None:
    """Over a power cut, too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
