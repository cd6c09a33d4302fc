"""APA102 LEDs on SPI, written to the kernel's spidev as it is: mode 0, the bus's own speed."""

import os
from pathlib import Path
from typing import Final

from chimein.core.errors import PanelError
from chimein.core.panel.boards import apa102
from chimein.core.panel.lights import BLACK, Colour

SPI: Final = Path("/dev/spidev0.0")


class SpiLamp:
    """So many LEDs in a row, all alike. Belongs to the loop."""

    def __init__(self, leds: int, path: Path = SPI) -> None:
        """Raises PanelError."""
        self._leds = leds
        try:
            self._fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        except OSError as error:
            raise PanelError(
                f"panel.board: the LEDs cannot be reached at {path} ({error.strerror}); switch SPI on "
                "(`sudo raspi-config nonint do_spi 0`, then reboot), and see that the user is in the group spi"
            ) from error

    def paint(self, colour: Colour) -> None:
        os.write(self._fd, apa102(colour, self._leds))

    def close(self) -> None:
        self.paint(BLACK)
        os.close(self._fd)
