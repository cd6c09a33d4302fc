"""What each panel board has: where its lamp is, what it is told in, and whether its own mute can be read.

The USB commands are those of the makers' own host programs (github.com/respeaker: pixel_ring, usb_pixel_ring_v2.py;
reSpeaker_XVF3800_USB_4MIC_ARRAY, xvf_host.py) and of wiki.seeedstudio.com/respeaker_xvf3800_xiao_gpio, 2026-11: vendor
requests to the device, number 0, the command in wValue, the resource in wIndex. APA102: its data sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chimein.core.panel.lights import Colour


@dataclass(frozen=True)
class Request:
    """A USB vendor control request, number 0, to the device."""

    value: int
    index: int
    data: bytes


@dataclass(frozen=True)
class MuteLine:
    """Reading the state of the array's own mute circuit."""

    value: int
    index: int
    length: int
    status_ok: int
    """What the first byte of the answer is when the rest is good."""
    place: int
    """The byte of the answer that is not 0 while it is muted."""

    def muted(self, answer: bytes) -> bool | None:
        """None where the answer does not say."""
        if len(answer) <= self.place or answer[0] != self.status_ok:
            return None
        return answer[self.place] != 0


@dataclass(frozen=True)
class Ring:
    """A lamp on a USB device."""

    usb: str
    """Vendor and product: "2886:001a"."""
    begin: tuple[Request, ...]
    """Told once, whenever the device is found: what it shows by itself it shows no more."""
    paint: Callable[[Colour], Request]
    mute_line: MuteLine | None = None


@dataclass(frozen=True)
class Board:
    remark: str
    """For people, in a few words."""
    ring: Ring | None = None
    spi_leds: int = 0
    """APA102 on SPI bus 0, chip select 0: so many, shown alike."""

    @property
    def lamp_is_pins(self) -> bool:
        return self.ring is None and not self.spi_leds


def _v2(colour: Colour) -> Request:
    return Request(1, 0x1C, bytes([*_bytes(colour), 0]))


def _xvf3800(colour: Colour) -> Request:
    red, green, blue = _bytes(colour)
    return Request(16, 20, bytes([blue, green, red, 0]))  # 0x00RRGGBB, little endian


def apa102(colour: Colour, leds: int) -> bytes:
    """One picture for so many LEDs in a row: a start, four bytes each, an end that clocks the last one in."""
    red, green, blue = _bytes(colour)
    return bytes(4) + bytes([0xFF, blue, green, red]) * leds + bytes(4)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * min(1.0, max(0.0, part))) for part in colour)
    return red, green, blue


GENERIC: Final = Board("button and LED on the pins below")
BOARDS: Final[dict[str, Board]] = {
    "generic": GENERIC,
    "respeaker-xvf3800": Board(
        "its ring, and its own mute button",
        Ring(
            "2886:001a",
            begin=(Request(12, 20, b"\x03"), Request(13, 20, b"\xff")),  # one colour on all, at full brightness
            paint=_xvf3800,
            mute_line=MuteLine(0x80, 20, 6, status_ok=0, place=2),  # status, X0D11, X0D30: high while it mutes
        ),
    ),
    "respeaker-usb-v2": Board(
        "its ring; it has no button of its own", Ring("2886:0018", begin=(Request(0x22, 0x1C, b"\0"),), paint=_v2)
    ),
    "respeaker-2mic-hat": Board("its three LEDs, and its button on GPIO17", spi_leds=3),
    "jabra-speak": Board("button and LED on the pins below; the mute of its own is heard as exact zeros"),
}
