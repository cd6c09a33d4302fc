"""The functions that a daemon with this configuration declares, as the service reads them."""

from typing import Any

from chimein.core.config import Config
from chimein.core.kitchen.tools import Tool, allowed, declarations
from chimein.rehearsal.service.protocol import Json
from chimein.tools.privacy import privacy_tools
from chimein.tools.quiet import quiet_tools
from chimein.tools.shopping import shopping_tools
from chimein.tools.speaker import speaker_tools
from chimein.tools.timers import timer_tools


def declared(config: Config) -> tuple[Json, ...]:
    """All that the configuration allows. Nothing stands behind them: they can be chosen and not done."""
    nobody: Any = None
    every: list[Tool] = [
        *timer_tools(nobody),
        *shopping_tools(nobody),
        *speaker_tools(nobody, nobody, nobody),
        *quiet_tools(nobody),
        *privacy_tools(nobody, nobody),
    ]
    return tuple(
        {
            "name": one.name,
            "description": one.description,
            "parametersJsonSchema": one.parameters,
            "behavior": one.behaviour,
        }
        for one in declarations(allowed(every, config.tools.allow), config.live.traits())
    )
