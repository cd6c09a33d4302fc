"""The proof of a mute: who, since when, what can still hear, what has gone up meanwhile. For status and the journal.

Sound is counted in PCM bytes as it is sent, and beside it the kernel's count of the whole socket. While muted the first
stays 0; the second carries the end of the stream, keepalive (some 32 bytes each 5 s) and, where a connection was lost,
the set-up of the next: 20 ms of sound would be 900 bytes.
"""

from collections.abc import Collection
from dataclasses import dataclass

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.states import Ear
from chimein.core.machines.wishes import Muter


@dataclass(frozen=True)
class Counters:
    """Since the daemon started."""

    sound_bytes: int = 0
    """PCM bytes sent."""
    socket_bytes: int = 0
    """By the kernel's count, all of it."""


@dataclass(frozen=True)
class Capture:
    """What the kernel says about this daemon and its children."""

    processes: tuple[int, ...] = ()
    """Hearing children."""
    handles: tuple[str, ...] = ()
    """Open capture devices: `/dev/snd/pcmC1D0c of 1234`."""

    def __str__(self) -> str:
        return ", ".join(self.handles or tuple(f"process {pid}" for pid in self.processes)) or "none"


@dataclass(frozen=True)
class Proof:
    by: tuple[str, ...]
    """Who has muted; empty while nobody has."""
    since: str | None
    """When the first of them did, ISO 8601 with the house's time zone; None while nobody has."""
    for_s: float
    capture: Capture
    up: Counters
    """Since then."""

    def to_json(self) -> dict[str, object]:
        """What `status --json` prints as "mute"."""
        return {
            "by": list(self.by),
            "since": self.since,
            "for_s": round(self.for_s, 1),
            "capture": str(self.capture),
            "sound_bytes": self.up.sound_bytes if self.since else None,
            "socket_bytes": self.up.socket_bytes if self.since else None,
        }


def muters(now: Appliance) -> tuple[str, ...]:
    """Who has muted, by name; the array that says so by its zeros among them."""
    by: Collection[Muter] = now.mutes | {Muter.ARRAY} if now.ear is Ear.ARRAY_MUTED else now.mutes
    return tuple(sorted(muter.value for muter in by))
