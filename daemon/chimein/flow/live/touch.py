"""How long there has been no connection: told once, when it lasts, and not again until there was one."""

import asyncio
from collections.abc import Callable

from chimein.core.machines.events import Event, OutOfTouch

OUT_OF_TOUCH_S = 5.0
"""What is shorter nobody need hear of."""
FIRST_TOUCH_S = 30.0
"""After a start: loading the SDK alone takes a Pi some seconds, and Wi-Fi is not there at once."""


class Touch:
    """One per conversation."""

    def __init__(self, happened: Callable[[Event], None]) -> None:
        self._happened = happened
        self._telling: asyncio.TimerHandle | None = None
        self._patience_s = FIRST_TOUCH_S

    def lose(self) -> None:
        """There is no connection, since now or for some time already."""
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(self._patience_s, self._happened, OutOfTouch())

    def regain(self) -> None:
        """There is one, or nobody wants one."""
        self._patience_s = OUT_OF_TOUCH_S
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
