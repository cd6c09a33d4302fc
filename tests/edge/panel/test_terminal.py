"""The terminal panel: on a pseudo-terminal with a finger on its keys, and on a plain stream."""

import asyncio
import io
import os
import pty
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from chimein.core.live.facts import EarReport
from chimein.core.panel import lights
from chimein.core.panel.buttons import ButtonEdge
from chimein.edge.panel.terminal import METER_CELLS, TerminalPanel, View, live_line, meter
from helpers import clock


def ear(level_dbfs: float = -40.0, threshold_dbfs: float = -55.0, *, is_open: bool = True) -> EarReport:
    return EarReport(1.0, level_dbfs, -65.0, threshold_dbfs, is_open)


def ignore(_edge: ButtonEdge) -> None:
    pass


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def live(self) -> str:
        """What the last line shows now."""
        return self.getvalue().rpartition("\r")[2].removesuffix("\x1b[K")

    @property
    def kept(self) -> list[str]:
        """The lines that stay."""
        return [line.rpartition("\x1b[K")[2] for line in self.getvalue().split("\n")[:-1]]


# --- what is drawn


@pytest.mark.parametrize(
    ("level_dbfs", "threshold_dbfs", "bar"),
    [
        (-100.0, -70.0, "┃···················"),
        (-40.0, -55.0, "█████┃████··········"),
        (0.0, 0.0, "███████████████████┃"),
    ],
)
def test_the_meter(level_dbfs: float, threshold_dbfs: float, bar: str) -> None:
    assert len(bar) == METER_CELLS
    assert meter(ear(level_dbfs, threshold_dbfs)) == bar


def test_the_live_line_fits_a_terminal() -> None:
    view = View(ear(), lights.DEAF, lights.MAGENTA, "connecting")
    line = live_line(view, coloured=False)
    assert line == "█████┃████··········  -40 dB  gate open    ● microphone fault  link connecting"
    assert len(line) <= 79
    assert "\x1b[38;2;255;0;255m●\x1b[0m" in live_line(view, coloured=True)


def test_before_anything_is_heard_the_line_has_no_level() -> None:
    assert "○ quiet" in live_line(View(), coloured=True)


@clock.jumping
async def test_lines_stay_above_the_live_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    panel = TerminalPanel(screen, on_button=ignore)
    panel.show(lights.MUTED)
    panel.tell("anna: hello")
    panel.linked("online")
    assert screen.kept == ["anna: hello"]
    assert "● muted" in screen.live
    assert "link online" in screen.live
    panel.close()
    panel.close()
    assert screen.live == ""


@clock.jumping
async def test_the_level_is_not_drawn_more_than_ten_times_a_second() -> None:
    screen = Screen()
    panel = TerminalPanel(screen, on_button=ignore)
    for _ in range(100):
        panel.hears(ear())
        await asyncio.sleep(0.02)
    assert screen.getvalue().count("\r") <= 21
    panel.close()


@clock.jumping
async def test_a_narrow_terminal_shows_the_lamp_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    panel = TerminalPanel(screen, on_button=ignore)
    panel.show(lights.MUTED)
    assert screen.live == "● muted"
    panel.close()


@clock.jumping
async def test_a_plain_stream_gets_plain_lines_of_changes_only() -> None:
    plain = io.StringIO()
    panel = TerminalPanel(plain, on_button=ignore)
    panel.show(lights.HEARING)
    await asyncio.sleep(5)
    panel.show(lights.HEARING)
    panel.hears(ear())
    panel.sign(lights.NOTHING_TO_SAY)
    panel.show(lights.MUTED)
    await asyncio.sleep(5)
    panel.close()
    panel.show(lights.QUIET)
    assert plain.getvalue() == "         lamp: hearing (blue)\n         lamp: muted (red)\n"
    assert panel.is_pressed() is None


@clock.jumping
async def test_a_glimpse_of_a_light_is_not_written_down() -> None:
    plain = io.StringIO()
    panel = TerminalPanel(plain, on_button=ignore, remark=lambda light: f", {light.name} at last")
    for light in (lights.WAKING, lights.MUTED, lights.QUIET):
        panel.show(light)
        await asyncio.sleep(0.2)
        panel.show(light)
    await asyncio.sleep(0.2)
    panel.show(lights.HEARING)
    await asyncio.sleep(0.1)
    panel.show(lights.QUIET)
    await asyncio.sleep(1)
    panel.show(lights.HEARING)
    panel.close()
    await asyncio.sleep(1)
    assert plain.getvalue() == "         lamp: quiet (dark), quiet at last\n"


# --- the keys


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    """The finger's end and the program's end."""
    finger, program = pty.openpty()
    with open(program, encoding="ascii") as keys:
        yield finger, keys
    os.close(finger)


async def test_m_is_the_button_and_q_quits(terminal: tuple[int, TextIO]) -> None:
    finger, keys = terminal
    was = termios.tcgetattr(keys.fileno())
    edges: list[ButtonEdge] = []
    quits = asyncio.Event()
    panel = TerminalPanel(io.StringIO(), keys, on_button=edges.append, on_quit=quits.set)
    os.write(finger, b"xmq")
    async with asyncio.timeout(5):
        await quits.wait()
    assert edges == [ButtonEdge.PRESSED, ButtonEdge.RELEASED]
    panel.close()
    assert termios.tcgetattr(keys.fileno()) == was


async def test_a_capital_m_is_a_finger_that_stays(terminal: tuple[int, TextIO]) -> None:
    finger, keys = terminal
    told: list[tuple[ButtonEdge, bool | None]] = []
    quits = asyncio.Event()
    panel = TerminalPanel(
        io.StringIO(), keys, on_button=lambda edge: told.append((edge, panel.is_pressed())), on_quit=quits.set
    )
    assert panel.is_pressed() is False
    os.write(finger, b"MMMmq")
    async with asyncio.timeout(5):
        await quits.wait()
    pressed, released = (ButtonEdge.PRESSED, True), (ButtonEdge.RELEASED, False)
    assert told == [pressed, released, pressed, released], "an m lets go, too"
    panel.close()


async def test_no_keys_where_input_is_no_terminal() -> None:
    told = list[ButtonEdge]()
    panel = TerminalPanel(io.StringIO(), io.StringIO("m"), on_button=told.append)
    await asyncio.sleep(0.01)
    panel.close()
    assert told == []
