"""The way from the microphone to the outbox, with a room that is pretended and time that jumps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chimein.core.audio import Samples
from chimein.core.config import GateSettings
from chimein.core.gate import Closed, Forward, Gate, GateStep, Item, Opened
from chimein.core.live.facts import EarReport
from chimein.core.live.uplink import Speech, StreamEnd
from chimein.core.machines import events as e
from chimein.flow.live.outbox import Outbox
from chimein.flow.sound.listen import GRACE_S, Listener
from fakes.sound import FakeMicrophone, Room
from helpers import clock
from helpers.stage import running

ALWAYS_OPEN = GateSettings(enabled=False)
MARK = b"\x11\x22" * 1280
"""80 ms that no quiet room makes."""
ZEROS = bytes(32_000 * 2)


class Stage:
    def __init__(self) -> None:
        self.room = Room()
        self.microphone = FakeMicrophone(self.room)
        self.outbox = Outbox(15)
        self.events: list[e.Event] = []
        self.reports: list[EarReport] = []
        self.is_speaking = False
        self.own_voice: Callable[[float], bool] = lambda captured_s: self.is_speaking
        self.listener = Listener(
            self.microphone,
            Gate(ALWAYS_OPEN),
            self.outbox,
            happened=self.events.append,
            report=self.reports.append,
            is_own_voice=lambda captured_s: self.own_voice(captured_s),
            plugged=self.room.plugged,
        )

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    async def sent(self) -> list[Speech | StreamEnd]:
        """What waits to go up."""
        items = []
        while not self.outbox.is_empty:
            items.append(await self.outbox.next())
        return items

    async def speech(self) -> bytes:
        return b"".join(item.pcm for item in await self.sent() if isinstance(item, Speech))


@asynccontextmanager
async def on_stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with running(stage.listener.run()):
        yield stage


@clock.jumping
async def test_nothing_is_opened_before_it_may() -> None:
    async with on_stage() as stage:
        await asyncio.sleep(60)
        assert stage.microphone.openings == 0


@clock.jumping
async def test_what_the_room_says_goes_up_whole() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        stage.room.say(MARK * 5)
        await asyncio.sleep(1)
        assert MARK * 5 in await stage.speech()
        assert stage.kinds()[:2] == ["SoundCame", "GateOpened"]
        assert stage.reports
        assert stage.listener.device == "a microphone that somebody pretends to have"


@clock.jumping
async def test_shut_and_forgotten_nothing_is_left() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        stage.room.say(MARK * 50)
        await asyncio.sleep(1)
        stage.listener.shut()
        stage.listener.forget()
        assert not stage.microphone.is_open
        await asyncio.sleep(5)
        assert await stage.sent() == []
        assert stage.microphone.openings == 1


@clock.jumping
async def test_opened_under_a_chime_it_counts_as_open_when_that_has_died_away() -> None:
    async with on_stage() as stage:
        began_s = asyncio.get_running_loop().time()
        stage.own_voice = lambda at_s: at_s < began_s + 0.4
        stage.listener.open()
        await asyncio.sleep(0.4)
        assert stage.kinds() == []
        await asyncio.sleep(0.1)
        assert stage.kinds()[0] == "SoundCame"
        stage.listener.shut()
        stage.own_voice = lambda at_s: True
        stage.listener.open()
        await asyncio.sleep(0.8)
        assert stage.kinds().count("SoundCame") == 2, "for an answer nobody waits"


@clock.jumping
async def test_shut_by_a_finger_it_stays_shut_until_it_may_open() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        stage.listener.shut_now()
        await asyncio.sleep(60)
        assert stage.microphone.openings == 1
        stage.listener.open()
        await asyncio.sleep(60)
        assert stage.microphone.openings == 1, "whoever opens has not heard of the finger yet"
        stage.listener.heed()
        stage.listener.open()
        await asyncio.sleep(1)
        assert stage.microphone.openings == 2
        assert "SoundStopped" not in stage.kinds()


@clock.jumping
async def test_a_pulled_cable_is_told_and_a_plugged_one_found() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        stage.room.unplug()
        await asyncio.sleep(30)
        assert stage.kinds()[-1] == "SoundStopped"
        assert stage.listener.device is None
        plugged_at = asyncio.get_running_loop().time()
        stage.room.replug()
        while stage.kinds()[-1] != "GateOpened":
            await asyncio.sleep(0.1)
        assert asyncio.get_running_loop().time() - plugged_at < 3
        assert stage.kinds()[-2:] == ["SoundCame", "GateOpened"]


@clock.jumping
async def test_a_cable_pulled_in_mid_sentence_ends_the_stream() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        stage.room.unplug()
        await asyncio.sleep(3)
        assert isinstance((await stage.sent())[-1], StreamEnd)
        assert stage.kinds()[-2:] != ["GateClosed", "GateClosed"]


@clock.jumping
async def test_its_own_voice_never_goes_up() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        await stage.sent()
        stage.is_speaking = True
        stage.room.say(MARK * 10)
        await asyncio.sleep(0.9)
        stage.is_speaking = False
        await asyncio.sleep(1)
        items = await stage.sent()
        assert isinstance(items[0], StreamEnd)
        assert all(MARK not in item.pcm for item in items if isinstance(item, Speech))
        assert stage.kinds()[-2:] == ["GateClosed", "GateOpened"]


@clock.jumping
async def test_a_block_that_is_marked_as_its_own_voice_never_goes_up() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        await stage.sent()
        stage.room.is_own_voice = True
        stage.room.say(MARK * 10)
        await asyncio.sleep(0.9)
        stage.room.is_own_voice = False
        await asyncio.sleep(1)
        assert all(MARK not in item.pcm for item in await stage.sent() if isinstance(item, Speech))


@clock.jumping
async def test_exact_zeros_are_the_arrays_own_mute() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        stage.room.say(ZEROS)
        await asyncio.sleep(1.5)
        assert stage.kinds()[-2:] == ["GateClosed", "ArrayMuted"]
        await asyncio.sleep(3)
        assert stage.kinds()[-2:] == ["ArrayUnmuted", "GateOpened"]


@clock.jumping
async def test_what_was_lost_is_counted() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        stage.room.lose(1234)
        await asyncio.sleep(1)
        assert stage.listener.lost_samples == 1234
        assert stage.listener.losses == 1


@clock.jumping
async def test_another_microphone_takes_over() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        await asyncio.sleep(1)
        other = FakeMicrophone(stage.room)
        stage.listener.change(microphone=other)
        await asyncio.sleep(1)
        assert not stage.microphone.is_open
        assert other.is_open
        stopped = e.SoundStopped("the configuration names another microphone", is_wanted=True)
        assert [event for event in stage.events if isinstance(event, e.SoundStopped)] == [stopped]
        stage.listener.shut_now()
        assert not other.is_open


@clock.jumping
async def test_it_moves_as_long_as_it_lives() -> None:
    async with on_stage() as stage:
        stage.listener.open()
        stage.room.unplug()
        await asyncio.sleep(10)
        before = stage.listener.moves
        await asyncio.sleep(10)
        assert stage.listener.moves > before


class ScriptedGate:
    """Says what the test has written down, block by block, and then nothing."""

    def __init__(self, *steps: tuple[Item, ...]) -> None:
        self._steps = list(steps)

    def push(self, frames: Samples, played: Samples | None = None, **_: object) -> GateStep:
        items = self._steps.pop(0) if self._steps else ()
        return GateStep(items, False, False, -60.0, -60.0, -50.0)

    def pause(self) -> None: ...

    def wipe(self) -> None: ...


@clock.jumping
async def test_a_gate_that_opens_again_at_once_makes_one_turn_of_a_sentence() -> None:
    async with on_stage() as stage:
        twice = ((Opened(0), Forward(MARK)), (Closed(4),), (), (Opened(4), Forward(MARK)), (Closed(8),))
        stage.listener.change(gate=ScriptedGate(*twice))  # type: ignore[arg-type]
        stage.listener.open()
        await asyncio.sleep(2)
        items = await stage.sent()
        assert [type(item) for item in items] == [Speech, Speech, StreamEnd]
        assert stage.kinds() == ["SoundCame", "GateOpened", "GateClosed"]


@clock.jumping
async def test_a_gate_that_stays_closed_ends_the_stream() -> None:
    async with on_stage() as stage:
        stage.listener.change(gate=ScriptedGate((Opened(0), Forward(MARK)), (Closed(4),)))  # type: ignore[arg-type]
        stage.listener.open()
        await asyncio.sleep(GRACE_S)
        assert stage.kinds()[-1] == "GateOpened"
        await asyncio.sleep(GRACE_S)
        assert stage.kinds()[-1] == "GateClosed"
