"""Vendor control requests to a USB device, through the kernel's usbfs.

Endpoint 0 needs no driver to be moved aside and no interface to be claimed, so the sound goes on meanwhile. That is one
ioctl; libusb and pyusb would be two dependencies for it, and a thread (linux/usbdevice_fs.h, usbfs's documentation).
"""

import ctypes
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

SYS: Final = Path("/sys/bus/usb/devices")
DEV: Final = Path("/dev/bus/usb")
TIMEOUT_MS: Final = 100
"""For one request; a device answers within a few milliseconds."""
VENDOR_OUT: Final = 0x40
VENDOR_IN: Final = 0xC0


class Transfer(ctypes.Structure):
    """struct usbdevfs_ctrltransfer."""

    _fields_ = (
        ("request_type", ctypes.c_uint8),
        ("request", ctypes.c_uint8),
        ("value", ctypes.c_uint16),
        ("index", ctypes.c_uint16),
        ("length", ctypes.c_uint16),
        ("timeout_ms", ctypes.c_uint32),
        ("data", ctypes.c_void_p),
    )


USBDEVFS_CONTROL: Final = 3 << 30 | ctypes.sizeof(Transfer) << 16 | ord("U") << 8


class Device(Protocol):
    """What a lamp needs of a USB device. Every method raises OSError when it is not there."""

    def write(self, value: int, index: int, data: bytes) -> None: ...

    def read(self, value: int, index: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class UsbDevice:
    """An open device node."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def write(self, value: int, index: int, data: bytes) -> None:
        self._transfer(VENDOR_OUT, value, index, ctypes.create_string_buffer(data, len(data)))

    def read(self, value: int, index: int, length: int) -> bytes:
        answer = ctypes.create_string_buffer(length)
        count = self._transfer(VENDOR_IN, value, index, answer)
        return answer.raw[:count]

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        with suppress(OSError):
            os.close(fd)

    def _transfer(self, kind: int, value: int, index: int, data: "ctypes.Array[ctypes.c_char]") -> int:
        transfer = Transfer(kind, 0, value, index, len(data), TIMEOUT_MS, ctypes.addressof(data))
        count: int = fcntl.ioctl(self._fd, USBDEVFS_CONTROL, transfer)
        return count


def find(usb: str, *, sys: Path = SYS, dev: Path = DEV) -> Path | None:
    """The node of the first device with this "vendor:product"; None where none is plugged in."""
    for device in sorted(sys.glob("*")):
        with suppress(OSError, ValueError):
            if f"{_word(device / 'idVendor')}:{_word(device / 'idProduct')}" == usb:
                return dev / f"{int(_word(device / 'busnum')):03d}" / f"{int(_word(device / 'devnum')):03d}"
    return None


def open_device(usb: str) -> UsbDevice:
    """Raises OSError: FileNotFoundError where it is not plugged in, PermissionError where the node is not ours."""
    path = find(usb)
    if path is None:
        raise FileNotFoundError(f"no USB device {usb} is plugged in")
    return UsbDevice(path)


def _word(path: Path) -> str:
    return path.read_text("ascii").strip()
