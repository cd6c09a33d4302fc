"""What a hand in the kitchen has: timers, lists, tools. Made here, and wired to the rest of the daemon for app."""

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from chimein.core.config import AssistantSettings, Config
from chimein.core.config.kitchen import McpSettings
from chimein.core.errors import ChimeinError
from chimein.core.kitchen.tools import Declaration, Tool, allowed, declarations, distinct
from chimein.core.live.facts import Fact
from chimein.core.machines.events import Event, ForgetAsked, MuteAsked, Muter
from chimein.core.machines.states import Life
from chimein.core.panel.lights import Light
from chimein.desk import Family
from chimein.desk.quiet import quiet_hours
from chimein.desk.shopping import shopping_list
from chimein.desk.talking import talking
from chimein.desk.timers import kitchen_timers
from chimein.desk.volume import loudness
from chimein.edge import places
from chimein.edge.clock import clock, house_time, next_at
from chimein.edge.memory import Memory
from chimein.flow.attend import Attendant
from chimein.flow.kitchen.herald import Herald
from chimein.flow.kitchen.quiet import QuietHours
from chimein.flow.kitchen.shopping import ShoppingList
from chimein.flow.kitchen.timers import Timekeeper
from chimein.flow.live.borrowed import Borrowed
from chimein.flow.live.hearer import Hearer
from chimein.flow.live.personas import Personas
from chimein.flow.live.toolbox import Toolbox
from chimein.flow.live.words import Words
from chimein.flow.sound.speak import Mouth
from chimein.flow.sound.volume import Volume
from chimein.tools.privacy import privacy_tools
from chimein.tools.quiet import quiet_tools
from chimein.tools.shopping import shopping_tools
from chimein.tools.speaker import speaker_tools
from chimein.tools.timers import timer_tools

if TYPE_CHECKING:
    from chimein.edge.mcp import McpServer

_log = logging.getLogger(__name__)


class Kitchen:
    """The parts and the lines between them. Decides nothing."""

    def __init__(
        self,
        config: Config,
        attendant: Attendant,
        mouth: Mouth,
        memory: Memory,
        *,
        sign: Callable[[Light], None],
        chime: Callable[[], None],
        set_up_anew: Callable[[], None],
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
        self.volume = Volume(config.speaker.volume, mouth, load=memory.volume, keep=memory.keep_volume)
        self.shopping = ShoppingList(load=memory.shopping, keep=memory.keep_shopping)
        self.quiet = QuietHours(config.quiet, now=house_time, happened=attendant.happened)
        self._tools = [
            *timer_tools(self.timers),
            *shopping_tools(self.shopping),
            *speaker_tools(mouth, self.volume, house_time),
            *quiet_tools(self.quiet),
            *privacy_tools(
                lambda: attendant.happened(MuteAsked(Muter.SOFTWARE, True)), lambda: attendant.happened(ForgetAsked())
            ),
        ]
        self._config = config
        self._set_up_anew = set_up_anew
        self._borrowed = Borrowed(self._lenders, changed=self._lent)
        self._toolbox = Toolbox(self._allowed())
        self.words = Words(self._toolbox)
        self.personas = Personas(config.assistant, load=memory.persona, keep=memory.keep_persona, changed=set_up_anew)
        self._hearer = Hearer(self.words)
        self._herald = Herald(self.timers, self.words, chime=chime)

    def assistant(self) -> AssistantSettings:
        """Who the model is told that it is."""
        return self.personas.assistant()

    def declared(self) -> tuple[Declaration, ...]:
        """What the model is told that it may do."""
        return declarations(self._allowed(), self._config.live.traits())

    def families(self) -> list[Family]:
        """The commands that belong here."""
        return [
            kitchen_timers(self.timers),
            shopping_list(self.shopping),
            quiet_hours(self.quiet),
            loudness(self.volume),
            talking(self._hearer, self.personas),
        ]

    def saw(self, event: Event) -> None:
        """Something happened, and the appliance has been stepped."""
        self._herald.saw(event)

    def know(self, fact: Fact) -> None:
        """Something was said in the conversation."""
        self._hearer.know(fact)

    def flows(self) -> dict[str, Coroutine[object, object, None]]:
        """What goes on for ever, by name."""
        return {"timers": self.timers.run(), "quiet": self.quiet.run(), "borrowed": self._borrowed.run()}

    def stop_ringing(self) -> None:
        """Somebody has heard it; or the daemon ends, and the timer rings on when it is back."""
        if self._attendant.state.life is Life.LEAVING:
            self.timers.hush()
        else:
            self.timers.stop()

    def use(self, config: Config) -> None:
        """A configuration that was read again."""
        if config.tools.mcp != self._config.tools.mcp or config.tools.enabled is not self._config.tools.enabled:
            self._borrowed.renew()
        self._config = config
        self.timers.settings = config.timers
        self.quiet.use(config.quiet)
        self.personas.use(config.assistant)
        self._toolbox.use(self._allowed())

    def _allowed(self) -> list[Tool]:
        tools = self._config.tools
        return distinct([*allowed(self._tools, tools.allow), *self._borrowed.tools]) if tools.enabled else []

    def _lenders(self) -> "list[McpServer]":
        tools = self._config.tools
        return [self._server(name, one) for name, one in tools.mcp.items() if tools.enabled and one.allow]

    def _server(self, name: str, settings: McpSettings) -> "McpServer":
        from chimein.edge.mcp import McpServer  # with an HTTP library, and for those who have such a server

        try:
            token = places.token(settings.credential) if settings.credential else None
        except ChimeinError as error:
            _log.error("tools.mcp.%s: %s", name, error)
            token = None
        return McpServer(name, settings, token)

    def _lent(self) -> None:
        """Other tools than before: the model is told by a new set-up."""
        self._toolbox.use(self._allowed())
        self._set_up_anew()
