"""The exam that every lamp sits, on pins, on SPI, on USB: it shows a colour, another one, and is dark at its end."""

from collections.abc import Callable

from chimein.core.panel.lights import BLACK, BLUE, RED, WHITE, Colour
from chimein.edge.panel.panel import Lamp


def examine_lamp(lamp: Lamp, seen: Callable[[], Colour]) -> None:
    """`seen()` is what somebody in front of it sees. Closes it."""
    for colour in (RED, WHITE, BLUE, BLACK, (0.5, 0.0, 0.25), RED):
        lamp.paint(colour)
        assert all(abs(part - wanted) < 0.01 for part, wanted in zip(seen(), colour, strict=True)), colour
    lamp.close()
    assert seen() == BLACK
