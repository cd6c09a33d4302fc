"""Something that goes on for ever, beside a test."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager


@asynccontextmanager
async def running(flow: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Until the test is through with it. A flow that ends by itself fails the test, with what ended it."""
    task = asyncio.create_task(flow)
    try:
        yield
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.wait({task})
