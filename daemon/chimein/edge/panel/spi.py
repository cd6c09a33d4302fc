"""APA102 LEDs on SPI, written to the kernel's spidev as it is: mode 0, the bus's own speed."""

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from chimein.core.errors import PanelError
from chimein.core.panel.boards import apa102
from chimein.core.panel.lights import BLACK, Colour

SPI: Final = Path("/dev/spidev0.0")
AGAIN_S: Final = 2.0
"""After a write that failed. While all is well nothing is tried and nobody wakes up."""

_log = logging.getLogger(__name__)


class SpiLamp:
    """So many LEDs in a row, all alike. Belongs to the loop."""

    def __init__(self, leds: int, path: Path = SPI) -> None:
        """Raises PanelError."""
        self._leds = leds
        self._path = path
        self._colour = BLACK
        self._is_well = True
        self._again: asyncio.TimerHandle | None = None
        try:
            self._fd: int | None = self._open()
        except OSError as error:
            raise PanelError(
                f"panel.board: the LEDs cannot be reached at {path} ({error.strerror}); switch SPI on "
                "(`sudo raspi-config nonint do_spi 0`, then reboot), and see that the user is in the group spi"
            ) from error

    def paint(self, colour: Colour) -> None:
        """Shows it: now, or as soon as the bus can be written to again."""
        self._colour = colour
        self._tell()

    def close(self) -> None:
        """Dark, and let go of."""
        self.paint(BLACK)
        if self._again is not None:
            self._again.cancel()
            self._again = None
        self._let_go()

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)

    def _tell(self) -> None:
        try:
            if self._fd is None:
                self._fd = self._open()
            os.write(self._fd, apa102(self._colour, self._leds))
        except OSError as error:
            self._let_go()
            self._complain(error)
            if self._again is None:
                self._again = asyncio.get_running_loop().call_later(AGAIN_S, self._try_again)
            return
        if not self._is_well:
            _log.info("the LEDs at %s can be reached again", self._path)
        self._is_well = True

    def _try_again(self) -> None:
        self._again = None
        self._tell()

    def _let_go(self) -> None:
        if self._fd is not None:
            with suppress(OSError):
                os.close(self._fd)
            self._fd = None

    def _complain(self, error: OSError) -> None:
        level = logging.WARNING if self._is_well else logging.DEBUG
        self._is_well = False
        _log.log(level, "the LEDs at %s cannot be reached: %s", self._path, error)
