"""Who has a GPIO line, as the kernel tells it (linux/gpio.h, the v2 interface)."""

import fcntl
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

CHIP_INFO: Final = 0x8044B401
LINE_INFO: Final = 0xC100B405
_CHIP: Final = struct.Struct("=32s32sI")
_LINE: Final = struct.Struct("=32s32sIIQ")
_USED: Final = 1
HEADER_CHIPS: Final = ("pinctrl-bcm", "pinctrl-rp1")
"""Labels of the chips behind the 40 pins: a Pi 5's is an RP1, whatever its number."""


def holder(pin: int, dev: Path = Path("/dev")) -> str | None:
    """The name that whoever has the line gave the kernel; None where nobody has it, or nobody can tell."""
    for chip in sorted(dev.glob("gpiochip*")):
        with suppress(OSError):
            fd = os.open(chip, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _, label, lines = _CHIP.unpack(fcntl.ioctl(fd, CHIP_INFO, bytes(_CHIP.size)))
                if pin < lines and label.startswith(tuple(name.encode() for name in HEADER_CHIPS)):
                    asked = _LINE.pack(b"", b"", pin, 0, 0).ljust(256, b"\0")
                    return consumer(fcntl.ioctl(fd, LINE_INFO, asked))
            finally:
                os.close(fd)
    return None


def consumer(info: bytes) -> str | None:
    """Out of a struct gpio_v2_line_info."""
    _, name, _, _, flags = _LINE.unpack_from(info)
    return name.rstrip(b"\0").decode("ascii", "replace") or "the kernel" if flags & _USED else None
