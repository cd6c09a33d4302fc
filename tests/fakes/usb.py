"""USB arrays with a ring, as far as their makers' host programs know them; nothing here is taken from what is tried."""

import struct

from chimein.core.panel.lights import Colour


class FakeArray:
    """A ReSpeaker with a cable that can be pulled. Made by a subclass."""

    usb: str

    def __init__(self) -> None:
        self.colour: Colour = (0.0, 1.0, 1.0)
        """Both show something of their own when the power comes."""
        self.is_plugged_in = True
        self.openings = 0

    def find(self, usb: str) -> "FakeArray":
        if not self.is_plugged_in or usb != self.usb:
            raise FileNotFoundError(f"no USB device {usb} is plugged in")
        self.openings += 1
        return self

    def write(self, value: int, index: int, data: bytes) -> None:
        self._raise_if_unplugged()
        self.told(value, index, data)

    def read(self, value: int, index: int, length: int) -> bytes:
        self._raise_if_unplugged()
        return self.asked(value, index)[:length]

    def close(self) -> None:
        pass

    def told(self, value: int, index: int, data: bytes) -> None:
        raise NotImplementedError

    def asked(self, value: int, index: int) -> bytes:
        raise OSError(32, "Broken pipe")

    def _raise_if_unplugged(self) -> None:
        if not self.is_plugged_in:
            raise OSError(19, "No such device")


class FakeXvf3800(FakeArray):
    usb = "2886:001a"

    def __init__(self) -> None:
        super().__init__()
        self.effect = 4  # points to who speaks
        self.is_muted = False

    def told(self, value: int, index: int, data: bytes) -> None:
        assert index == 20
        if value == 12:
            (self.effect,) = data
        elif value == 16:
            (rgb,) = struct.unpack("<I", data)
            if self.effect == 3:
                self.colour = (rgb >> 16 & 255) / 255, (rgb >> 8 & 255) / 255, (rgb & 255) / 255
        else:
            assert (value, data) == (13, b"\xff")

    def asked(self, value: int, index: int) -> bytes:
        assert (value, index) == (0x80, 20)
        return bytes([0, 0, self.is_muted, 0, 1, 0])  # status, X0D11, X0D30, X0D31, X0D33, X0D39


class FakeArrayV2(FakeArray):
    usb = "2886:0018"

    def told(self, value: int, index: int, data: bytes) -> None:
        assert index == 0x1C
        if value == 1:
            red, green, blue, _ = data
            self.colour = red / 255, green / 255, blue / 255
        else:
            assert (value, data) == (0x22, b"\0")
