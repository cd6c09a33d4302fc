"""What a finger does: edges of a button, and which presses are only the bouncing of one."""

from enum import Enum
from typing import Final

REPEAT_MS: Final = 150
"""A second press that comes sooner than this is the same finger: contacts chatter, and nobody toggles that fast."""


class ButtonEdge(Enum):
    PRESSED = "pressed"
    """A momentary button went down, or a latching switch was closed."""
    RELEASED = "released"
    """It came up again, or the switch was opened."""


class Fingers:
    """Tells presses of a momentary button from bouncing. A release counts only after a press that counted."""

    def __init__(self, repeat_ms: int = REPEAT_MS) -> None:
        self._repeat_s = repeat_ms / 1000
        self._last_press_s: float | None = None
        self._is_down = False

    def means(self, edge: ButtonEdge, at_s: float) -> bool:
        """Whether this edge, at `at_s` seconds of a monotonic clock, is the finger's will."""
        if edge is ButtonEdge.RELEASED:
            counted, self._is_down = self._is_down, False
            return counted
        if self._last_press_s is not None and at_s - self._last_press_s < self._repeat_s:
            return False
        self._last_press_s = at_s
        self._is_down = True
        return True
