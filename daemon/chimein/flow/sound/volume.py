"""How loud the voice is: as the configuration says, or as somebody has asked for since."""

from collections.abc import Callable
from typing import Protocol


class Mouth(Protocol):
    """Who speaks."""

    @property
    def volume(self) -> int: ...

    def set_volume(self, percent: int) -> None: ...


class Volume:
    """`load` and `keep` are the store's: what the configuration said, and what was asked for while it did."""

    def __init__(
        self,
        configured: int,
        mouth: Mouth,
        *,
        load: Callable[[], tuple[int, int] | None],
        keep: Callable[[tuple[int, int]], None],
    ) -> None:
        self.configured = configured
        self._mouth = mouth
        self._keep = keep
        kept = load()
        if kept is not None and kept[0] == configured:
            mouth.set_volume(kept[1])

    @property
    def percent(self) -> int:
        """Of the voice; an alarm has a volume of its own."""
        return self._mouth.volume

    def ask(self, percent: int) -> None:
        """From now on, over a restart, and until the configuration names another."""
        self._mouth.set_volume(percent)
        self._keep((self.configured, percent))

    def use(self, configured: int) -> None:
        """A configuration that was read again, and names another."""
        self.configured = configured
        self._mouth.set_volume(configured)
