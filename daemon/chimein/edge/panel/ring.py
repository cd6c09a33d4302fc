"""A lamp on a USB array, and the array's own mute where it can be read. Found again whenever it comes back."""

import logging
from collections.abc import Callable

from chimein.core.panel.boards import Ring
from chimein.core.panel.lights import BLACK, Colour
from chimein.edge.panel.usb import Device, open_device

_log = logging.getLogger(__name__)


class RingLamp:
    """`paint` and `close` belong to the loop; `look` may run in a thread of its own, one at a time."""

    def __init__(self, ring: Ring, find: Callable[[str], Device] = open_device) -> None:
        self._ring = ring
        self._find = find
        self._device: Device | None = None
        self._colour = BLACK
        self._is_well = True
        self._open()

    def paint(self, colour: Colour) -> None:
        """Shows it, now if the array is there, else when it comes."""
        self._colour = colour
        self._tell()

    def look(self) -> bool | None:
        """Finds an array that has come back and shows it its colour; then whether it says that it is muted, None where
        it does not say."""
        if self._device is None:
            self._open()
        line, device = self._ring.mute_line, self._device
        if line is None or device is None:
            return None
        try:
            return line.muted(device.read(line.value, line.index, line.length))
        except OSError as error:
            self._lose(device, error)
            return None

    def close(self) -> None:
        """Dark, and let go of."""
        self.paint(BLACK)
        if self._device is not None:
            self._device.close()
            self._device = None

    def _open(self) -> None:
        try:
            self._device = device = self._find(self._ring.usb)
        except OSError as error:
            self._complain(error)
            return
        try:
            for request in self._ring.begin:
                device.write(request.value, request.index, request.data)
        except OSError as error:
            self._lose(device, error)
            return
        self._is_well = True
        self._tell()

    def _tell(self) -> None:
        device, request = self._device, self._ring.paint(self._colour)
        if device is None:
            return
        try:
            device.write(request.value, request.index, request.data)
        except OSError as error:
            self._lose(device, error)

    def _lose(self, device: Device, error: OSError) -> None:
        self._device = None
        device.close()
        self._complain(error)

    def _complain(self, error: OSError) -> None:
        level = logging.WARNING if self._is_well else logging.DEBUG
        self._is_well = False
        _log.log(level, "the lamp of the USB device %s cannot be reached: %s", self._ring.usb, error)
