"""A lamp and a button that somebody pretends to have. The finger is in a thread that is not ours, as with gpiozero."""

import threading
from collections.abc import Callable

from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.lights import QUIET, Light


class FakePanel:
    def __init__(self, on_button: Callable[[ButtonEdge], None]) -> None:
        self.light = QUIET
        self.shown: list[str] = []
        self.signs: list[str] = []
        self.is_open = True
        self.is_dark = False
        self.is_down = False
        self.array: bool | None = None
        """What an array's own mute says, where it can be read."""
        self._on_button = on_button

    # the world's side

    def press(self) -> None:
        """The finger goes down; back when the button's thread has done its part."""
        self.is_down = True
        self._edge(ButtonEdge.PRESSED)

    def release(self) -> None:
        self.is_down = False
        self._edge(ButtonEdge.RELEASED)

    def tap(self) -> None:
        self.press()
        self.release()

    def _edge(self, edge: ButtonEdge) -> None:
        thread = threading.Thread(target=self._on_button, args=[edge])
        thread.start()
        thread.join()

    # the daemon's side

    def show(self, light: Light) -> None:
        if light.name != self.light.name:
            self.shown.append(light.name)
        self.light = light

    def sign(self, light: Light) -> None:
        self.signs.append(light.name)

    @property
    def has_array_line(self) -> bool:
        return self.array is not None

    needs_looks = has_array_line

    def darken(self, is_dark: bool) -> None:
        self.is_dark = is_dark

    def array_muted(self) -> bool | None:
        return self.array

    def is_pressed(self) -> bool | None:
        return self.is_down

    def close(self) -> None:
        self.is_open = False
