"""What this room does about echo, why it may be less than was asked for, and what is remembered of it.

How late a microphone hears a speaker is found while it plays, which takes some seconds, and stays the same for as long
as the two devices do: so it is kept over a mute, a restart and a power cut, by their names.
"""

import logging
from collections.abc import Callable
from typing import Final, Protocol

from chimein.core.audio import UP_HZ
from chimein.core.config import EchoSettings
from chimein.core.sound.devices import without_number
from chimein.core.sound.echo import Echo, echo_way
from chimein.core.status.picture import EchoPicture
from chimein.edge.extras import CANCELLER, how_to_install, is_installed

ALIKE_SAMPLES: Final = 480
"""Delays that differ by less are the same one, and not written down again."""

_log = logging.getLogger(__name__)


class Memory(Protocol):
    """What the echo needs of the store."""

    def echo_late(self, devices: str) -> int | None: ...

    def keep_echo_late(self, devices: str, late_samples: int) -> None: ...


class EchoControl:
    """Belongs to the loop."""

    def __init__(self, settings: EchoSettings) -> None:
        self.way = Echo.DEAF
        self.memory: Memory | None = None
        """Given when there is one; without it a delay is found anew."""
        self._devices: str | None = None
        self.use(settings)

    def use(self, settings: EchoSettings) -> None:
        """A configuration, at the start or a new one: what was found out about the canceller may have changed."""
        self._mode = settings.mode
        self._trouble: str | None = None
        self.way = echo_way(settings.mode, has_canceller=is_installed(CANCELLER))
        if self.way is Echo.DEAF and settings.mode == "webrtc":
            self.cannot_cancel("the package livekit is not installed")

    def cannot_cancel(self, why: str) -> None:
        """Said once: the child that finds out that the package is broken finds out at each opening."""
        level = logging.DEBUG if self._trouble else logging.WARNING
        self.way, self._trouble = Echo.DEAF, why
        how = how_to_install("echo", CANCELLER)
        _log.log(level, "echo.mode: webrtc needs %s and a restart; half-duplex until then: %s", how, why)

    def met(self, microphone: str | None, speaker: str | None, *, expect: Callable[[int | None], None]) -> None:
        """These two devices (by name, None while there is none) hear and speak now; the ear may have to `expect` it."""
        devices = _pair(microphone, speaker)
        if devices is None or devices == self._devices:
            return
        known = self.memory.echo_late(devices) if self.memory else None
        if known is not None or self._devices is not None:
            expect(known)
        self._devices = devices

    def parted(self) -> None:
        """Whoever hears next knows nothing yet."""
        self._devices = None

    def found_late(self, late_samples: int) -> None:
        """The ear has found how late these two are."""
        if self._devices is not None:
            self._keep(self._devices, late_samples)

    def measured(self, microphone: str | None, speaker: str | None, delay_ms: float | None) -> None:
        """The doctor has, with a chirp."""
        devices = _pair(microphone, speaker)
        if devices is not None and delay_ms is not None:
            self._keep(devices, round(max(0.0, delay_ms) * UP_HZ / 1000))

    def _keep(self, devices: str, late_samples: int) -> None:
        if self.memory is None:
            return
        known = self.memory.echo_late(devices)
        if known is None or abs(known - late_samples) >= ALIKE_SAMPLES:
            self.memory.keep_echo_late(devices, late_samples)

    @property
    def picture(self) -> EchoPicture:
        return EchoPicture(self._mode, _NAMES[self.way], self._trouble)


_NAMES: Final = {Echo.DEAF: "half-duplex", Echo.FOLLOW: "device", Echo.CANCEL: "webrtc", Echo.NOTHING: "none"}


def _pair(microphone: str | None, speaker: str | None) -> str | None:
    if microphone is None or speaker is None:
        return None
    return f"{without_number(microphone)} | {without_number(speaker)}"
