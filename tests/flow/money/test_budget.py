"""A day's budget, with time that jumps: the marks, the rest, the minute and midnight."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chimein.core.live.backoff import waits_s
from chimein.core.live.facts import ReplyAudio, Usage
from chimein.core.machines import events as e
from chimein.core.machines.effects import Effect
from chimein.core.machines.states import Ear, Link, Purse
from chimein.core.money.ledger import Tally
from chimein.flow.attend import Attendant
from chimein.flow.live.converse import REST_WITHIN_S, Conversation
from chimein.flow.live.outbox import Outbox
from chimein.flow.money.account import Account
from chimein.flow.money.budget import LOOK_EVERY_S, MINUTE_S, Budget
from fakes.service import FakeService
from helpers import clock

CENT = Usage({"AUDIO": 3333}, {})
SPEECH = b"\1\0" * 1600


class Mouth:
    def say(self, pcm: bytes) -> None: ...

    def finish(self) -> None: ...

    def silence(self) -> None: ...


class House:
    """Everything that money touches, wired as till.py does."""

    def __init__(self, daily_usd: float | None) -> None:
        self.day = "2026-11-26"
        self.pages: dict[str, Tally] = {}
        self.service = FakeService()
        self.outbox = Outbox(15)
        self.attendant = Attendant()
        self.account = Account(
            today=lambda: self.day, load=lambda day: self.pages.get(day, Tally()), keep=self._keep, prices={}
        )
        self.budget = Budget(self.account, daily_usd, happened=self.attendant.happened)
        self.conversation = Conversation(
            self.service,
            self.outbox,
            Mouth(),
            happened=self.attendant.happened,
            observe=lambda fact: None,
            is_in_use=lambda: self.attendant.state.is_in_use,
            waits_s=lambda: waits_s(lambda: 1.0),
        )
        self.attendant.takes_in_hand(
            {
                Effect.FORGET_SOUND: self.outbox.wipe,
                Effect.END_STREAM: self.outbox.end,
                Effect.REST: self.conversation.rest,
                Effect.DIAL: self.conversation.dial,
                Effect.GRANT_MINUTE: self.budget.grant_minute,
            }
        )

    def _keep(self, day: str, more: Tally) -> bool:
        self.pages[day] = self.pages.get(day, Tally()) + more
        return True

    def spends(self, cents: int) -> None:
        for _ in range(cents):
            self.account.add(CENT)
        self.budget.look()

    @property
    def states(self) -> tuple[Purse, Ear, Link]:
        now = self.attendant.state
        return now.purse, now.ear, now.link


@asynccontextmanager
async def house(daily_usd: float | None) -> AsyncIterator[House]:
    home = House(daily_usd)
    tasks = [asyncio.create_task(flow) for flow in (home.conversation.run(), home.budget.run())]
    home.attendant.happened(e.Woke())
    await asyncio.sleep(1)
    try:
        yield home
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@clock.jumping
async def test_four_fifths_then_everything_then_midnight() -> None:
    async with house(0.10) as home:
        home.spends(7)
        assert home.states == (Purse.AMPLE, Ear.OPENING, Link.ONLINE)
        home.spends(2)
        assert home.states == (Purse.TIGHT, Ear.OPENING, Link.ONLINE)
        assert home.budget.left_usd() == pytest.approx(0.01, abs=1e-3)
        home.spends(2)
        await asyncio.sleep(REST_WITHIN_S + 1)
        assert home.states == (Purse.SPENT, Ear.SHUT, Link.RESTING)
        assert home.service.now_open == []
        await asyncio.sleep(3600)
        assert len(home.service.dialled_at) == 1, "nobody dials"
        home.day = "2026-11-27"
        await asyncio.sleep(LOOK_EVERY_S + 1)
        assert home.states == (Purse.AMPLE, Ear.OPENING, Link.ONLINE)
        assert home.pages["2026-11-26"].input_tokens == 11 * 3333


@clock.jumping
async def test_a_clock_that_jumps_to_a_day_that_is_spent_rests_again() -> None:
    async with house(0.10) as home:
        home.spends(11)
        for day, purse in (("1970-01-01", Purse.AMPLE), ("2026-11-26", Purse.SPENT), ("2026-11-27", Purse.AMPLE)):
            home.day = day
            await asyncio.sleep(LOOK_EVERY_S + 1)
            assert home.attendant.state.purse is purse


@clock.jumping
async def test_a_press_opens_a_minute_and_then_it_rests_again() -> None:
    async with house(0.10) as home:
        home.spends(11)
        await asyncio.sleep(REST_WITHIN_S + 1)
        home.attendant.happened(e.MinuteAsked())
        await asyncio.sleep(1)
        assert home.states == (Purse.MINUTE, Ear.OPENING, Link.ONLINE)
        home.outbox.say(SPEECH)
        await asyncio.sleep(1)
        assert (await home.service.session(2)).sent == [SPEECH]
        home.spends(5)
        await asyncio.sleep(MINUTE_S + REST_WITHIN_S)
        assert home.states == (Purse.SPENT, Ear.SHUT, Link.RESTING)
        await asyncio.sleep(600)
        assert len(home.service.sessions) == 2


@clock.jumping
async def test_an_answer_under_way_is_finished_and_what_waits_is_not_sent() -> None:
    async with house(0.10) as home:
        session = await home.service.session()
        home.attendant.happened(e.ReplyBegan())
        home.outbox.say(SPEECH)
        home.spends(11)
        session.says(ReplyAudio(SPEECH))
        await asyncio.sleep(1)
        assert home.states == (Purse.SPENT, Ear.SHUT, Link.ONLINE)
        home.attendant.happened(e.ReplyEnded())
        await asyncio.sleep(1)
        assert home.attendant.state.link is Link.RESTING
        assert SPEECH not in session.sent


@clock.jumping
async def test_offline_it_stops_knocking() -> None:
    async with house(0.10) as home:
        (await home.service.session()).ends(1011, "Internal error encountered.")
        home.spends(11)
        await asyncio.sleep(1)
        dialled = len(home.service.dialled_at)
        await asyncio.sleep(3600)
        assert (len(home.service.dialled_at), home.attendant.state.link) == (dialled, Link.RESTING)


@clock.jumping
async def test_without_a_budget_nothing_is_ever_spent_and_with_none_everything_is() -> None:
    async with house(None) as home:
        home.spends(500)
        assert home.attendant.state.purse is Purse.AMPLE
        assert home.budget.left_usd() is None
        for daily_usd, purse in ((0.0, Purse.SPENT), (100.0, Purse.AMPLE), (6.0, Purse.TIGHT), (None, Purse.AMPLE)):
            home.budget.daily_usd = daily_usd
            home.budget.look()
            assert home.attendant.state.purse is purse


@clock.jumping
async def test_what_is_sent_counts_before_anybody_bills_it() -> None:
    async with house(0.01) as home:
        home.account.sent(140 * 32_000)
        home.budget.look()
        assert home.attendant.state.is_resting
