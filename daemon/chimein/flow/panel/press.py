"""Carries what the button says from its own thread into the loop, where core.panel.finger knows what it means.

Shutting is anyone's right and happens in the button's thread; opening is the loop's alone. While a finger is down, the
button is looked at again and again, for edges get lost; while it is up, nothing here wakes anybody but `look`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Event, MuteAsked, Muter
from chimein.core.panel.buttons import ButtonEdge
from chimein.core.panel.finger import AT_THE_DEVICE, Bindings, Reach, Touch
from chimein.flow.crossing import Inlet
from chimein.flow.ports import Ear

LOOK_S = 0.25
"""Between two looks at a button that is down: a release whose edge was lost is noticed that late."""

_log = logging.getLogger(__name__)


class Press:
    """A button, or a switch whose level decides. Made in the loop; only `touched` may be called from elsewhere."""

    def __init__(
        self,
        bindings: Bindings | None,
        ear: Ear,
        *,
        happened: Callable[[Event], None],
        state: Callable[[], Appliance],
        mark: Callable[[], None] = lambda: None,
        unmark: Callable[[], None] = lambda: None,
        reach: Reach = AT_THE_DEVICE,
    ) -> None:
        """`bindings` are what a momentary button does; None for a switch. `reach` is where the finger is.

        `mark()` is called in the button's thread when a press has shut the ear, so that a death of this process before
        the loop has heard of it does not undo it; `unmark()` when the loop has.
        """
        self.is_switch = bindings is None
        self._shuts = bindings is None or bindings.shuts
        self._touch = Touch(bindings or Bindings(), reach)
        self._ear = ear
        self._happened = happened
        self._state = state
        self._mark, self._unmark = mark, unmark
        self._loop = asyncio.get_running_loop()
        self._inlet = Inlet[tuple[ButtonEdge, float]](self._heard_of)
        self._is_pressed: Callable[[], bool | None] = lambda: None
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False  # the switch, as the loop knows it
        self._is_suspect = False  # the last look saw something that no edge had told

    def touched(self, edge: ButtonEdge) -> None:
        """The button's thread: what may mean mute shuts the ear here and now."""
        if edge is ButtonEdge.PRESSED and self._shuts:
            self._ear.shut_now()
            self._mark()
        self._inlet.put((edge, self._loop.time()))

    def starts(self, is_pressed: Callable[[], bool | None]) -> None:
        """The button is there, and says from now on whether it is down. A switch that is closed mutes."""
        self._is_pressed = is_pressed
        is_down = is_pressed()
        if self.is_switch and is_down is not None:
            self._is_closed = is_down
            self._happened(MuteAsked(Muter.HARDWARE, is_down))
        elif is_down and not self._touch.is_down:
            _log.warning("the button is down, and nobody pressed it: it is not obeyed", extra={"EVENT": "ButtonStuck"})
            self._tell(self._touch.is_stuck())
            self._wait()

    @property
    def is_down(self) -> bool:
        """A finger is on it, or what is taken for one."""
        return self._touch.is_down

    def vanishes(self) -> None:
        """The finger has gone, and nobody knows what it wanted: what it has shut stays shut, and nothing else is done.
        The loop's."""
        if self._touch.is_down:
            self._tell((*self._touch.is_stuck(), *self._touch.goes_up(self._state())))
            self._wait()

    def look(self) -> None:
        """Looks at the level: a press or release whose edge got lost is caught by the second look in a row."""
        is_down = self._is_pressed()
        was_down = self._is_closed if self.is_switch else self._touch.is_down
        was_suspect, self._is_suspect = self._is_suspect, is_down is not None and is_down is not was_down
        if self._is_suspect and was_suspect:
            self._is_suspect = False
            self.touched(ButtonEdge.PRESSED if is_down else ButtonEdge.RELEASED)

    # --- private: the loop's

    def _heard_of(self, item: tuple[ButtonEdge, float]) -> None:
        edge, at_s = item
        self._is_suspect = False
        is_press = edge is ButtonEdge.PRESSED
        if is_press and self._shuts:
            self._ear.heed()
        if self.is_switch:
            self._is_closed = is_press
            self._happened(MuteAsked(Muter.HARDWARE, is_press))
        elif is_press:
            if self._touch.is_down:
                self._tell(self._touch.goes_up(self._state()))
            self._tell(self._touch.goes_down(at_s, self._state()))
        else:
            self._tell(self._touch.goes_up(self._state()))
        if is_press and self._shuts:
            self._unmark()
        self._wait()

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self._happened(event)

    def _wait(self) -> None:
        """Until time alone changes something, or until the next look at a button that is down."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        next_s = self._touch.next_s
        if self._touch.is_down and not self.is_switch:
            look_s = self._loop.time() + LOOK_S
            next_s = look_s if next_s is None else min(next_s, look_s)
        if next_s is not None:
            self._timer = self._loop.call_at(next_s, self._pass)

    def _pass(self) -> None:
        self._timer = None
        if self._touch.is_down and self._is_pressed() is False:
            self._tell(self._touch.goes_up(self._state()))
        self._tell(self._touch.passes(self._loop.time()))
        self._wait()
