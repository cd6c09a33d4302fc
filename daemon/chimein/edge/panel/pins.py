"""Button and LEDs on GPIO, by gpiozero, which is imported only when a board is configured.

A switch is muted while it is closed (the pin is pulled to ground), a button is pressed while it is: both read low.
"""

import atexit
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chimein.core.config import ButtonSettings, LampSettings
from chimein.core.errors import PanelError
from chimein.core.panel.buttons import ButtonEdge, Fingers
from chimein.core.panel.lights import Colour
from chimein.edge.panel.gpio_lines import holder

if TYPE_CHECKING:
    from gpiozero import PWMLED

OnButton = Callable[[ButtonEdge], None]

BOUNCE_S = 0.03
"""The kernel's own filter of contact bounce, before our Fingers."""
PWM_HZ = 100

log = logging.getLogger(__name__)


class PinButton:
    """The finger's side. gpiozero calls back in its pin thread; nothing may be raised into that."""

    def __init__(self, settings: ButtonSettings, on_button: OnButton, factory: Any) -> None:
        self._is_switch = settings.kind == "switch"
        self._on_button = on_button
        self._fingers = Fingers()
        self._device: Any = None
        if settings.pin is None:
            return
        from gpiozero import Button

        with _pin_errors("panel.button.pin", settings.pin):
            self._device = Button(settings.pin, pull_up=True, bounce_time=BOUNCE_S, pin_factory=factory)
            self._device.when_pressed = lambda: self._edge(ButtonEdge.PRESSED)
            self._device.when_released = lambda: self._edge(ButtonEdge.RELEASED)

    def is_pressed(self) -> bool | None:
        return None if self._device is None else bool(self._device.is_pressed)

    def close(self) -> None:
        if self._device is not None:
            self._device.when_pressed = self._device.when_released = None
            self._device.close()
            self._device = None

    def _edge(self, edge: ButtonEdge) -> None:
        try:
            if self._is_switch:
                # The level decides, not the edge: edges can be missed or come late.
                self._on_button(ButtonEdge.PRESSED if self.is_pressed() else ButtonEdge.RELEASED)
                return
            for meant in self._fingers.mean(edge, time.monotonic()):
                self._on_button(meant)
        except Exception:
            log.exception("the button's handler failed")


class PinLamp:
    """One LED for each configured colour. A lamp of a single LED shows how bright a colour is, and no colour."""

    def __init__(self, settings: LampSettings, factory: Any) -> None:
        from gpiozero import PWMLED

        self._leds: dict[str, PWMLED] = {}
        for colour in ("red", "green", "blue"):
            pin: int | None = getattr(settings, colour)
            if pin is None:
                continue
            try:
                with _pin_errors(f"panel.lamp.{colour}", pin):
                    self._leds[colour] = PWMLED(pin, frequency=None, pin_factory=factory)
            except PanelError:
                self.close()
                raise

    def paint(self, colour: Colour) -> None:
        """Sets every LED."""
        channels = dict(zip(("red", "green", "blue"), colour, strict=True))
        if len(self._leds) == 1:
            channels = dict.fromkeys(channels, max(channels.values()))
        for name, led in self._leds.items():
            _set_level(led, channels[name])

    def close(self) -> None:
        for led in self._leds.values():
            _set_level(led, 0.0)
            led.close()
        self._leds.clear()


def _set_level(led: "PWMLED", level: float) -> None:
    """Pulses only where dimming needs them: lgpio makes its PWM in software, also for fully on and off."""
    frequency = PWM_HZ if 0.0 < level < 1.0 else None
    if led.frequency != frequency:
        led.frequency = frequency
    led.value = level


def pin_factory() -> Any:
    """gpiozero's factory: lgpio's, unless GPIOZERO_PIN_FACTORY says otherwise. Never another one in silence.

    lgpio makes a FIFO in its working directory when it is imported, and with LG_WD it also moves the whole process
    there: it gets a directory of its own, and the process is brought back.
    """
    os.environ.setdefault("GPIOZERO_PIN_FACTORY", "lgpio")
    name = os.environ["GPIOZERO_PIN_FACTORY"]
    if "LG_WD" not in os.environ:
        os.environ["LG_WD"] = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or _passing_directory()
    came_from = os.getcwd()
    try:
        from gpiozero import Device

        if name == "lgpio" and Device.pin_factory is None:
            from chimein.edge.panel.lgpio_pins import Factory

            Device.pin_factory = Factory()
        Device.ensure_pin_factory()
        return Device.pin_factory
    except ImportError as error:  # gpiozero's BadPinFactory is one, too
        raise PanelError(
            f"panel: the GPIO library {name} is missing or cannot be loaded ({error}); "
            "install it (`pip install lgpio`, on Raspberry Pi OS `apt install python3-lgpio`) "
            "or set panel.board to none"
        ) from error
    except Exception as error:  # each factory has errors of its own: lgpio.error, PinUnknownPi, OSError, …
        raise PanelError(
            f"panel: no GPIO chip can be used ({error}); is this a Raspberry Pi, and is the user in the group gpio? "
            "Set panel.board to none on a machine without pins"
        ) from error
    finally:
        os.chdir(came_from)


def _passing_directory() -> str:
    """A directory that goes when this process does."""
    path = tempfile.mkdtemp(prefix="chimein-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@contextmanager
def _pin_errors(key: str, pin: int) -> Iterator[None]:
    """Whatever gpiozero or its factory raises about this pin, as a PanelError that names it."""
    try:
        yield
    except Exception as error:
        what = str(error) or type(error).__name__
        is_busy = "busy" in what.lower() or "in use" in what.lower()
        who = holder(pin) if is_busy else None
        advice = (
            f"{who or 'another program or another key of the configuration'} has it; `gpioinfo` lists who has what"
            if is_busy
            else "choose another pin, or null for none"
        )
        raise PanelError(f"{key}: GPIO{pin} cannot be used ({what}); {advice}") from error
