"""The attendant: the only one who steps the appliance.

It is told what happened, does what core answers, and sets the lamp.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import fields

from chimein.core.machines.appliance import Appliance, step
from chimein.core.machines.effects import Effect
from chimein.core.machines.events import Event, FeatureRefused, OutOfTouch, SpeechDropped
from chimein.core.panel.lights import Light
from chimein.core.status.why import lamp

_NEWS = (FeatureRefused, OutOfTouch, SpeechDropped)
"""Worth a line although no state changes."""
_TAKEN = frozenset(vars(logging.makeLogRecord({})))

_log = logging.getLogger(__name__)


class Attendant:
    """Keeps the appliance's state. Belongs to the loop: foreign threads reach it through an Inlet."""

    def __init__(self, *, observe: Callable[[Event], None] = lambda event: None) -> None:
        self.state = Appliance()
        self._show: Callable[[Light], None] = lambda light: None
        self._observe = observe
        self._hands: Mapping[Effect, Callable[[], object]] = {}

    def lights(self, show: Callable[[Light], None]) -> None:
        """The lamp is there: it shows what is so, from now on."""
        self._show = show
        show(lamp(self.state))

    def takes_in_hand(self, hands: Mapping[Effect, Callable[[], object]]) -> None:
        """What to call for each effect. An effect without hands is one that this daemon does not have."""
        self._hands = hands

    def happened(self, event: Event) -> None:
        """Something happened. All its effects are done when this returns, the lamp last: it reports facts."""
        before = self.state
        self.state, effects = step(before, event)
        for effect in effects:
            hand = self._hands.get(effect)
            if hand is not None:
                hand()
        if self.state != before or isinstance(event, _NEWS):
            _log.info("%s", _sentence(event), extra=_fields(event))
        self._show(lamp(self.state))
        self._observe(event)


def _sentence(event: Event) -> str:
    """The event as one line of a log; never words that were spoken in the room."""
    told = ", ".join(f"{name} {_plain(value)}" for name, value in _particulars(event))
    return f"{type(event).__name__}: {told}" if told else type(event).__name__


def _fields(event: Event) -> dict[str, str]:
    """The same for the journal: EVENT, and its particulars under their own names."""
    particulars = {name: _plain(value) for name, value in _particulars(event) if name not in _TAKEN}
    return {"EVENT": type(event).__name__, **particulars}


def _particulars(event: Event) -> list[tuple[str, object]]:
    return [(one.name, getattr(event, one.name)) for one in fields(event) if one.repr]


def _plain(value: object) -> str:
    return str(getattr(value, "value", value))
