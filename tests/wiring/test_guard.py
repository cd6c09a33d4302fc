"""The guard at the ear: an array's own mute, read without listening."""

import asyncio
from pathlib import Path

from chimein.core.config import PanelSettings
from chimein.core.machines import events as e
from chimein.core.machines.events import Muter
from chimein.core.panel.lights import Light
from chimein.edge.memory import Memory
from chimein.flow.attend import Attendant
from chimein.flow.live.converse import Conversation
from chimein.flow.sound.speak import Mouth
from chimein.wiring.guard import ARRAY_LOOK_S, Guard
from fakes.panel import FakePanel
from fakes.sound import FakeSpeaker, Room
from helpers import clock


class Ear:
    """Who is told to be shut."""

    def __init__(self) -> None:
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def shut(self) -> None:
        self.is_open = False

    def forget(self) -> None: ...

    def shut_now(self) -> None:
        self.is_open = False

    def heed(self) -> None: ...


class NoWire:
    class wire:
        @staticmethod
        def drop_unsent() -> None: ...

        @staticmethod
        def drop_unsent_now() -> None: ...


@clock.jumping
async def test_what_the_array_says_of_itself_is_a_mute_that_nobody_else_undoes(tmp_path: Path) -> None:
    attendant, ear, panels = Attendant(), Ear(), list[FakePanel]()

    def panel(on_button: object) -> FakePanel:
        panels.append(FakePanel(on_button))  # type: ignore[arg-type]
        panels[0].array = True
        return panels[0]

    guard = Guard(PanelSettings(), attendant, ear, panel, state_directory=tmp_path)  # type: ignore[arg-type]
    memory = Memory(tmp_path / "store")
    mouth = Mouth(FakeSpeaker(Room()), happened=attendant.happened)
    conversation: Conversation = NoWire()  # type: ignore[assignment]
    attendant.takes_in_hand(guard.hands(memory, conversation, mouth))
    flows = [asyncio.create_task(flow) for flow in guard.flows().values()]
    guard.wake(memory, before=lambda: None)
    await asyncio.sleep(2 * ARRAY_LOOK_S)
    assert attendant.state.mutes == {Muter.ARRAY}
    assert (ear.is_open, panels[0].light.name) == (False, "muted")
    panels[0].tap()
    attendant.happened(e.MuteAsked(Muter.SOFTWARE, False))
    await asyncio.sleep(2 * ARRAY_LOOK_S)
    assert attendant.state.mutes == {Muter.ARRAY}
    panels[0].array = False
    await asyncio.sleep(2 * ARRAY_LOOK_S)
    assert ear.is_open
    for flow in flows:
        flow.cancel()
    await asyncio.wait(flows)
    memory.close()


@clock.jumping
async def test_quiet_hours_are_dark_hours_for_the_lamp_and_nothing_flashes_bright_when_they_begin(
    tmp_path: Path,
) -> None:
    attendant, panels = Attendant(), list[Dimmed]()

    def panel(on_button: object) -> "Dimmed":
        panels.append(Dimmed(on_button))  # type: ignore[arg-type]
        return panels[0]

    Guard(PanelSettings(), attendant, Ear(), panel, state_directory=tmp_path)  # type: ignore[arg-type]
    for event in (e.Connected(False), e.Woke(), e.QuietBegan(), e.QuietEnded()):
        attendant.happened(event)
    assert panels[0].seen == [
        ("waking", False),
        ("waking", False),
        ("muted", False),
        ("quiet hours", True),
        ("muted", False),
    ]


class Dimmed(FakePanel):
    """Remembers how dark it was at each light."""

    def __init__(self, on_button: object) -> None:
        super().__init__(on_button)  # type: ignore[arg-type]
        self.seen: list[tuple[str, bool]] = []

    def show(self, light: Light) -> None:
        super().show(light)
        self.seen.append((light.name, self.is_dark))
