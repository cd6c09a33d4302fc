"""The door for foreign threads: in order, in the loop, and harmless when the loop is gone."""

import asyncio
import threading
from functools import partial

from chimein.flow.crossing import Aside, Inlet


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


def test_what_is_done_aside_is_done_in_order_and_awaited_by_nobody() -> None:
    aside, gate, done = Aside(), threading.Event(), threading.Event()
    did: list[int] = []

    def first() -> None:
        gate.wait()
        did.append(1)

    def last() -> None:
        did.append(2)
        done.set()

    aside.do(0.0, first)
    aside.do(0.0, last)
    assert did == []
    gate.set()
    assert done.wait(60)
    assert did == [1, 2]


def test_what_is_too_much_for_one_aside_is_not_done() -> None:
    aside, began, gate, done = Aside(), threading.Event(), threading.Event(), threading.Event()
    did: list[int] = []

    def first() -> None:
        began.set()
        gate.wait()

    aside.do(0.0, first)
    assert began.wait(60)
    for number in range(2 * Aside.MOST):
        aside.do(0.0, partial(did.append, number))
    gate.set()
    while not done.wait(0.01):
        aside.do(0.0, done.set)  # there is room again when it has come to the others
    assert did == list(range(Aside.MOST))
