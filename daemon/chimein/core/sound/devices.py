"""Which sound device is meant: the words of the configuration, held against what is there. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from chimein.core.errors import ChimeinError, MicrophoneError, SpeakerError
from chimein.core.sound.arrays import Array, known_array

FILE_PREFIX: Final = "file:"
USB_PREFIX: Final = "usb:"


class Way(Enum):
    """Which way the sound goes, and who complains when it cannot."""

    IN = "microphone"
    OUT = "speaker"

    def error(self, message: str) -> ChimeinError:
        """The error that fits, with a message for a person."""
        return MicrophoneError(message) if self is Way.IN else SpeakerError(message)


@dataclass(frozen=True)
class Device:
    """One device as the sound system offers it."""

    name: str
    inputs: int = 0
    """Channels it can hear with."""
    outputs: int = 0
    """Channels it can speak with."""
    rate_hz: int = 48_000
    """What it calls its default."""
    input_rates: tuple[int, ...] = ()
    output_rates: tuple[int, ...] = ()
    """Rates it has been found to take; empty when nobody has asked."""
    index: int = -1
    """PortAudio's number, true only within the process that listed it; -1 when PortAudio does not offer it."""
    pcm: str | None = None
    """"hw:1,0" for hardware, None for what software makes up (default, pulse, …)."""
    card_id: str | None = None
    """ALSA's name for the card; stays the same over reboots where the number does not."""
    usb_id: str | None = None
    """Vendor and product, "2886:001a"."""
    is_default_input: bool = False
    is_default_output: bool = False
    is_busy: bool = False
    """There, but taken by another program, perhaps by the daemon itself."""

    def channels(self, way: Way) -> int:
        return self.inputs if way is Way.IN else self.outputs

    def rates(self, way: Way) -> tuple[int, ...]:
        return self.input_rates if way is Way.IN else self.output_rates

    def is_default(self, way: Way) -> bool:
        return self.is_default_input if way is Way.IN else self.is_default_output

    @property
    def array(self) -> Array | None:
        """What is known of it, if it is a known microphone array."""
        return known_array(self.usb_id, self.name, self.card_id)

    @property
    def label(self) -> str:
        """The name with what else it goes by, for people."""
        others = [word for word in (self.card_id, self.usb_id and USB_PREFIX + self.usb_id) if word]
        return f"{self.name} [{', '.join(others)}]" if others else self.name


def without_number(label: str) -> str:
    """A device's label without ALSA's number, which changes from one plugging-in to the next."""
    return _NUMBER.sub("", label)


_NUMBER: Final = re.compile(r" ?\(hw:\d+,\d+\)")


@dataclass(frozen=True)
class Choice:
    device: Device
    reason: str
    """Half a sentence: "the only USB microphone"."""


Fits = Callable[[Device], bool]


def file_path(wanted: str) -> str | None:
    """The path in ``file:/path``, None when a device is meant."""
    return wanted.removeprefix(FILE_PREFIX) if wanted.startswith(FILE_PREFIX) else None


def choose(wanted: str, devices: Iterable[Device], way: Way, *, before: str = "") -> Choice:
    """The device that `wanted` means (not ``file:``). Raises MicrophoneError or SpeakerError, saying what is there.

    `before`: the label, without its number, of the one that was used last: of several that are as good, ``auto`` stays
    with that, whatever has been plugged in since.

    In this order: ``auto``; ``usb:VENDOR:PRODUCT``; a card id or ``hw:…`` or a whole name; a part of a name; a regular
    expression. Several devices of one card count as one: its first is taken.
    """
    able = [device for device in devices if device.channels(way) > 0]
    if not able:
        raise way.error(f"no {way.value} found: neither ALSA nor a sound server that runs offers one")
    if wanted.strip().lower() == "auto":
        return _automatic(sorted(able, key=lambda device: without_number(device.label) != before), way)
    matches, reason = _matches(wanted.strip(), able)
    if not matches:
        raise way.error(f"no {way.value} fits {wanted!r}; there is {_list(able)}")
    if len({_card(device) for device in matches}) > 1:
        raise way.error(f"{wanted!r} fits more than one {way.value}: {_list(matches)}; use a card id or usb:…")
    return Choice(matches[0], reason)


def needs_nothing_but(cards: Iterable[Device], wanted: str, way: Way, *, before: str = "") -> Device | None:
    """The card that `wanted` means whatever software offers besides; None when that may be asked, too.

    ``auto`` prefers USB to anything else, and a card that is named has been named.
    """
    try:
        found = choose(wanted, cards, way, before=before).device
    except ChimeinError:
        return None
    is_auto = wanted.strip().lower() == "auto"
    return None if is_auto and found.usb_id is None and found.array is None else found


def _automatic(able: Sequence[Device], way: Way) -> Choice:
    """For the microphone: a known array, another USB device, the system's default, whatever comes first.

    For the speaker a USB device that cannot hear goes before all: somebody has bought a loudspeaker. An array's own
    output is next, because an array cancels the echo only of what it plays itself.
    """
    ladder: list[tuple[str, Fits]] = [
        ("a USB loudspeaker", lambda d: way is Way.OUT and d.usb_id is not None and d.inputs == 0),
        ("a known microphone array", lambda d: d.array is not None),
        (f"a USB {way.value}", lambda d: d.usb_id is not None),
        ("the system's default", lambda d: d.is_default(way)),
    ]
    for reason, fits in ladder:
        for device in able:
            if fits(device):
                return Choice(device, reason)
    return Choice(able[0], f"the first {way.value} there is")


def _matches(wanted: str, able: Sequence[Device]) -> tuple[list[Device], str]:
    small = wanted.lower()
    if small.startswith(USB_PREFIX):
        usb_id = small.removeprefix(USB_PREFIX)
        return [device for device in able if device.usb_id == usb_id], "its USB id"
    ladder: list[tuple[str, Fits]] = [
        ("its card id", lambda d: small == (d.card_id or "").lower()),
        ("its ALSA name", lambda d: small == d.pcm or (d.pcm or "").startswith(f"{small},")),
        ("its name", lambda d: small == d.name.lower()),
        ("a part of its name", lambda d: small in without_number(d.name).lower()),
    ]
    for reason, fits in ladder:
        if found := [device for device in able if fits(device)]:
            return found, reason
    try:
        pattern = re.compile(wanted, re.IGNORECASE)
    except re.error:
        return [], ""
    return [device for device in able if pattern.search(without_number(device.name))], "the pattern"


def _card(device: Device) -> str:
    return device.card_id or device.name


def _list(devices: Sequence[Device]) -> str:
    return "; ".join(device.label for device in devices)
