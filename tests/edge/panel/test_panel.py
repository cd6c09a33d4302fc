"""The panel on gpiozero's mock pins, pressed from the world's side: another thread drives the pin low."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from chimein.core.config import ButtonSettings, LampSettings, PanelSettings
from chimein.core.errors import PanelError
from chimein.core.panel import lights
from chimein.core.panel.buttons import ButtonEdge
from chimein.edge.panel.panel import NoPanel, open_panel
from helpers import clock

PRESSED, RELEASED = ButtonEdge.PRESSED, ButtonEdge.RELEASED


@pytest.fixture
def board() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.reset()


BRIGHT = LampSettings(brightness=100)


class Finger:
    """Presses a pin as a finger does: from a thread that is not ours."""

    def __init__(self, board: MockFactory, pin: int) -> None:
        self._pin = board.pin(f"GPIO{pin}")

    def press(self) -> None:
        self._do(self._pin.drive_low)

    def release(self) -> None:
        self._do(self._pin.drive_high)

    def _do(self, act: Any) -> None:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()


def generic(*, kind: Any = "momentary", pin: int | None = 17, lamp: LampSettings = BRIGHT) -> PanelSettings:
    return PanelSettings(board="generic", button=ButtonSettings(pin=pin, kind=kind), lamp=lamp)


def levels(board: MockFactory, *pins: int) -> list[float]:
    return [float(board.pin(f"GPIO{pin}").state) for pin in pins]


def ignore(_edge: ButtonEdge) -> None:
    pass


# --- the button


def test_a_press_is_told_in_the_pin_thread(board: MockFactory) -> None:
    told: list[tuple[ButtonEdge, bool]] = []
    panel = open_panel(
        generic(),
        lambda edge: told.append((edge, threading.current_thread() is threading.main_thread())),
        factory=board,
    )
    finger = Finger(board, 17)
    finger.press()
    finger.release()
    assert told == [(PRESSED, False), (RELEASED, False)]
    assert panel.is_pressed() is False
    panel.close()


def test_a_bouncing_button_is_one_press(board: MockFactory) -> None:
    told: list[ButtonEdge] = []
    panel = open_panel(generic(), told.append, factory=board)
    finger = Finger(board, 17)
    for _ in range(5):
        finger.press()
        finger.release()
    assert told == [PRESSED, RELEASED]
    panel.close()


def test_the_level_of_a_switch_decides_from_the_start(board: MockFactory) -> None:
    told: list[ButtonEdge] = []
    panel = open_panel(generic(kind="switch"), told.append, factory=board)
    finger = Finger(board, 17)
    assert panel.is_pressed() is False
    finger.press()
    assert panel.is_pressed() is True
    finger.release()
    assert panel.is_pressed() is False
    assert told == [PRESSED, RELEASED]
    panel.close()


def test_a_failing_handler_does_not_reach_the_pin_thread(board: MockFactory, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_edge: ButtonEdge) -> None:
        raise RuntimeError("oops")

    panel = open_panel(generic(), fails, factory=board)
    Finger(board, 17).press()
    assert "handler failed" in caplog.text
    panel.close()


def test_nothing_is_told_after_the_close(board: MockFactory) -> None:
    told: list[ButtonEdge] = []
    panel = open_panel(generic(), told.append, factory=board)
    panel.close()
    panel.close()
    Finger(board, 17).press()
    assert told == []


# --- the lamp


@clock.jumping
async def test_the_lamp_shows_a_colour_and_goes_dark_at_the_close() -> None:
    board = MockFactory(pin_class=MockPWMPin)
    panel = open_panel(generic(), ignore, factory=board)
    panel.show(lights.MUTED)
    assert levels(board, 22, 27, 23) == [1.0, 0.0, 0.0]
    pins = [board.pin(f"GPIO{pin}") for pin in (22, 27, 23)]
    assert [pin.frequency for pin in pins] == [None] * 3  # fully on and off need no pulses
    panel.show(lights.SPEAKING)
    await asyncio.sleep(0.1)
    assert levels(board, 22, 27, 23) == [0.0, 1.0, 0.0]
    await asyncio.sleep(0.8)
    assert levels(board, 22, 27, 23) == [0.0, 0.0, 0.0], "on or off"
    panel.close()
    assert pins[1].states[-1].state == 0.0
    assert [pin.function for pin in pins] == ["input"] * 3


@clock.jumping
async def test_what_is_asked_for_below_half_is_dimmed_by_pulses_and_so_is_the_dark() -> None:
    board = MockFactory(pin_class=MockPWMPin)
    panel = open_panel(generic(lamp=LampSettings(brightness=40)), ignore, factory=board)
    panel.show(lights.WAKING)
    assert levels(board, 22, 27, 23) == [0.4, 0.4, 0.4]
    await asyncio.sleep(0.1)
    panel.show(lights.MUTED)
    assert levels(board, 22, 27, 23) == [0.4, 0.0, 0.0]
    await asyncio.sleep(0.1)
    panel.darken(True)
    assert levels(board, 22, 27, 23) == [0.1, 0.0, 0.0]
    panel.close()


@clock.jumping
@pytest.mark.parametrize("percent", [60, 100])
async def test_by_day_nothing_pulses_on_a_pin_whatever_it_shows(percent: int) -> None:
    board = MockFactory(pin_class=Pulseless)
    panel = open_panel(generic(lamp=LampSettings(brightness=percent)), ignore, factory=board)
    for _, light in lights.LADDER:
        panel.show(light)
        await asyncio.sleep(5)
    panel.show(lights.MUTED)
    await asyncio.sleep(1)
    pins = [board.pin(f"GPIO{pin}") for pin in (22, 27, 23)]
    painted = [len(pin.states) for pin in pins]
    await asyncio.sleep(3600)
    assert levels(board, 22, 27, 23) == [1.0, 0.0, 0.0]
    assert [len(pin.states) for pin in pins] == painted, "and nobody paints it again"
    panel.close()


class Pulseless(MockPWMPin):
    """Takes no pulses: with lgpio the first one starts a thread that wakes up for ever."""

    def _set_frequency(self, value: float | None) -> None:
        assert value is None
        super()._set_frequency(value)


@clock.jumping
async def test_a_single_led_shows_every_colour() -> None:
    board = MockFactory(pin_class=MockPWMPin)
    lamp = LampSettings(red=None, green=27, blue=None, brightness=100)
    panel = open_panel(generic(pin=None, lamp=lamp), ignore, factory=board)
    panel.show(lights.MUTED)
    assert levels(board, 27) == [1.0]
    await asyncio.sleep(0.1)
    panel.show(lights.QUIET)
    assert levels(board, 27) == [0.0]
    panel.close()


# --- what is missing


def test_no_board_needs_nothing() -> None:
    panel = open_panel(PanelSettings(), ignore)
    assert isinstance(panel, NoPanel)
    panel.show(lights.MUTED)
    panel.sign(lights.NOTHING_TO_SAY)
    assert panel.is_pressed() is None
    panel.close()


def test_no_board_does_not_import_gpiozero() -> None:
    program = (
        "import sys; from chimein.edge.panel.panel import open_panel; from chimein.core.config import PanelSettings; "
        "open_panel(PanelSettings(), print); sys.exit('gpiozero' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_a_pin_used_twice_is_named_and_the_others_are_given_back(board: MockFactory) -> None:
    with pytest.raises(PanelError, match=r"panel\.lamp\.green: GPIO17 cannot be used .*in use.*another key"):
        open_panel(generic(lamp=LampSettings(green=17)), ignore, factory=board)
    open_panel(generic(), ignore, factory=board).close()


def test_a_pin_that_does_not_exist_is_named(board: MockFactory) -> None:
    settings = PanelSettings(
        board="generic", button=ButtonSettings.model_construct(pin=99, kind="momentary"), lamp=LampSettings()
    )
    with pytest.raises(PanelError, match=r"panel\.button\.pin: GPIO99 cannot be used .* choose another pin"):
        open_panel(settings, ignore, factory=board)


def test_a_missing_library_is_said_without_trying_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LG_WD", str(tmp_path))
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "no-such-factory")
    here = os.getcwd()
    with pytest.raises(PanelError, match=r"no-such-factory is missing .* panel\.board to none"):
        open_panel(generic(), ignore)
    assert os.getcwd() == here
