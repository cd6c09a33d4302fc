"""Lamp and button in a terminal: a live line with level, gate, lamp and link; a key for the button, one to quit.

The same Panel that panel.py offers on GPIO. Where output is no terminal it prints plain lines and no live line; where
input is none, there are no keys. All of it belongs to the loop.
"""

import asyncio
import os
import shutil
import termios
import tty
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TextIO

from chimein.core.live.facts import EarReport
from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.lights import BLACK, COLOUR_NAMES, QUIET, Colour, Light
from chimein.edge.panel.lamp import LampDriver

REDRAW_S: Final = 0.1
GLIMPSE_S: Final = 0.3
"""A light that lasts shorter is not written down: nobody would have seen it, and between two steps of the start it
would only puzzle."""
QUIETEST_DBFS: Final = -70.0
LOUDEST_DBFS: Final = -10.0
METER_CELLS: Final = 20

Action = Callable[[], None]
Terminal = list[Any]  # what termios calls its attributes


@dataclass(frozen=True)
class View:
    """What the live line tells."""

    ear: EarReport | None = None
    light: Light = QUIET
    glow: Colour = BLACK
    """What the lamp looks like at this moment of its rhythm."""
    link: str = "offline"


def live_line(view: View, *, coloured: bool) -> str:
    """One line of at most 79 visible characters."""
    ear = view.ear
    level = f"{meter(ear)} {ear.level_dbfs:4.0f} dB" if ear else f"{'':{METER_CELLS + 8}}"
    gate = "open  " if ear and ear.is_open else "closed"
    return f"{level}  gate {gate}  {_dot(view.glow, coloured)} {view.light.name:<10}  link {view.link:<10}"


def meter(ear: EarReport) -> str:
    """The level as a bar of METER_CELLS cells, with the gate's threshold as a mark in it."""
    filled, mark = _cell(ear.level_dbfs), _cell(ear.threshold_dbfs)
    cells = ["█" if cell < filled else "·" for cell in range(METER_CELLS)]
    cells[min(mark, METER_CELLS - 1)] = "┃"
    return "".join(cells)


class TerminalPanel:
    """`on_button` is called in the loop, with a press and a release for each key."""

    def __init__(
        self,
        output: TextIO,
        keys: TextIO | None = None,
        *,
        on_button: Callable[[ButtonEdge], None],
        on_quit: Action = lambda: None,
        remark: Callable[[Light], str] = lambda light: "",
    ) -> None:
        """`remark` is what to write behind a light's name."""
        self._on_button = on_button
        self._remark = remark
        self._on_quit = on_quit
        self._output = output
        self._is_live = output.isatty()
        self._coloured = self._is_live and not os.environ.get("NO_COLOR")
        self._view = View()
        self._told: str | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._drawn_s = -REDRAW_S
        self._lamp = LampDriver(self._glow)
        self._is_open = True
        self._is_down = False
        self._keyboard = _Keyboard(keys, self._key) if keys is not None and keys.isatty() else None

    # --- what a Panel does

    def show(self, light: Light) -> None:
        """Shows the light's word, and its rhythm on the dot."""
        if not self._is_open:
            return
        is_same = light.name == self._view.light.name and self._telling is not None
        self._view = replace(self._view, light=light)
        self._lamp.show(light)
        if not self._is_live and not is_same:
            self._stop_telling()
            self._telling = asyncio.get_running_loop().call_later(GLIMPSE_S, self._tell_light)
        self._draw()

    def sign(self, light: Light) -> None:
        self._lamp.sign(light)

    def darken(self, is_dark: bool) -> None:
        """A terminal is as bright as its screen."""

    def is_pressed(self) -> bool | None:
        return self._is_down if self._keyboard is not None else None

    has_array_line = needs_looks = False

    def array_muted(self) -> bool | None:
        return None

    def close(self) -> None:
        """Gives the terminal back as it was. A second time does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        self._lamp.close()
        self._stop_telling()
        if self._keyboard is not None:
            self._keyboard.close()
        self._wipe()
        self._output.flush()

    # --- what a terminal can do besides

    def hears(self, ear: EarReport | None) -> None:
        """Draws the level, not more often than every REDRAW_S. None while nothing hears."""
        self._view = replace(self._view, ear=ear)
        now_s = asyncio.get_running_loop().time()
        if now_s - self._drawn_s >= REDRAW_S:
            self._drawn_s = now_s
            self._draw()

    def linked(self, link: str) -> None:
        """The link's state, in a word."""
        if link != self._view.link:
            self._view = replace(self._view, link=link)
            self._draw()

    def tell(self, line: str) -> None:
        """A line that stays, above the live one."""
        self._wipe()
        self._output.write(line + "\n")
        self._output.flush()
        self._draw()

    def _tell_light(self) -> None:
        light = self._view.light
        if light.name != self._told:
            self._told = light.name
            self.tell(f"         lamp: {light.name} ({COLOUR_NAMES.get(light.colour, 'lit')}){self._remark(light)}")

    def _stop_telling(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    def _key(self, key: str) -> None:
        if key == "m":  # a tap; and it ends a hold
            if not self._is_down:
                self._touch(ButtonEdge.PRESSED)
            self._touch(ButtonEdge.RELEASED)
        elif key == "M":  # a finger that stays, until the next M
            self._touch(ButtonEdge.RELEASED if self._is_down else ButtonEdge.PRESSED)
        elif key == "q":
            self._on_quit()

    def _touch(self, edge: ButtonEdge) -> None:
        self._is_down = edge is ButtonEdge.PRESSED
        self._on_button(edge)

    def _glow(self, colour: Colour) -> None:
        self._view = replace(self._view, glow=colour)
        self._draw()

    def _draw(self) -> None:
        if self._is_live and self._is_open:
            width = shutil.get_terminal_size().columns
            line = live_line(self._view, coloured=self._coloured)
            if width < 80:  # no room for a line: it would wrap and scroll with every redraw
                line = f"{_dot(self._view.glow, self._coloured)} {self._view.light.name}"
            self._output.write(f"\r{line}\x1b[K")
            self._output.flush()

    def _wipe(self) -> None:
        if self._is_live:
            self._output.write("\r\x1b[K")


class _Keyboard:
    """Keys one by one, without Enter; Ctrl-C stays what it is."""

    def __init__(self, keys: TextIO, on_key: Callable[[str], None]) -> None:
        self._fd = keys.fileno()
        self._on_key = on_key
        self._loop = asyncio.get_running_loop()
        self._was: Terminal = termios.tcgetattr(self._fd)
        tty.setcbreak(self._fd, termios.TCSANOW)
        self._loop.add_reader(self._fd, self._read)

    def close(self) -> None:
        self._loop.remove_reader(self._fd)
        termios.tcsetattr(self._fd, termios.TCSANOW, self._was)

    def _read(self) -> None:
        try:
            typed = os.read(self._fd, 64)
        except OSError:  # the terminal was closed over us
            typed = b""
        if not typed:
            self._loop.remove_reader(self._fd)
        for key in typed.decode("ascii", "ignore"):
            self._on_key(key)


def _cell(dbfs: float) -> int:
    share = (dbfs - QUIETEST_DBFS) / (LOUDEST_DBFS - QUIETEST_DBFS)
    return round(METER_CELLS * min(1.0, max(0.0, share)))


def _dot(glow: Colour, coloured: bool) -> str:
    if glow == BLACK:
        return "○"
    if not coloured:
        return "●"
    red, green, blue = (round(255 * part) for part in glow)
    return f"\x1b[38;2;{red};{green};{blue}m●\x1b[0m"
