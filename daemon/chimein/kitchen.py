"""What a hand in the kitchen has: timers. Made here, and wired to the rest of the daemon for app."""

from collections.abc import Callable

from chimein.core.config import Config
from chimein.core.lights import Light
from chimein.core.states import Life
from chimein.desk import Family
from chimein.desk.timers import kitchen_timers
from chimein.edge.clock import clock, next_at
from chimein.edge.store import Memory
from chimein.flow.attend import Attendant
from chimein.flow.speak import Mouth
from chimein.flow.timers import Timekeeper


class Kitchen:
    """The parts and the lines between them. Decides nothing."""

    def __init__(
        self, config: Config, attendant: Attendant, mouth: Mouth, memory: Memory, *, sign: Callable[[Light], None]
    ) -> None:
        self._attendant = attendant
        self.timers = Timekeeper(
            config.timers,
            mouth,
            clock=clock,
            next_at=next_at,
            load=memory.timers,
            keep=memory.keep_timers,
            happened=attendant.happened,
            sign=sign,
            is_spoken_over=lambda: attendant.state.is_in_use,
        )

    def families(self) -> list[Family]:
        """The commands that belong here."""
        return [kitchen_timers(self.timers)]

    def stop_ringing(self) -> None:
        """Somebody has heard it; or the daemon ends, and the timer rings on when it is back."""
        if self._attendant.state.life is Life.LEAVING:
            self.timers.hush()
        else:
            self.timers.stop()

    def use(self, config: Config) -> None:
        """A configuration that was read again."""
        self.timers.settings = config.timers
