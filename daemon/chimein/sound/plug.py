"""Whether a card is still the one that was found: PortAudio itself never says that it has gone."""

from pathlib import Path
from typing import Final

from chimein.core.sound.devices import Way

LOOK_S: Final = 0.5


class Plug:
    """One device's name in /dev/snd. Another inode under the same name is another plug, even in the same port."""

    def __init__(self, pcm: str | None, way: Way, *, root: Path = Path("/")) -> None:
        """`pcm` as in Device; what is no hardware cannot be pulled."""
        self._node: Path | None = None
        if pcm is not None:
            card, _, number = pcm.removeprefix("hw:").partition(",")
            self._node = root / "dev/snd" / f"pcmC{card}D{number}{'c' if way is Way.IN else 'p'}"
        self._inode = self._look()

    @property
    def can_be_seen(self) -> bool:
        """Whether there is anything to look at."""
        return self._inode is not None

    @property
    def is_in(self) -> bool:
        return self._look() == self._inode

    def _look(self) -> int | None:
        try:
            return None if self._node is None else self._node.stat().st_ino
        except OSError:
            return None
