"""A conversation on a stage: the flow, a fake service, and a mouth that writes down what it is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chimein.core.audio import FRAME_SAMPLES
from chimein.core.live import facts as f
from chimein.core.live.backoff import waits_s
from chimein.core.live.goodbye import Failure
from chimein.core.machines import events as e
from chimein.flow.live.converse import Conversation
from chimein.flow.live.outbox import Outbox
from fakes.service import FakeService
from helpers.stage import running

FRAME = b"\1\0" * FRAME_SAMPLES
LOUD, LOUDER = b"\0\x10" * 24_000, b"\0\x20" * 24_000
"""A second of an answer."""


class FakeMouth:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def say(self, pcm: bytes) -> None:
        self.told.append(pcm)

    def finish(self) -> None:
        self.told.append("finish")

    def silence(self) -> None:
        self.told.append("silence")


class Stage:
    """A conversation and everybody who takes part in it."""

    def __init__(self, service: FakeService, handle: str | None = None) -> None:
        self.service = service
        self.outbox = Outbox(15)
        self.mouth = FakeMouth()
        self.events: list[e.Event] = []
        self.facts: list[f.Fact] = []
        self.is_in_use = False
        self.conversation = Conversation(
            service,
            self.outbox,
            self.mouth,
            happened=self.events.append,
            observe=self.facts.append,
            is_in_use=lambda: self.is_in_use,
            waits_s=lambda: waits_s(lambda: 1.0),
            handle=handle,
        )

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def on_stage(*refusals: Failure, handle: str | None = None) -> AsyncIterator[Stage]:
    stage = Stage(FakeService(*refusals), handle)
    async with running(stage.conversation.run()):
        yield stage
