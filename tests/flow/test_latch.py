"""The latch: what a finger holds back before the loop knows what it means."""

import asyncio

from chimein.core.live import facts as f
from chimein.core.live.uplink import Speech, StreamEnd
from chimein.flow.crossing import Latch
from chimein.flow.live.outbox import Outbox
from chimein.flow.live.wire import Wire
from fakes.service import FakeSession
from helpers import clock

SOUND = b"\1\0" * 1600


def test_each_drop_needs_its_own_lift() -> None:
    latch = Latch()
    latch.lift()
    assert not latch.is_down
    latch.drop()
    latch.drop()
    latch.lift()
    assert latch.is_down
    latch.lift()
    assert not latch.is_down


@clock.jumping
async def test_what_waits_when_it_drops_is_not_given_out_until_the_loop_has_decided() -> None:
    latch = Latch()
    outbox = Outbox(15, latch)
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(1)
    outbox.say(SOUND)
    latch.drop()
    await asyncio.sleep(60)
    assert not waiting.done(), "it had been woken, and looked at the latch"
    latch.lift()
    outbox.wipe()
    outbox.end()
    assert isinstance(await waiting, StreamEnd), "the last thing up"
    outbox.say(SOUND)
    assert await outbox.next() == Speech(SOUND)


@clock.jumping
async def test_what_stands_in_the_network_is_thrown_away_with_the_connection() -> None:
    wire, session = Wire(), FakeSession(None)
    wire.drop_unsent()
    with wire.over(session):
        await session.send_audio(SOUND)
        wire.drop_unsent()
        assert session.sent == [SOUND], "what had left has left"
        session.is_stuck = True
        await session.send_audio(SOUND)
        wire.drop_unsent()
        assert session.unsent == []
        sent = wire.sent_bytes
    assert wire.sent_bytes == sent > 0, "counted over all connections"


@clock.jumping
async def test_what_a_connection_has_left_in_a_dead_network_is_thrown_away_when_it_is_over_too() -> None:
    wire, session = Wire(), FakeSession(None)
    with wire.over(session):
        session.is_stuck = True
        await session.send_audio(SOUND)
    assert session.unsent == [SOUND]
    wire.drop_unsent()
    assert session.unsent == []


@clock.jumping
async def test_what_had_left_has_a_moment_to_arrive_and_is_then_thrown_away_too() -> None:
    wire, session = Wire(), FakeSession(None)
    with wire.over(session):
        session.is_lost = True
        await session.send_audio(SOUND)
        wire.drop_unsent()
        await asyncio.sleep(0.29)
        assert session.on_its_way == [SOUND]
        await asyncio.sleep(0.02)
        assert session.on_its_way == []


@clock.jumping
async def test_a_line_that_acknowledges_in_time_stays() -> None:
    wire, session = Wire(), FakeSession(None)
    with wire.over(session):
        session.is_lost = True
        await session.send_audio(SOUND)
        wire.drop_unsent()
        await asyncio.sleep(0.2)
        session.network_is_back()
        await asyncio.sleep(1)
        assert session.sent == [SOUND]
        session.says(f.TurnComplete())
        assert await anext(session.facts()) == f.TurnComplete(), "and goes on"
