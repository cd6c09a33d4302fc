"""The latch: what a finger holds back before the loop knows what it means."""

import asyncio

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
