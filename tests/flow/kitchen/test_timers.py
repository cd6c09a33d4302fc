"""Timers that are kept, rung and stopped, with a pretended room and time that jumps."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import pytest

from chimein.core.audio import DOWN_HZ, duration_s
from chimein.core.config.kitchen import TimerSettings
from chimein.core.errors import ChimeinError, UsageError
from chimein.core.kitchen.alarm import PAUSE_S, ring
from chimein.core.kitchen.timers import MOST, Clock, Phase, Timer
from chimein.core.machines import events as e
from chimein.core.panel.lights import MISSED, Light
from chimein.flow.kitchen.timers import HOLD_S, Timekeeper
from helpers import clock
from helpers.stage import running

ROUND_S = duration_s(len(ring()), DOWN_HZ) + PAUSE_S


class Stage:
    """A kitchen shelf: what is written down stays when the daemon goes."""

    def __init__(self, *, ring_for_s: int = 60, book: Collection[Timer] = ()) -> None:
        self.book = list(book)
        self.rounds: list[float] = []
        self.volumes: list[int] = []
        self.hushes = 0
        self.events: list[e.Event] = []
        self.signs: list[Light] = []
        self.is_spoken_over = False
        self.wall_error_s = 0.0
        self.keeper = Timekeeper(
            TimerSettings(alarm_volume=70, ring_for_s=ring_for_s),
            self,
            clock=self.clock,
            next_at=lambda at, wall_s: wall_s + 3600,
            load=lambda: list(self.book),
            keep=self._keep,
            happened=self.events.append,
            sign=self.signs.append,
            is_spoken_over=lambda: self.is_spoken_over,
        )

    def clock(self) -> Clock:
        now_s = asyncio.get_running_loop().time()
        return Clock("this one", now_s, now_s + 1.7e9 + self.wall_error_s, True)

    def ring(self, pcm: bytes, percent: int) -> None:
        self.rounds.append(asyncio.get_running_loop().time())
        self.volumes.append(percent)

    def hush(self) -> None:
        self.hushes += 1

    def _keep(self, timers: Collection[Timer]) -> None:
        self.book = list(timers)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def kept(stage: Stage) -> AsyncIterator[Stage]:
    async with running(stage.keeper.run()):
        await asyncio.sleep(0)
        yield stage


@clock.jumping
async def test_it_rings_to_the_second_in_rounds_at_its_own_volume_until_it_has_rung_long_enough() -> None:
    async with kept(Stage(ring_for_s=20)) as stage:
        began_s = asyncio.get_running_loop().time()
        stage.keeper.start(90, "pasta")
        await asyncio.sleep(89.9)
        assert stage.rounds == []
        await asyncio.sleep(30)
        assert abs(stage.rounds[0] - began_s - 90) < 0.05
        assert all(abs(b - a - ROUND_S) < 0.05 for a, b in zip(stage.rounds, stage.rounds[1:], strict=False))
        assert len(stage.rounds) == 20 // ROUND_S + 1
        assert set(stage.volumes) == {70}
        assert stage.kinds() == ["RingingBegan", "RingingStopped"]
        assert [it.name for it, _, _ in stage.keeper.missed()] == ["pasta"]


@clock.jumping
async def test_a_jump_of_the_wall_clock_changes_nothing_for_a_timer() -> None:
    async with kept(Stage()) as stage:
        began_s = asyncio.get_running_loop().time()
        stage.keeper.start(60)
        for jump_s in (86_400, -1e6, 40):
            await asyncio.sleep(10)
            stage.wall_error_s += jump_s
        await asyncio.sleep(31)
        assert abs(stage.rounds[0] - began_s - 60) < 0.05


@clock.jumping
async def test_stopped_it_is_gone_and_nothing_is_missed() -> None:
    async with kept(Stage()) as stage:
        stage.keeper.start(5, "eggs")
        stage.keeper.start(50, "rice")
        await asyncio.sleep(7)
        assert [it.name for it in stage.keeper.stop()] == ["eggs"]
        await asyncio.sleep(10)
        assert stage.kinds() == ["RingingBegan", "RingingStopped"]
        assert [it.name for it in stage.book] == ["rice"]
        assert stage.keeper.missed() == []
        assert stage.hushes == 1


@clock.jumping
async def test_whoever_talks_is_not_rung_over_but_not_for_ever() -> None:
    async with kept(Stage()) as stage:
        stage.keeper.start(1)
        await asyncio.sleep(2)
        stage.is_spoken_over = True
        await asyncio.sleep(ROUND_S + HOLD_S - 1)
        assert len(stage.rounds) == 1
        await asyncio.sleep(2)
        assert len(stage.rounds) == 2


@clock.jumping
async def test_the_daemon_ends_while_it_rings_and_the_next_one_rings_on() -> None:
    async with kept(Stage(ring_for_s=60)) as stage:
        stage.keeper.start(1, "pasta")
        await asyncio.sleep(5)
        stage.keeper.hush()
        rounds = len(stage.rounds)
        await asyncio.sleep(5)
        assert len(stage.rounds) == rounds
    async with kept(Stage(ring_for_s=60, book=stage.book)) as later:
        await asyncio.sleep(1)
        assert len(later.rounds) == 1
        await asyncio.sleep(60)
        assert later.kinds() == ["RingingBegan", "RingingStopped"]


@clock.jumping
async def test_one_that_ended_long_ago_does_not_ring_and_is_told() -> None:
    async with kept(Stage(ring_for_s=60)) as stage:
        stage.keeper.start(30, "pasta")
    await asyncio.sleep(30 + 12 * 60)
    async with kept(Stage(ring_for_s=60, book=stage.book)) as later:
        await asyncio.sleep(5)
        assert later.rounds == []
        assert later.signs == [MISSED]
        await asyncio.sleep(20)
        assert later.signs == [MISSED, MISSED]
        [(it, phase, left_s)] = later.keeper.all()
        assert (it.name, phase, round(left_s)) == ("pasta", Phase.MISSED, -745)


@clock.jumping
async def test_which_one_is_meant() -> None:
    async with kept(Stage()) as stage:
        for length_s, name in ((600, "the Pasta timer"), (60, "eggs"), (120, "eggs"), (1500, "")):
            stage.keeper.start(length_s, name)
        with pytest.raises(UsageError, match="no timer is called rice; there are: pasta, eggs, eggs, #4"):
            stage.keeper.cancel("rice")
        with pytest.raises(UsageError, match=r"which one: #2 \(eggs\), #3 \(eggs\)"):
            stage.keeper.cancel("eggs")
        assert [it.length_s for it in stage.keeper.cancel("#3")] == [120]
        assert [it.number for it in stage.keeper.cancel("PASTA timer")] == [1]
        assert [it.number for it in stage.keeper.cancel("25 minute")] == [4]
        assert [it.name for it in stage.keeper.cancel("")] == ["eggs"]
        with pytest.raises(UsageError, match="there is no timer"):
            stage.keeper.cancel("")
        stage.keeper.start(90, "lemons")
        assert [it.name for it in stage.keeper.cancel("the lemon timer")] == ["lemons"]
        stage.keeper.start(60, "a")
        stage.keeper.start(60, "b")
        assert len(stage.keeper.cancel("all timers")) == 2
        assert stage.keeper.cancel("all") == []


@clock.jumping
async def test_no_length_without_sense_and_no_end_of_timers() -> None:
    async with kept(Stage()) as stage:
        for length_s in (0, -5, 0.5, 8 * 86_400, float("nan"), float("inf")):
            with pytest.raises(UsageError):
                stage.keeper.start(length_s)
        for _ in range(MOST):
            stage.keeper.start(600)
        with pytest.raises(ChimeinError, match="cancel some"):
            stage.keeper.start(600)


@clock.jumping
async def test_the_lamp_shows_the_minutes_and_the_last_seconds() -> None:
    async with kept(Stage()) as stage:
        stage.keeper.start(180)
        await asyncio.sleep(165)
        assert len(stage.signs) == 3
        await asyncio.sleep(14)
        assert len(stage.signs) >= 10


@clock.jumping
async def test_writing_down_is_rare() -> None:
    writes = 0

    class Careful(Stage):
        def _keep(self, timers: Collection[Timer]) -> None:
            nonlocal writes
            writes += 1
            super()._keep(timers)

    async with kept(Careful()) as stage:
        stage.keeper.start(600)
        await asyncio.sleep(599)
        assert writes <= 1 + 600 // 60
