"""The panel: a lamp and a button, wherever the board has them, behind one door.

The lamp is set from the loop (`show`, `sign`, `darken`, `close`); `on_button` is called in the pins' own thread.
"""

from collections.abc import Callable
from typing import Any, Protocol

from chimein.core.config import PanelSettings
from chimein.core.panel.boards import BOARDS, Board
from chimein.core.panel.lights import Colour, Light
from chimein.core.panel.night import brightness
from chimein.edge.panel.lamp import LampDriver
from chimein.edge.panel.pins import OnButton, PinButton, PinLamp, pin_factory
from chimein.edge.panel.ring import RingLamp
from chimein.edge.panel.spi import SpiLamp


class Panel(Protocol):
    """What the daemon wants of a lamp and a button, wherever they are."""

    def show(self, light: Light) -> None:
        """Shows this light until told otherwise. Loop only."""

    def sign(self, light: Light) -> None:
        """Plays this light once, if the lamp is dark. Loop only."""

    def darken(self, is_dark: bool) -> None:
        """It is dark from now on, and the lamp as bright as at night; or no longer. Loop only."""

    def is_pressed(self) -> bool | None:
        """The level now: the button is down, or the switch closed; None where there is neither. Any thread."""

    @property
    def has_array_line(self) -> bool:
        """The array's own mute can be read."""

    @property
    def needs_looks(self) -> bool:
        """`array_muted` is to be asked again and again: it also finds a lamp that has come back."""

    def array_muted(self) -> bool | None:
        """Whether the array says that it is muted; None where it does not say. May take 0.1 s; any thread."""

    def close(self) -> None:
        """Turns the lamp off and gives the pins back. Loop only; a second time does nothing."""


class NoPanel:
    """A machine without lamp and button."""

    has_array_line = needs_looks = False

    def show(self, light: Light) -> None:
        pass

    def sign(self, light: Light) -> None:
        pass

    def darken(self, is_dark: bool) -> None:
        pass

    def is_pressed(self) -> bool | None:
        return None

    def array_muted(self) -> bool | None:
        return None

    def close(self) -> None:
        pass


class Lamp(Protocol):
    """What takes a colour."""

    def paint(self, colour: Colour) -> None: ...

    def close(self) -> None:
        """Dark, and given back."""


def open_panel(
    settings: PanelSettings,
    on_button: OnButton,
    *,
    factory: Any = None,
    ring: Callable[..., RingLamp] = RingLamp,
    spi: Callable[[int], SpiLamp] = SpiLamp,
) -> Panel:
    """Claims what the board has and darkens the lamp. `factory` is a gpiozero pin factory, for tests; else gpiozero's.

    Raises PanelError, which names the pin and what to do. Takes some 100 ms: gpiozero is imported here.
    """
    if settings.board == "none":
        return NoPanel()
    board = BOARDS[settings.board]
    needs_pins = board.lamp_is_pins or settings.button.pin is not None
    return BoardPanel(board, settings, on_button, (factory or pin_factory()) if needs_pins else None, ring, spi)


class BoardPanel:
    """One button or switch, one lamp, and what else the board has."""

    def __init__(
        self,
        board: Board,
        settings: PanelSettings,
        on_button: OnButton,
        factory: Any,
        ring: Callable[..., RingLamp],
        spi: Callable[[int], SpiLamp],
    ) -> None:
        self._button = PinButton(settings.button, on_button, factory)
        self._ring: RingLamp | None = None
        self._lamp: Lamp | None = None
        try:
            if board.ring is not None:
                self._lamp = self._ring = ring(board.ring)
            elif board.spi_leds:
                self._lamp = spi(board.spi_leds)
            else:
                self._lamp = PinLamp(settings.lamp, factory)
        except BaseException:
            self._button.close()
            raise
        self.needs_looks = board.ring is not None
        self.has_array_line = board.ring is not None and board.ring.mute_line is not None
        self._driver = LampDriver(self._lamp.paint)
        self._settings, self._is_pins = settings.lamp, board.lamp_is_pins
        self.darken(False)

    def show(self, light: Light) -> None:
        self._driver.show(light)

    def sign(self, light: Light) -> None:
        self._driver.sign(light)

    def darken(self, is_dark: bool) -> None:
        self._driver.dim(brightness(self._settings, is_dark=is_dark, is_pins=self._is_pins))

    def is_pressed(self) -> bool | None:
        return self._button.is_pressed()

    def array_muted(self) -> bool | None:
        return self._ring.look() if self._ring is not None else None

    def close(self) -> None:
        self._driver.close()
        self._button.close()
        if self._lamp is not None:
            self._lamp.close()
            self._lamp = self._ring = None
