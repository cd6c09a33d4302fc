"""A file in place of the room, with time that jumps: its pace, what it waits for, and every way to end it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import UP_HZ
from chimein.core.live.uplink import Speech
from chimein.core.machines import events as e
from chimein.core.machines.appliance import Effect
from chimein.core.machines.events import Muter
from chimein.core.machines.states import CoListening, Ear, Voice
from chimein.flow.attend import Attendant
from chimein.flow.live.colisten import PATIENCE_S, REPEAT_S, CoListener, Doing, Piece, Progress
from chimein.flow.live.outbox import Outbox
from helpers import clock

SECOND = UP_HZ * 2
NOISE = np.random.default_rng(5).integers(-8000, 8000, 7 * UP_HZ).astype("<i2")


def sound(seconds: float) -> bytes:
    """Sound without a pause in which every place of the same seven seconds can be told."""
    return np.resize(NOISE, int(seconds * UP_HZ)).tobytes()


class FakeMouth:
    def __init__(self) -> None:
        self.is_answering = False
        self.along = b""
        self.is_along = False

    def play_along(self, pcm: bytes) -> None:
        self.along += pcm
        self.is_along = True

    def end_along(self, *, at_once: bool) -> None:
        self.is_along = False


class Kitchen:
    """Who sends a file, and what becomes of it."""

    def __init__(self) -> None:
        self.outbox = Outbox(15)
        self.mouth = FakeMouth()
        self.attendant = Attendant()
        happened = self.attendant.happened
        self.colisten = CoListener(self.outbox, self.mouth, happened=happened, state=lambda: self.attendant.state)
        self.attendant.takes_in_hand(
            {
                Effect.FORGET_SOUND: self.outbox.wipe,
                Effect.END_STREAM: self.outbox.end,
                Effect.STOP_FILE: self.colisten.stop,
            }
        )
        for event in (e.Woke(), e.SoundCame("mic"), e.Dialling(), e.Connected(False)):
            happened(event)
        self.sent = b""
        self.ends = 0
        self.told: list[Progress] = []
        self._pieces: asyncio.Queue[Piece | str | None] = asyncio.Queue()
        self.is_stingy = False

    async def pieces(self) -> AsyncIterator[Piece | None]:
        while (piece := await self._pieces.get()) != "gone":
            assert not isinstance(piece, str)
            yield piece

    def hangs_up(self) -> None:
        self._pieces.put_nowait("gone")

    async def listens(self, pcm: bytes, *, aloud: bool = False) -> None:
        """As the command does: gives half a second whenever it is asked for more."""
        rest = pcm
        async with aclosing(self.colisten.play(self.pieces())) as progresses:
            async for progress in progresses:
                self.told.append(progress)
                if progress.wants_more and not self.is_stingy:
                    up, rest = rest[: SECOND // 2], rest[SECOND // 2 :]
                    self._pieces.put_nowait(Piece(up, bytes(len(up) * 3 // 2) if aloud else b"") if up else None)

    async def sends(self) -> None:
        """As the connection does, while there is one."""
        while True:
            item = await self.outbox.next()
            if isinstance(item, Speech):
                self.sent += item.pcm
            else:
                self.ends += 1

    @property
    def end(self) -> str | None:
        return self.told[-1].end


class Running:
    """A kitchen in which a file is being listened to."""

    def __init__(self, seconds: float, *, aloud: bool = False) -> None:
        self.kitchen = Kitchen()
        self._pcm, self._aloud = sound(seconds), aloud

    async def __aenter__(self) -> tuple[Kitchen, "asyncio.Task[None]"]:
        self._sending = asyncio.create_task(self.kitchen.sends())
        self._listening = asyncio.create_task(self.kitchen.listens(self._pcm, aloud=self._aloud))
        return self.kitchen, self._listening

    async def __aexit__(self, *exc: object) -> None:
        for task in (self._sending, self._listening):
            task.cancel()
        await asyncio.wait([self._sending, self._listening])


@clock.jumping
async def test_to_its_end_at_the_pace_at_which_it_would_be_heard() -> None:
    async with Running(7.25, aloud=True) as (kitchen, listening):
        began_s = asyncio.get_running_loop().time()
        await asyncio.sleep(0.05)
        now = kitchen.attendant.state
        assert (now.file, now.ear, now.is_in_use) == (CoListening.RUNNING, Ear.SHUT, True)
        await listening
        assert asyncio.get_running_loop().time() - began_s == pytest.approx(7.25, abs=0.3)
        await asyncio.sleep(0.1)
        assert kitchen.sent == sound(7.25)
        assert (kitchen.ends, kitchen.end, kitchen.told[-1].lost_s) == (2, "", 0.0)
        assert kitchen.told[-1].heard_s == pytest.approx(7.25)
        assert len(kitchen.mouth.along) == pytest.approx(7.25 * 48_000, abs=4800)
        now = kitchen.attendant.state
        assert (now.file, now.ear, now.voice) == (CoListening.NONE, Ear.OPENING, Voice.THINKING)
        assert not kitchen.colisten.is_busy


@clock.jumping
async def test_it_waits_while_an_answer_is_heard_and_goes_on_a_little_before() -> None:
    async with Running(6) as (kitchen, listening):
        await asyncio.sleep(2.05)
        kitchen.mouth.is_answering = True
        await asyncio.sleep(5)
        stopped_at = kitchen.sent
        assert kitchen.told[-1].doing is Doing.ANSWERING
        assert len(stopped_at) == pytest.approx(2.1 * SECOND, abs=SECOND // 5)
        kitchen.mouth.is_answering = False
        await listening
        await asyncio.sleep(0.1)
        again = int(REPEAT_S * SECOND)
        assert kitchen.sent == stopped_at + stopped_at[-again:] + sound(6)[len(stopped_at) :]


@clock.jumping
async def test_what_asks_for_an_answer_whenever_it_is_heard_does_not_ask_for_ever() -> None:
    async with Running(10) as (kitchen, listening):
        for _ in range(40):
            await asyncio.sleep(0.8)
            kitchen.mouth.is_answering = True
            await asyncio.sleep(1)
            kitchen.mouth.is_answering = False
            await asyncio.sleep(0)
        assert listening.done()
        assert kitchen.end == ""
        assert len(kitchen.sent) <= 2 * 10 * SECOND, "no place more than twice"


@clock.jumping
async def test_it_waits_for_a_connection_and_loses_nothing() -> None:
    async with Running(6) as (kitchen, listening):
        await asyncio.sleep(2.05)
        kitchen.attendant.happened(e.Dropped("the cable"))
        await asyncio.sleep(600)
        assert kitchen.told[-1].doing is Doing.OFFLINE
        kitchen.attendant.happened(e.Connected(True))
        await listening
        await asyncio.sleep(0.1)
        assert (kitchen.sent, kitchen.end, kitchen.told[-1].lost_s) == (sound(6), "", 0.0)


@clock.jumping
async def test_what_the_outbox_had_to_drop_is_told() -> None:
    async with Running(6) as (kitchen, listening):
        await asyncio.sleep(2.05)
        kitchen.outbox.say(bytes(20 * SECOND))  # more than it holds
        await listening
        assert kitchen.told[-1].lost_s == pytest.approx(5, abs=0.2)


ENDS = [
    (e.MuteAsked(Muter.SOFTWARE, True), "it was muted", Ear.MUTED),
    (e.MuteAsked(Muter.HARDWARE, True), "it was muted", Ear.MUTED),
    (e.BudgetSpent(), "the day's budget is spent", Ear.SHUT),
    (e.Leaving(), "it stops", Ear.OPENING),
]


@pytest.mark.parametrize(("event", "words", "ear"), ENDS)
def test_what_ends_it_from_outside(event: e.Event, words: str, ear: Ear) -> None:
    @clock.jumping
    async def live() -> None:
        async with Running(60, aloud=True) as (kitchen, listening):
            await asyncio.sleep(2.05)
            kitchen.attendant.happened(event)
            sent = kitchen.sent
            await listening
            await asyncio.sleep(5)
            assert (kitchen.end, kitchen.sent) == (words, sent)
            assert kitchen.ends == 2, "one when it began, one when it ended"
            assert (kitchen.attendant.state.file, kitchen.mouth.is_along) == (CoListening.NONE, False)
            if not isinstance(event, e.Leaving):
                assert kitchen.attendant.state.ear is ear

    live()


@clock.jumping
async def test_a_service_that_refuses_ends_it_with_its_cause() -> None:
    async with Running(60) as (kitchen, listening):
        await asyncio.sleep(1)
        kitchen.attendant.happened(e.Refused("the key has expired"))
        await listening
        assert kitchen.end == "the service refuses: the key has expired"


@clock.jumping
async def test_a_caller_that_owes_a_piece_for_too_long_is_gone() -> None:
    async with Running(60) as (kitchen, listening):
        await asyncio.sleep(1)
        kitchen.is_stingy = True
        await asyncio.sleep(PATIENCE_S + 5)
        assert (listening.done(), kitchen.end) == (True, "nothing more came of the file")


@clock.jumping
async def test_a_caller_that_sends_what_nobody_asked_for_is_not_listened_to() -> None:
    async with Running(60) as (kitchen, listening):
        await asyncio.sleep(1)
        for _ in range(100):
            kitchen._pieces.put_nowait(Piece(bytes(SECOND)))
        await listening
        assert kitchen.end == "it was cancelled"


@given(st.floats(0.0, 9.0), st.sampled_from(["hangs up", "the socket breaks"]), st.booleans())
def test_cancelled_at_any_moment_the_session_is_left_well(after_s: float, how: str, is_answering: bool) -> None:
    @clock.jumping
    async def live() -> None:
        async with Running(6, aloud=True) as (kitchen, listening):
            await asyncio.sleep(after_s)
            kitchen.mouth.is_answering = is_answering
            if how == "hangs up":
                kitchen.hangs_up()
            else:
                listening.cancel()
            await asyncio.sleep(1)
            now = kitchen.attendant.state
            assert (now.file, now.ear) == (CoListening.NONE, Ear.OPENING)
            assert not kitchen.colisten.is_busy
            assert kitchen.ends >= 1
            assert kitchen.sent == sound(6)[: len(kitchen.sent)]
            sent = kitchen.sent
            await asyncio.sleep(5)
            assert (kitchen.sent, kitchen.mouth.is_along and not listening.done()) == (sent, False)
            assert kitchen.outbox.is_empty

    live()
