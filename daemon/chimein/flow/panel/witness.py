"""The witness of every mute: remembers when it began and what had gone up by then, and writes both into the journal."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from chimein.core.machines.appliance import Appliance
from chimein.core.status.proof import Capture, Counters, Proof, muters

_log = logging.getLogger(__name__)


class Memory(Protocol):
    """What outlives the daemon."""

    def muted_since(self) -> str | None: ...

    def keep_muted_since(self, since: str | None) -> None: ...


class Witness:
    """Belongs to the loop."""

    def __init__(
        self,
        memory: Memory,
        *,
        wall: Callable[[], str],
        count: Callable[[], Counters],
        capture: Callable[[], Capture],
    ) -> None:
        """`wall()` is the time of day as ISO 8601; `count()` what has gone up; `capture()` asks the kernel."""
        self._memory = memory
        self._wall = wall
        self._count = count
        self._capture = capture
        self._by: tuple[str, ...] = ()
        self._since: str | None = None
        self._began_s = 0.0
        self._at_mute = Counters()

    def saw(self, now: Appliance) -> None:
        """The appliance has been stepped, and its effects are done."""
        by = muters(now)
        if by == self._by:
            return
        before, self._by = self._by, by
        if by and not before:
            self._since = self._memory.muted_since() or self._wall()
            self._memory.keep_muted_since(self._since)
            self._began_s, self._at_mute = asyncio.get_running_loop().time(), self._count()
        self._write_down("muted" if by else "unmuted", by or before)
        if not by:
            self._since = None
            self._memory.keep_muted_since(None)

    @property
    def up(self) -> Counters:
        """What has gone up since the mute began; nothing while nobody mutes."""
        if self._since is None:
            return Counters()
        now, then = self._count(), self._at_mute
        return Counters(now.sound_bytes - then.sound_bytes, now.socket_bytes - then.socket_bytes)

    def proof(self) -> Proof:
        """How it is now."""
        is_muted = self._since is not None
        return Proof(
            by=self._by,
            since=self._since,
            for_s=asyncio.get_running_loop().time() - self._began_s if is_muted else 0.0,
            capture=self._capture(),
            up=self.up,
        )

    def _write_down(self, what: str, who: tuple[str, ...]) -> None:
        proof, ever = self.proof(), self._count()
        told = f"{what} by {' and '.join(who)}: capture handle {proof.capture}"
        if what == "unmuted":
            told += f", {proof.up.sound_bytes} bytes of sound up in {proof.for_s:.1f} s of mute"
        _log.info(
            "%s",
            told,
            extra={
                "EVENT": what.capitalize(),
                "by": " ".join(who),
                "since": self._since or "",
                "capture": str(proof.capture),
                "sound_bytes": ever.sound_bytes,
                "socket_bytes": ever.socket_bytes,
                "sound_bytes_while_muted": proof.up.sound_bytes,
                "socket_bytes_while_muted": proof.up.socket_bytes,
            },
        )
