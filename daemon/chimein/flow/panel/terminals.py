"""Panels in terminals, of people who look from afar: each sees the lamp, and has a finger on a button of its own.

The finger is core's, as at the device: a press mutes at once, two repeat, a hold forgets. But it is software's: what
the button, the switch or the array has muted it cannot undo, and the answer says so.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Event, FingerMoved
from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.finger import Bindings, Reach
from chimein.core.panel.lights import QUIET, Light
from chimein.core.panel.telling import told
from chimein.core.status.why import why
from chimein.flow.panel.press import Press
from chimein.flow.ports import Ear

NEWS = 16
"""So many wait for a terminal that does not read; then the oldest is dropped."""

News = dict[str, object]


class Terminals:
    """Belongs to the loop."""

    def __init__(
        self,
        bindings: Bindings,
        ear: Ear,
        *,
        happened: Callable[[Event], None],
        state: Callable[[], Appliance],
        is_touched: Callable[[], bool],
    ) -> None:
        """`is_touched()`: a finger is on the device's own button, and the lamp speaks of that one."""
        self._bindings = bindings
        self._ear = ear
        self._happened = happened
        self._state = state
        self._is_touched = is_touched
        self._light = QUIET
        self._all: set[Terminal] = set()

    def show(self, light: Light) -> None:
        """The lamp shows this from now on."""
        if light != self._light:
            self._light = light
            for one in self._all:
                one.hear({"light": told(light)})

    def sign(self, light: Light) -> None:
        """A short sign on it."""
        for one in self._all:
            one.hear({"sign": told(light)})

    @contextmanager
    def joins(self, reach: Reach) -> Iterator["Terminal"]:
        """A terminal, until it hangs up."""
        press = Press(self._bindings, self._ear, happened=self._happens, state=self._state, reach=reach)
        one = Terminal(press, self._state)
        press.starts(lambda: one.is_down)
        one.hear({"light": told(self._light)})
        self._all.add(one)
        try:
            yield one
        finally:
            self._all.discard(one)
            press.vanishes()

    def _happens(self, event: Event) -> None:
        if not (isinstance(event, FingerMoved) and self._is_touched()):
            self._happened(event)


class Terminal:
    """One of them."""

    def __init__(self, press: Press, state: Callable[[], Appliance]) -> None:
        self._press = press
        self._state = state
        self._news: deque[News] = deque(maxlen=NEWS)
        self._something = asyncio.Event()
        self.is_down = False

    def hear(self, news: News) -> None:
        """Something to be told there."""
        self._news.append(news)
        self._something.set()

    async def news(self) -> News:
        """The next of them; waits for it."""
        while not self._news:
            self._something.clear()
            await self._something.wait()
        return self._news.popleft()

    def touched(self, edge: ButtonEdge) -> None:
        """Its key has gone down, or come up."""
        before = self._state().mutes
        self.is_down = edge is ButtonEdge.PRESSED
        self._press.touched(edge)
        if edge is ButtonEdge.RELEASED and before and self._state().mutes == before:
            self.hear({"said": why(self._state())})
