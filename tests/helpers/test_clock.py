"""The jumping clock keeps its promises; everything that tests time in this project leans on them."""

import asyncio
import time

import pytest

from helpers import clock


@clock.jumping
async def test_an_hour_passes_at_once() -> None:
    loop = asyncio.get_running_loop()
    started_s, really_s = loop.time(), time.monotonic()
    await asyncio.sleep(3600)
    assert loop.time() - started_s == pytest.approx(3600)
    assert time.monotonic() - really_s < 600


@clock.jumping
async def test_sleepers_wake_in_order_and_at_their_time() -> None:
    loop, woken = asyncio.get_running_loop(), []

    async def sleeper(seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append((seconds, round(loop.time() - clock.START_S, 6)))

    async with asyncio.TaskGroup() as group:
        for seconds in (3.0, 0.02, 86_400.5, 1.0):
            group.create_task(sleeper(seconds))
    assert woken == [(0.02, 0.02), (1.0, 1.0), (3.0, 3.0), (86_400.5, 86_400.5)]


@clock.jumping
async def test_time_stands_still_while_somebody_works() -> None:
    for _ in range(100):
        await asyncio.sleep(0)
    assert asyncio.get_running_loop().time() == clock.START_S


@clock.jumping
async def test_a_deadline_expires() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(30):
            await asyncio.Event().wait()
    assert asyncio.get_running_loop().time() == pytest.approx(clock.START_S + 30)


@clock.jumping
async def test_a_thread_is_waited_for_without_a_jump() -> None:
    async with asyncio.timeout(0.001):
        assert await asyncio.to_thread(lambda: sum(range(200_000))) == 19_999_900_000
    assert asyncio.get_running_loop().time() == clock.START_S


@clock.jumping
async def test_another_thread_can_wake_the_loop() -> None:
    loop, bell = asyncio.get_running_loop(), asyncio.Event()
    await asyncio.to_thread(loop.call_soon_threadsafe, bell.set)
    await bell.wait()


def test_a_dead_end_is_an_error_and_not_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "PATIENCE_S", 0.01)

    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(clock.Stuck, match="waits_for_ever"):
        clock.run(waits_for_ever())


def test_run_hands_back_the_result() -> None:
    async def answer() -> int:
        await asyncio.sleep(7.5)
        return 42

    assert clock.run(answer()) == 42


@pytest.mark.parametrize("seconds", [1, 2])
@clock.jumping
async def test_parameters_and_fixtures_work(seconds: int, tmp_path: object) -> None:
    await asyncio.sleep(seconds)
    assert tmp_path is not None
