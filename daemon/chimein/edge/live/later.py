"""The Live service, later: google-genai takes a second to import here and several on a Pi, and 50 MB.

It is imported when the first connection is made, in a thread, so that the lamp, the button and the microphone are there
long before.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from chimein.core.config import AssistantSettings, LiveSettings, SessionSettings
from chimein.core.errors import ChimeinError, LinkError
from chimein.core.kitchen.tools import Declaration
from chimein.core.live.goodbye import NO_KEY, Failure, Phase
from chimein.core.live.models import ModelTraits
from chimein.edge import places

if TYPE_CHECKING:
    from chimein.edge.live.gemini import GeminiService, GeminiSession


class LateService:
    """As GeminiService, made at the first connection."""

    def __init__(
        self,
        assistant: AssistantSettings,
        live: LiveSettings,
        session: SessionSettings,
        traits: ModelTraits,
        *,
        without: Collection[str] = (),
        remember: Callable[[str], None] = lambda feature: None,
        tools: Sequence[Declaration] = (),
    ) -> None:
        """`without`: features that this model was refused before; `remember` is told of each further one."""
        self._settings = (assistant, live, session, traits)
        self.without = frozenset(without)
        self._remember = remember
        self._tools = tools
        self._service: GeminiService | None = None

    def do_without(self, feature: str) -> bool:
        """From the next connection on; False where that has been tried already."""
        if feature in self.without:
            return False
        self.without |= {feature}
        self._service = None
        self._remember(feature)
        return True

    @asynccontextmanager
    async def connect(self, handle: str | None, within_s: float) -> "AsyncIterator[GeminiSession]":
        """A connection whose set-up is complete. Raises LinkError, also where there is no API key."""
        if self._service is None:
            self._service = await asyncio.to_thread(self._make)
        # An attempt that is over refers to itself, and one that failed early keeps 256 KiB of TLS's buffer. Now nothing
        # else refers to it: ten thousand objects are walked through, where otherwise a dozen such buffers pile up.
        gc.collect()
        async with self._service.connect(handle, within_s) as session:
            yield session

    def _make(self) -> "GeminiService":
        from chimein.edge.live.gemini import GeminiService

        # What has been imported lives as long as we do: a full collection would walk 87,000 objects for nothing, 28 ms
        # in which no sound is read.
        gc.collect()
        gc.freeze()
        assistant, live, session, traits = self._settings
        key = None
        if live.service == "gemini":
            try:
                key = places.api_key()
            except ChimeinError as error:
                raise LinkError(Failure(Phase.REACHING, None, f"{NO_KEY}: {error}")) from error
            if key is None:
                raise LinkError(Failure(Phase.REACHING, None, NO_KEY))
        return GeminiService(assistant, live, session, traits, api_key=key, without=self.without, tools=self._tools)
