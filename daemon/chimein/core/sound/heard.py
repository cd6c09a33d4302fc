"""Which of a device's channels is heard, and why. Pure."""

import json
from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """Half a sentence."""

    ONLY = "its only one"
    WANTED = "microphone.channel says so"
    KNOWN = "what such an array has worked on"
    FIRST = "the first with a signal, until people have been heard"
    FOUND = "found by listening"
    MISFIT = "found by listening: the one that such an array has worked on is here what is played"


@dataclass(frozen=True)
class Heard:
    """What a device's microphone child says of itself."""

    device: str
    """Its name, without the number that changes with every plug."""
    channels: int
    number: int | None
    """None: a mix of them."""
    why: Why

    @property
    def said(self) -> str:
        """For people; nothing of a device that has but one."""
        if self.channels == 1:
            return ""
        which = "a mix of its channels" if self.number is None else f"channel {self.number} of 0 to {self.channels - 1}"
        return f"{which}, {self.why.value}"

    def written(self) -> str:
        """For a pipe, or another process's arguments."""
        return json.dumps([self.device, self.channels, self.number, self.why.value])

    @classmethod
    def read(cls, written: str | bytes) -> "Heard | None":
        """What `written` gave; None of nothing."""
        if not written:
            return None
        device, channels, number, why = json.loads(written)
        return cls(device, channels, number, Why(why))


def found_before(heard: Heard | None, device: str, channels: int) -> Heard | None:
    """What was found of this device, in this form of its, by listening; None: it has to be found."""
    if heard is None or (heard.device, heard.channels) != (device, channels):
        return None
    return heard if heard.why in (Why.FOUND, Why.MISFIT) else None
