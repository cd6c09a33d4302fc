"""Plays a Light's rhythm on anything that can take a colour. Loop only; steady lights cost no timer at all."""

import asyncio
from collections.abc import Callable
from typing import Final

from chimein.core.panel.lights import BLACK, QUIET, Colour, Light
from chimein.core.panel.night import Brightness

SOONEST_S: Final = 0.05
"""Between two changes, however fast the lights change: 20 a second."""


class LampDriver:
    """`paint` is called with each new colour, level and brightness already in it, from the loop. Never twice with the
    same one."""

    def __init__(self, paint: Callable[[Colour], None]) -> None:
        self._paint = paint
        self._light = QUIET
        self._colour, self._level = BLACK, 1.0
        self._brightness = Brightness()
        self._is_steady = True
        self._painted: Colour | None = None
        self._painted_s = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._late: asyncio.TimerHandle | None = None

    def show(self, light: Light) -> None:
        """Shows `light` until told otherwise. The same light again keeps its beat."""
        if light == self._light and self._painted is not None:
            return
        self._light = light
        self._play(light, 0)

    def sign(self, light: Light) -> None:
        """Plays one round of `light`, and only over a dark lamp: a sign never covers a state."""
        if self._light.colour == BLACK:
            self._play(light, 0, rounds=1)

    def dim(self, brightness: Brightness) -> None:
        """How bright it all is from now on."""
        self._brightness = brightness
        if self._painted is not None:
            self._paint_soon()

    def close(self) -> None:
        """No more steps. What the lamp looks like from here on is its owner's business."""
        self._stop()
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _play(self, light: Light, step: int, rounds: int | None = None) -> None:
        self._stop()
        level, ms = light.rhythm[step]
        self._colour, self._level = light.colour, level
        self._is_steady = rounds is None and light.is_steady
        self._paint_soon()
        if self._is_steady:
            return
        following = (step + 1) % len(light.rhythm)
        left = rounds - 1 if rounds is not None and following == 0 else rounds
        ends = left == 0
        loop = asyncio.get_running_loop()
        if ends:
            self._timer = loop.call_later(ms / 1000, self._play, self._light, 0)
        else:
            self._timer = loop.call_later(ms / 1000, self._play, light, following, left)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _paint_soon(self) -> None:
        """Now, or as soon as the last change is old enough: then whatever is to be seen by then."""
        if self._late is not None:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._painted_s + SOONEST_S - loop.time()
        if wait_s <= 1e-6:
            self._paint_once()
        else:
            self._late = loop.call_later(wait_s, self._paint_late)

    def _paint_late(self) -> None:
        self._late = None
        self._paint_once()

    def _paint_once(self) -> None:
        colour = dimmed(self._colour, self._brightness.of(self._level, is_steady=self._is_steady))
        if colour != self._painted:
            self._painted, self._painted_s = colour, asyncio.get_running_loop().time()
            self._paint(colour)


def dimmed(colour: Colour, level: float) -> Colour:
    """`colour` at `level` 0..1 of its brightness."""
    red, green, blue = colour
    return (red * level, green * level, blue * level)
