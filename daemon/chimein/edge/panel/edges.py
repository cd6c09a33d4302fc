"""A GPIO line's edges from the kernel itself, told in a thread that sleeps until there is one (linux/gpio.h, v2).

gpiozero has them from lgpio, whose thread looks at its lines two thousand times a second for as long as one of them may
tell of an edge (lgpio 0.2.2, lgPthAlerts.c: half a millisecond in ppoll, for ever). A button that nobody presses is to
cost nothing. The kernel also does the debouncing, and stamps each edge with its own clock.
"""

import fcntl
import os
import select
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

GET_LINE: Final = 0xC250B407
GET_VALUES: Final = 0xC010B40E
INPUT: Final = 1 << 2
BOTH_EDGES: Final = 1 << 4 | 1 << 5
BIAS: Final = {"floating": 1 << 10, "up": 1 << 8, "down": 1 << 9}
DEBOUNCE: Final = 3
RISING: Final = 1
CONSUMER: Final = b"chimein"
_REQUEST: Final = struct.Struct("=64I32sQI20xIIQQ216xII20xi")
"""struct gpio_v2_line_request: offsets, consumer, flags, number of attributes, the first of ten, lines, buffer, fd."""
_VALUES: Final = struct.Struct("=QQ")
_EVENT: Final = struct.Struct("=QIIII24x")
_MOST_EVENTS: Final = 64
LAST_WORD_S: Final = 1.0
"""Who is told may want what the closer holds: so long is waited for it, and the house closes all the same."""

OnEdge = Callable[[int, bool], None]
"""Told in a thread of its own: nanoseconds of CLOCK_MONOTONIC, and whether the line is high now."""


def request(pin: int, pull: str, debounce_us: int) -> bytes:
    """A struct gpio_v2_line_request for both edges of one input."""
    offsets, flags = (pin, *[0] * 63), INPUT | BOTH_EDGES | BIAS[pull]
    attributes = (1, DEBOUNCE, 0, debounce_us, 1) if debounce_us else (0, 0, 0, 0, 0)
    return _REQUEST.pack(*offsets, CONSUMER, flags, *attributes, 1, 0, -1)


def open_line(chip: Path, pin: int, pull: str, debounce_us: int) -> "Line":
    """Raises OSError, with EBUSY where somebody else has the line."""
    fd = os.open(chip, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return Line(_REQUEST.unpack(fcntl.ioctl(fd, GET_LINE, request(pin, pull, debounce_us)))[-1])
    finally:
        os.close(fd)


class Line:
    """One input that is ours until it is closed."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._ends = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread: threading.Thread | None = None

    def is_high(self) -> bool:
        bits, _ = _VALUES.unpack(fcntl.ioctl(self._fd, GET_VALUES, _VALUES.pack(0, 1)))
        return bool(bits & 1)

    def tell(self, on_edge: OnEdge) -> None:
        """From now on, until `close`."""
        self._thread = threading.Thread(target=self._wait, args=(on_edge,), name="button", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nothing new is told when this has returned."""
        if self._fd < 0:
            return
        os.eventfd_write(self._ends, 1)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(LAST_WORD_S)
        os.close(self._fd)
        os.close(self._ends)
        self._fd = -1

    def _wait(self, on_edge: OnEdge) -> None:
        waiting = select.poll()
        waiting.register(self._fd, select.POLLIN)
        waiting.register(self._ends, select.POLLIN)
        while self._fd >= 0 and self._ends not in dict(waiting.poll()):
            for at_ns, edge, *_ in _EVENT.iter_unpack(os.read(self._fd, _MOST_EVENTS * _EVENT.size)):
                on_edge(at_ns, edge == RISING)
