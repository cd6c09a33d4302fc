"""The heartbeat: told only while the ear moves or may rest; that it is told at all is the proof of the loop."""

import asyncio

from chimein.flow.watch import Movement, beat, every
from helpers import clock


class Ear:
    def __init__(self) -> None:
        self.moves = 0
        self.is_muted = False


@clock.jumping
async def test_a_deaf_ear_is_not_called_alive_and_a_muted_one_is() -> None:
    ear, told = Ear(), list[float]()
    moved = Movement(lambda: ear.moves, may_rest=lambda: ear.is_muted)
    loop = asyncio.get_running_loop()
    beating = asyncio.create_task(beat(10.0, has_moved=moved, tell=lambda: told.append(loop.time())))
    hearing = asyncio.create_task(every(1.0, lambda: setattr(ear, "moves", ear.moves + 1)))
    await asyncio.sleep(35)
    assert len(told) == 3
    hearing.cancel()
    await asyncio.sleep(100)
    assert len(told) == 4, "the one beat for what still moved"
    ear.is_muted = True
    await asyncio.sleep(30)
    assert len(told) == 7
    beating.cancel()


@clock.jumping
async def test_a_loop_that_stands_still_tells_nothing() -> None:
    told: list[float] = []
    loop = asyncio.get_running_loop()
    beating = asyncio.create_task(beat(10.0, has_moved=lambda: True, tell=lambda: told.append(loop.time())))
    await asyncio.sleep(15)
    loop.now_s += 100.0  # type: ignore[attr-defined]
    await asyncio.sleep(1)
    assert len(told) == 2, "one for the hundred seconds in which nothing ran"
    beating.cancel()
