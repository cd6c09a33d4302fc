"""What a button says: edges, and which presses are only the bouncing of one."""

from enum import Enum
from typing import Final

REPEAT_MS: Final = 80
"""A second press that comes sooner than this is the same finger: contacts chatter, and nobody taps faster."""


class ButtonEdge(Enum):
    PRESSED = "pressed"
    """A momentary button went down, or a latching switch was closed."""
    RELEASED = "released"
    """It came up again, or the switch was opened."""


class Fingers:
    """Tells presses of a momentary button from bouncing, and notices those whose edge was missed."""

    def __init__(self, repeat_ms: int = REPEAT_MS) -> None:
        self._repeat_s = repeat_ms / 1000
        self._last_press_s: float | None = None
        self._is_down = False
        self._is_bounce = False

    def mean(self, edge: ButtonEdge, at_s: float) -> tuple[ButtonEdge, ...]:
        """The finger's will behind this edge, at `at_s` seconds of a monotonic clock: nothing, the edge, or two.

        A press while the button is down already: its release was missed. A release out of nowhere: the press was.
        """
        if edge is ButtonEdge.RELEASED:
            return self._released(at_s)
        if self._last_press_s is not None and at_s - self._last_press_s < self._repeat_s:
            self._is_bounce = not self._is_down
            return ()
        missed = (ButtonEdge.RELEASED,) if self._is_down else ()
        self._last_press_s, self._is_down, self._is_bounce = at_s, True, False
        return (*missed, ButtonEdge.PRESSED)

    def _released(self, at_s: float) -> tuple[ButtonEdge, ...]:
        was_down, self._is_down = self._is_down, False
        was_bounce, self._is_bounce = self._is_bounce, False
        if was_down:
            return (ButtonEdge.RELEASED,)
        if was_bounce or (self._last_press_s is not None and at_s - self._last_press_s < self._repeat_s):
            return ()
        self._last_press_s = at_s
        return (ButtonEdge.PRESSED, ButtonEdge.RELEASED)
