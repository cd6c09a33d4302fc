"""A configuration that was read again: which parts it touches, and a refusal that leaves everything as it is."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from chimein.core.config import Config
from chimein.core.config.changes import Part, changed_parts
from chimein.core.errors import ChimeinError
from chimein.desk.view import View
from chimein.edge.service import ServiceManager

Hands = Mapping[Part, Callable[[], None]]
"""What each part does about a new configuration, once that is the one in use."""

_log = logging.getLogger(__name__)


async def renew(
    wanted: asyncio.Event,
    load: Callable[[], Config],
    use: Callable[[Config], None],
    *,
    view: View,
    manager: ServiceManager,
    status: Callable[[], str],
) -> None:
    """For ever, each time somebody asks. A file that cannot be used is refused, and the old one lives on."""
    while True:
        await wanted.wait()
        wanted.clear()
        manager.reloading()
        try:
            use(await asyncio.to_thread(load))
            view.refused_config = None
        except ChimeinError as error:
            said = f"the new configuration was refused, the old one is still used: {error}"
            view.refused_config = said
            _log.error("%s", said, extra={"EVENT": "ConfigRefused"})
        manager.ready(status())


def take(old: Config, new: Config, hands: Hands) -> None:
    """Has every part that `new` touches do its own; everything else goes on as if nothing had happened."""
    parts = changed_parts(old, new)
    _log.info("configuration read again; changed: %s", ", ".join(part.name.lower() for part in parts) or "nothing")
    for part in Part:
        if part in parts and part in hands:
            hands[part]()
    if Part.RESTART in parts:
        _log.warning("panel and session.buffer_s change at the next start: `systemctl restart chimein`")
