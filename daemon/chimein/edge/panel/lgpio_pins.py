"""gpiozero's pins on lgpio, with one difference: edges come from the kernel itself (edges.py says why).

Everything else is lgpio's. While a pin tells of its edges its line is ours and not lgpio's, which still answers what it
asks the chip.
"""

from pathlib import Path
from typing import Any

import lgpio
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin

from chimein.edge.panel.edges import Line, open_line


class Pin(LGPIOPin):  # type: ignore[misc]
    def __init__(self, factory: LGPIOFactory, info: Any) -> None:
        self._line: Line | None = None
        self._debounce_us = 0
        super().__init__(factory, info)

    def close(self) -> None:
        self.when_changed = None
        super().close()

    def _get_state(self) -> Any:
        return super()._get_state() if self._line is None else self._line.is_high()

    def _get_bounce(self) -> float | None:
        return self._debounce_us / 1e6 or None

    def _set_bounce(self, value: float | None) -> None:
        self._debounce_us = round((value or 0.0) * 1e6)

    def _enable_event_detect(self) -> None:
        pull = self._get_pull()
        lgpio.gpio_free(self.factory._handle, self._number)
        self._line = open_line(Path(f"/dev/gpiochip{self.factory.chip}"), self._number, pull, self._debounce_us)
        self._line.tell(lambda at_ns, is_high: self._call_when_changed(self.factory.chip, self._number, is_high, at_ns))

    def _disable_event_detect(self) -> None:
        if self._line is None:
            return
        pull = self._get_pull()
        self._line.close()
        self._line = None
        lgpio.gpio_claim_input(self.factory._handle, self._number, PULLS[pull])


PULLS = {"up": lgpio.SET_PULL_UP, "down": lgpio.SET_PULL_DOWN, "floating": lgpio.SET_PULL_NONE}


class Factory(LGPIOFactory):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.pin_class = Pin
