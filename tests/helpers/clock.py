"""Time that jumps: an asyncio loop whose clock moves only when everybody sleeps (the idea is trio's MockClock).

    @clock.jumping
    async def test_gives_up_after_an_hour() -> None:
        ...  # asyncio.sleep(3600) takes no time at all, and loop.time() is 3600 s later

What the code under test must do: read `asyncio.get_running_loop().time()`, never `time.monotonic()`, and wait on
nothing but asyncio's own things. A real socket or child process is not waited for: time jumps past it.
Threads started with `asyncio.to_thread` are waited for in real time, because the loop knows about them.
Tasks that wait for each other for ever, with no timer left to wake them, raise Stuck instead of hanging the tests.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

START_S = 1000.0  # not zero, so that a forgotten "last time = 0" shows
PATIENCE_S = 5.0  # real seconds that a thread may take before the loop counts as stuck


class Stuck(AssertionError):
    """Every task waits, no timer is set, and no thread has woken the loop: nothing would ever happen again."""


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose `time()` starts at START_S and jumps to the next timer as soon as nothing else can be done."""

    def __init__(self) -> None:
        self.now_s = START_S
        self.threads_at_work = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        work: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        self.threads_at_work += 1
        work.add_done_callback(self._thread_is_back)
        return work

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        self.threads_at_work += 1  # joining is real work too; its deadline must not be jumped to
        await super().shutdown_default_executor()

    def _thread_is_back(self, _work: object) -> None:
        self.threads_at_work -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Looks at real files without waiting; where a loop would wait, it moves the clock instead."""

    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None or self._loop.threads_at_work:
            ready = super().select(PATIENCE_S)
            if not ready:
                raise Stuck(_who_waits(self._loop))
            return ready
        self._loop.now_s += max(timeout, 0.0)
        return []


def _who_waits(loop: JumpingLoop) -> str:
    return "nothing left to wake: " + ", ".join(sorted(repr(task) for task in asyncio.all_tasks(loop)))


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs one coroutine on a fresh jumping loop, as asyncio.run does on a real one, and returns its result."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(coroutine)


def jumping(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Makes a plain test out of an async one; fixtures and parameters keep working, pytest-asyncio is not involved."""

    @functools.wraps(test)
    def on_jumping_loop(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return on_jumping_loop
