"""The line to the Live service, as the configuration wants it, and what of it outlives the daemon.

A resumption handle is good for the model that gave it, and so is what the service refused. Both are written down when
they change: a handle at once where none was lately, for the power may go at any moment, and then rarely, for SD cards
wear.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol

from chimein.core.config import AssistantSettings, Config
from chimein.core.kitchen.tools import Declaration
from chimein.edge.live.later import LateService

KEEP_EVERY_S = 10.0
"""Between two writes of the handle. It only changes while somebody talks: some hundred small writes a day."""
REFUSED_FOR = timedelta(days=7)
"""After so long a feature that was refused is tried again: services change."""


class Memory(Protocol):
    """What the line needs of the store."""

    def handle(self, of: str) -> str | None: ...

    def keep_handle(self, handle: str | None, *, of: str) -> None: ...

    def refused(self, model: str, since: str) -> frozenset[str]: ...

    def keep_refused(self, model: str, feature: str, day: str) -> None: ...


class Lifeline:
    """Belongs to the loop."""

    def __init__(
        self,
        config: Config,
        memory: Memory,
        *,
        assistant: Callable[[], AssistantSettings],
        tools: Callable[[], Sequence[Declaration]],
    ) -> None:
        """`assistant()` and `tools()` say who the model is told that it is, and what it may do."""
        self.config = config
        """The configuration in use; whoever changes it says so here."""
        self._memory = memory
        self._assistant = assistant
        self._tools = tools
        self._kept: str | None = None
        self._kept_at: float | None = None

    @property
    def _model(self) -> str:
        return f"{self.config.live.service} {self.config.live.model}"

    def service(self) -> LateService:
        """A service for this configuration."""
        config, model = self.config, self._model
        return LateService(
            self._assistant(),
            config.live,
            config.session,
            config.live.traits(),
            tools=self._tools(),
            without=self._memory.refused(model, (date.today() - REFUSED_FOR).isoformat()),
            remember=lambda feature: self._memory.keep_refused(model, feature, date.today().isoformat()),
        )

    def handle(self) -> str | None:
        """By which the conversation of the last run can be taken up."""
        return self._memory.handle(self._model) if self.config.session.resume else None

    def keep(self, handle: str | None, *, is_last: bool = False) -> None:
        """Writes the handle down, if it has changed and the last write is some time ago; `is_last`: at all events."""
        now = asyncio.get_running_loop().time()
        handle = handle if self.config.session.resume else None
        is_early = self._kept_at is not None and now - self._kept_at < KEEP_EVERY_S
        if (handle == self._kept or is_early) and not is_last:
            return
        self._kept, self._kept_at = handle, now
        self._memory.keep_handle(handle, of=self._model)
