"""The door for foreign threads: in order, in the loop, and harmless when the loop is gone."""

import asyncio
import threading

from chimein.flow.crossing import Inlet


async def test_what_a_thread_puts_in_is_received_in_the_loop_and_in_order() -> None:
    received: list[tuple[int, int]] = []
    inlet: Inlet[int] = Inlet(lambda item: received.append((item, threading.get_ident())))

    def put() -> None:
        for number in range(100):
            inlet.put(number)

    thread = threading.Thread(target=put)
    thread.start()
    await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)
    assert received == [(number, threading.get_ident()) for number in range(100)]


async def test_from_the_loop_it_is_received_at_once() -> None:
    received: list[int] = []
    Inlet(received.append).put(1)
    assert received == [1]


def test_after_the_loop_nobody_is_told() -> None:
    received: list[int] = []

    async def make() -> Inlet[int]:
        return Inlet(received.append)

    inlet = asyncio.run(make())
    thread = threading.Thread(target=inlet.put, args=(1,))
    thread.start()
    thread.join()
    assert received == []
