"""What single values may be where a type alone cannot say it. Each takes a value, and returns it or raises.

The errors are pydantic's own kind, so that they arrive beside all the others with their path.
"""

import re
from typing import Final, Literal

from pydantic_core import PydanticCustomError

from chimein.core.kitchen.quiet import period

CHANNELS_AT_MOST: Final = 32
_USB_ID: Final = re.compile(r"usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")


def some_words(text: str) -> str:
    """A text that is not empty and not only blanks."""
    if not text.strip():
        raise PydanticCustomError("empty", "must not be empty")
    return text


def device(name: str) -> str:
    """auto, a card id, a name or pattern, usb:VVVV:PPPP, or file:/whole/path."""
    if not name.strip():
        raise PydanticCustomError("empty", "must not be empty; auto lets chimein choose")
    if name.startswith("usb:") and not _USB_ID.fullmatch(name):
        raise PydanticCustomError(
            "usb_id", "must be usb:VENDOR:PRODUCT with four hexadecimal digits each, as lsusb shows them: usb:2886:001a"
        )
    if name.startswith("file:") and not name.startswith("file:/"):
        raise PydanticCustomError(
            "file_path",
            "must be the whole path after file:, beginning with a slash: a service has another home than you",
        )
    if "\x00" in name:
        raise PydanticCustomError("nul", "must not contain a NUL character")
    return name


def quiet_period(text: str) -> str:
    """`22:00-07:00`, with days or without."""
    try:
        period(text)
    except ValueError as wrong:
        raise PydanticCustomError("quiet_period", "{say}", {"say": str(wrong)}) from None
    return text


def web_address(text: str) -> str:
    """http://host or https://host, with a path."""
    if not re.fullmatch(r"https?://(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?(/[^\s?#]*)?", text):
        raise PydanticCustomError(
            "web_address", "must be an address such as http://homeassistant.local:8123/api/mcp, without a password"
        )
    return text


def microphone_channel(value: object) -> Literal["auto", "mix"] | int:
    """auto, mix or a channel's number, counted from 0."""
    if isinstance(value, str):
        if value == "auto":
            return "auto"
        if value == "mix":
            return "mix"
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < CHANNELS_AT_MOST:
        return value
    raise PydanticCustomError(
        "channel", "must be auto, mix or a whole number from 0 to {most}", {"most": CHANNELS_AT_MOST - 1}
    )
