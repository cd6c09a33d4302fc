"""Every board: its lamp sits the exam, its absence is survived or named, and its own mute is believed."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from chimein.core.config import ButtonSettings, LampSettings, PanelSettings
from chimein.core.errors import PanelError
from chimein.core.panel import lights
from chimein.core.panel.boards import BOARDS, apa102
from chimein.core.panel.lights import BLACK, BLUE, RED, Colour
from chimein.edge.panel import gpio_lines, usb
from chimein.edge.panel.panel import open_panel
from chimein.edge.panel.pins import PinLamp
from chimein.edge.panel.ring import RingLamp
from chimein.edge.panel.spi import AGAIN_S, SpiLamp
from fakes.usb import FakeArray, FakeArrayV2, FakeXvf3800
from helpers import clock
from helpers.lamp_exam import examine_lamp

ARRAYS = {"respeaker-xvf3800": FakeXvf3800, "respeaker-usb-v2": FakeArrayV2}


def ring(board: str, array: FakeArray) -> RingLamp:
    found = BOARDS[board].ring
    assert found is not None
    return RingLamp(found, array.find)


# --- the lamps


def test_leds_on_pins_sit_the_exam() -> None:
    board = MockFactory(pin_class=MockPWMPin)
    pins = [board.pin(f"GPIO{pin}") for pin in (22, 27, 23)]

    def seen() -> Colour:
        red, green, blue = (float(pin.state or 0.0) if pin.function == "output" else 0.0 for pin in pins)
        return red, green, blue

    examine_lamp(PinLamp(LampSettings(), board), seen)


@pytest.mark.parametrize("board", ARRAYS)
def test_rings_on_usb_sit_the_exam(board: str) -> None:
    array = ARRAYS[board]()
    examine_lamp(ring(board, array), lambda: array.colour)


def test_leds_on_spi_sit_the_exam(tmp_path: Path) -> None:
    bus = tmp_path / "spidev0.0"
    bus.touch()

    def seen() -> Colour:
        last = bus.read_bytes()[-20:]
        assert (last[:4], last[-4:]) == (bytes(4), bytes(4))
        leds = [last[at : at + 4] for at in (4, 8, 12)]
        assert leds[0] == leds[1] == leds[2]
        full, blue, green, red = leds[0]
        assert full == 0xFF
        return red / 255, green / 255, blue / 255

    examine_lamp(SpiLamp(3, bus), seen)


def test_a_bus_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match=r"spidev0\.0.*raspi-config.*group spi"):
        SpiLamp(3, tmp_path / "spidev0.0")


@clock.jumping
async def test_a_bus_that_fails_costs_the_light_and_nothing_else_and_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bus = tmp_path / "spidev0.0"
    bus.symlink_to("/dev/full")  # every write to it fails
    lamp = SpiLamp(3, bus)
    for _ in range(3):
        lamp.paint(BLUE)
        await asyncio.sleep(10)
    assert [record.levelname for record in caplog.records if "cannot be reached" in record.message].count(
        "WARNING"
    ) == 1
    bus.unlink()
    bus.touch()
    await asyncio.sleep(AGAIN_S)
    assert bus.read_bytes() == apa102(BLUE, 3), "it shows what it was told last"
    lamp.close()


@clock.jumping
async def test_a_bus_that_fails_at_the_end_is_let_go_of(tmp_path: Path) -> None:
    bus = tmp_path / "spidev0.0"
    bus.symlink_to("/dev/full")
    lamp = SpiLamp(3, bus)
    lamp.paint(RED)
    lamp.close()
    bus.unlink()
    bus.touch()
    await asyncio.sleep(10)
    assert bus.read_bytes() == b""


def test_a_picture_for_three_leds() -> None:
    assert apa102(RED, 3) == bytes(4) + bytes([255, 0, 0, 255]) * 3 + bytes(4)
    assert len(apa102(BLUE, 1)) == 12


# --- the rings


@pytest.mark.parametrize("board", ARRAYS)
def test_an_array_that_comes_back_shows_its_colour_again(board: str, caplog: pytest.LogCaptureFixture) -> None:
    array = ARRAYS[board]()
    lamp = ring(board, array)
    lamp.paint(BLUE)
    array.is_plugged_in = False
    for _ in range(3):
        lamp.paint(RED)
        assert lamp.look() is None
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    again = ARRAYS[board]()
    array.__dict__.update(again.__dict__)  # it was without power, and has forgotten everything
    lamp.look()
    assert array.colour == RED


def test_an_array_that_is_not_there_at_the_start_comes_later() -> None:
    array = FakeXvf3800()
    array.is_plugged_in = False
    lamp = ring("respeaker-xvf3800", array)
    lamp.paint(RED)
    array.is_plugged_in = True
    assert lamp.look() is False
    assert array.colour == RED


def test_the_mute_line_is_read_and_nonsense_is_no_answer() -> None:
    array = FakeXvf3800()
    lamp = ring("respeaker-xvf3800", array)
    assert lamp.look() is False
    array.is_muted = True
    assert lamp.look() is True
    array.asked = lambda value, index: b"\x40\0\1"  # type: ignore[method-assign]
    assert lamp.look() is None, "it asks for patience"
    assert ring("respeaker-usb-v2", FakeArrayV2()).look() is None


# --- the panels


@clock.jumping
async def test_every_board_shows_red_and_goes_dark(tmp_path: Path) -> None:
    bus = tmp_path / "spidev0.0"
    for name in BOARDS:
        bus.touch()
        pins = MockFactory(pin_class=MockPWMPin)
        array = ARRAYS.get(name, FakeXvf3800)()
        panel = open_panel(
            PanelSettings.model_validate({"board": name, "lamp": {"brightness": 100}}),
            lambda edge: None,
            factory=pins,
            ring=partial(RingLamp, find=array.find),
            spi=partial(SpiLamp, path=bus),
        )
        panel.show(lights.MUTED)
        looks: dict[str, Any] = {
            "respeaker-xvf3800": array.colour,
            "respeaker-usb-v2": array.colour,
            "respeaker-2mic-hat": RED if bus.read_bytes() == apa102(RED, 3) else BLACK,
        }
        on_pins = tuple(float(pins.pin(f"GPIO{pin}").state or 0.0) for pin in (22, 27, 23))
        assert looks.get(name, on_pins) == RED, name
        assert panel.is_pressed() is False, "each of them has a button on a pin"
        assert panel.has_array_line is (name == "respeaker-xvf3800")
        panel.close()
        panel.close()
        bus.unlink()


@clock.jumping
async def test_a_board_without_pins_needs_none() -> None:
    array = FakeXvf3800()
    settings = PanelSettings(board="respeaker-xvf3800", button=ButtonSettings(pin=None))
    panel = open_panel(settings, lambda edge: None, ring=partial(RingLamp, find=array.find))
    panel.show(lights.MUTED)
    await asyncio.sleep(0)
    assert array.colour == pytest.approx((0.6, 0.0, 0.0))
    assert panel.is_pressed() is None
    panel.close()


# --- the kernel's own words


def test_a_device_is_found_by_its_number_in_sysfs(tmp_path: Path) -> None:
    for name, product, number in (("1-1", "0018", 4), ("1-2", "001a", 12), ("1-2:1.0", None, 0)):
        (tmp_path / name).mkdir()
        if product:
            words = {"idVendor": "2886", "idProduct": product, "busnum": "1", "devnum": str(number)}
            for key, word in words.items():
                (tmp_path / name / key).write_text(f"{word}\n")
    assert usb.find("2886:001a", sys=tmp_path, dev=Path("/dev/bus/usb")) == Path("/dev/bus/usb/001/012")
    assert usb.find("0b0e:0420", sys=tmp_path) is None
    with pytest.raises(FileNotFoundError, match="ffff:ffff"):
        usb.open_device("ffff:ffff")


def test_a_node_that_is_no_usb_device_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "node").touch()
    device = usb.UsbDevice(tmp_path / "node")
    with pytest.raises(OSError, match="ioctl"):
        device.write(1, 0x1C, b"\0")
    device.close()


def test_who_has_a_line_is_read_out_of_the_kernels_answer(tmp_path: Path) -> None:
    info = b"GPIO17".ljust(32, b"\0") + b"gpiomon".ljust(32, b"\0") + (17).to_bytes(4, "little") + bytes(4)
    assert gpio_lines.consumer((info + (1).to_bytes(8, "little")).ljust(256, b"\0")) == "gpiomon"
    assert gpio_lines.consumer((info + bytes(8)).ljust(256, b"\0")) is None
    assert gpio_lines.holder(17, tmp_path) is None
