"""The driver plays rhythms in jumping time."""

import asyncio
from itertools import pairwise

from chimein.core.panel import lights
from chimein.core.panel.lights import BLACK, BLUE, RED
from chimein.core.panel.night import FAINTEST, Brightness
from chimein.edge.panel.lamp import LampDriver
from helpers import clock

Painted = list[tuple[float, lights.Colour]]


def driver() -> tuple[LampDriver, Painted]:
    """A driver and what it has painted, with seconds since now."""
    loop = asyncio.get_running_loop()
    began, painted = loop.time(), Painted()
    return LampDriver(lambda colour: painted.append((round(loop.time() - began, 3), colour))), painted


@clock.jumping
async def test_a_steady_light_is_painted_once_and_never_wakes_up() -> None:
    lamp, painted = driver()
    lamp.show(lights.MUTED)
    lamp.show(lights.MUTED)
    await asyncio.sleep(3600)
    assert painted == [(0.0, RED)]


@clock.jumping
async def test_dark_is_painted_at_first() -> None:
    lamp, painted = driver()
    lamp.show(lights.QUIET)
    assert painted == [(0.0, BLACK)]


@clock.jumping
async def test_a_rhythm_goes_round() -> None:
    lamp, painted = driver()
    lamp.show(lights.HEARING)
    await asyncio.sleep(1.6)
    lamp.close()
    dim = (0.0, 0.0, 0.3)
    assert painted == [(0.0, BLUE), (0.5, dim), (1.0, BLUE), (1.5, dim)]


@clock.jumping
async def test_the_same_light_again_keeps_its_beat_and_another_one_begins_at_once() -> None:
    lamp, painted = driver()
    lamp.show(lights.HEARING)
    await asyncio.sleep(0.4)
    lamp.show(lights.HEARING)
    await asyncio.sleep(0.2)
    lamp.show(lights.MUTED)
    await asyncio.sleep(10)
    assert painted == [(0.0, BLUE), (0.5, (0.0, 0.0, 0.3)), (0.6, RED)]


@clock.jumping
async def test_a_sign_is_played_once_over_a_dark_lamp() -> None:
    lamp, painted = driver()
    lamp.show(lights.QUIET)
    await asyncio.sleep(1)
    lamp.sign(lights.NOTHING_TO_SAY)
    lamp.show(lights.QUIET)
    await asyncio.sleep(10)
    faint = (0.0, 0.5, 0.5)
    assert painted == [(0.0, BLACK), (1.0, faint), (1.08, BLACK), (1.2, faint), (1.28, BLACK)]


@clock.jumping
async def test_a_sign_never_covers_a_state() -> None:
    lamp, painted = driver()
    lamp.show(lights.MUTED)
    lamp.sign(lights.NOTHING_TO_SAY)
    await asyncio.sleep(10)
    assert painted == [(0.0, RED)]


@clock.jumping
async def test_a_state_ends_a_sign() -> None:
    lamp, painted = driver()
    lamp.show(lights.QUIET)
    await asyncio.sleep(1)
    lamp.sign(lights.NOTHING_TO_SAY)
    lamp.show(lights.MUTED)
    await asyncio.sleep(10)
    assert painted[-1] == (1.05, RED)


@clock.jumping
async def test_nothing_is_painted_after_the_close() -> None:
    lamp, painted = driver()
    lamp.show(lights.HEARING)
    lamp.close()
    await asyncio.sleep(10)
    assert painted == [(0.0, BLUE)]


@clock.jumping
async def test_however_fast_the_lights_change_the_lamp_changes_twenty_times_a_second() -> None:
    lamp, painted = driver()
    for count in range(1000):
        lamp.show((lights.HEARING, lights.THINKING, lights.SPEAKING)[count % 3])
        await asyncio.sleep(0.001)
    lamp.show(lights.MUTED)
    await asyncio.sleep(1)
    moments = [at_s for at_s, _ in painted]
    assert min(after - before for before, after in pairwise(moments)) >= 0.05 - 1e-6
    assert len(moments) <= 22, "in the first 1.05 seconds"
    assert painted[-1][1] == RED, "the last word is shown"


@clock.jumping
async def test_it_can_be_dimmed_while_it_is_lit() -> None:
    lamp, painted = driver()
    lamp.show(lights.MUTED)
    await asyncio.sleep(1)
    lamp.dim(Brightness(0.1))
    lamp.dim(Brightness(0.1))
    await asyncio.sleep(3600)
    assert painted == [(0.0, RED), (1.0, (0.1, 0.0, 0.0))]
    await asyncio.sleep(1)
    lamp.dim(Brightness(0.0))
    assert painted[-1] == (3602.0, (FAINTEST, 0.0, 0.0)), "a light that stays is never quite dark"
