"""A service that calls tools in every order and with every kind of mistake, over connections that break."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chimein.core.errors import UsageError
from chimein.core.kitchen.tools import Arguments, Outcome, Tool, tool
from chimein.core.live import facts as f
from chimein.core.live.backoff import waits_s
from chimein.core.machines import events as e
from chimein.flow.live.converse import Conversation
from chimein.flow.live.exchange import THINKING_S, WORKING_S
from chimein.flow.live.outbox import Outbox
from chimein.flow.live.toolbox import AT_ONCE, IDS, REMEMBERED_S, Toolbox
from chimein.flow.live.words import WAITING, Words
from fakes.service import FakeService, FakeSession
from helpers import clock
from helpers.stage import running


class Count(Arguments):
    """Counts."""

    by: int = 1


class Fail(Arguments):
    """Fails."""


class Break(Arguments):
    """Breaks."""


class Dawdle(Arguments):
    """Takes its time."""

    seconds: float


class Kitchen:
    def __init__(self) -> None:
        self.count = 0

    def tools(self) -> list[Tool]:
        return [tool("x", Count, self._add), tool("x", Fail, self._fail), tool("x", Break, self._break),
                tool("x", Dawdle, self._dawdle)]  # fmt: skip

    def _add(self, asked: Count) -> Outcome:
        self.count += asked.by
        return Outcome(f"{self.count}")

    def _fail(self, asked: Fail) -> Outcome:
        raise UsageError("it is no use")

    def _break(self, asked: Break) -> Outcome:
        raise ZeroDivisionError

    async def _dawdle(self, asked: Dawdle) -> Outcome:
        await asyncio.sleep(asked.seconds)
        self.count += 1
        return Outcome("at last")


class NoMouth:
    def say(self, pcm: bytes) -> None: ...
    def finish(self) -> None: ...
    def silence(self) -> None: ...


class Stage:
    def __init__(self) -> None:
        self.kitchen = Kitchen()
        self.words = Words(Toolbox(self.kitchen.tools()))
        self.service = FakeService()
        self.events: list[e.Event] = []
        self.facts: list[f.Fact] = []
        self.conversation = Conversation(
            self.service,
            Outbox(15),
            NoMouth(),
            happened=self.events.append,
            observe=self.facts.append,
            is_in_use=lambda: False,
            waits_s=lambda: waits_s(lambda: 1.0),
            words=self.words,
        )

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def on_stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with running(stage.conversation.run()):
        yield stage


def answers(session: FakeSession) -> dict[str, dict[str, object]]:
    return {one.call_id: one.response for one in session.sent if isinstance(one, f.ToolAnswered)}


@clock.jumping
async def test_two_at_once_and_each_is_answered_by_its_id() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("slow", "dawdle", {"seconds": 2}), f.ToolCalled("quick", "count", {"by": "5"}))
        await asyncio.sleep(1)
        assert answers(session) == {"quick": {"output": "5"}}
        await asyncio.sleep(2)
        assert answers(session) == {"quick": {"output": "5"}, "slow": {"output": "at last"}}


@clock.jumping
async def test_every_mistake_is_answered_with_an_error() -> None:
    calls: list[tuple[str, Any, str]] = [
        ("launch_rockets", {}, "no function launch_rockets; there are: count, fail, break, dawdle"),
        ("", {}, "there is no function"),
        ("x" * 10_000, {}, "there is no function"),
        ("\x1b[2J", {}, "there is no function"),
        ("count", None, "no JSON object"),
        ("count", {"by": "many"}, "by: "),
        ("count", {"by": [1]}, "by: "),
        ("count", {"by": True}, "no numbers"),
        ("count", {"to": 5}, "to: "),
        ("dawdle", {}, "seconds: "),
        ("dawdle", {"seconds": 60}, "took longer than 5 s"),
        ("fail", {}, "it is no use"),
        ("break", {}, "the journal says more"),
    ]
    async with on_stage() as stage:
        session = await stage.service.session()
        for number, (name, arguments, _) in enumerate(calls):
            session.says(f.ToolCalled(f"call {number}", name, arguments))
            await asyncio.sleep(6)
        told = answers(session)
        assert len(told) == len(calls)
        for number, (_, _, said) in enumerate(calls):
            error = told[f"call {number}"]["error"]
            assert isinstance(error, str)
            assert said in error
            assert len(error) < 300
        assert stage.kitchen.count == 0


@clock.jumping
async def test_what_cannot_be_answered_is_counted_and_survived() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(
            f.ToolCalled("", "count", {}),
            f.ToolCalled("one", "dawdle", {"seconds": 1}),
            f.ToolCalled("one", "dawdle", {"seconds": 1}),
            f.ToolCancelled(("never heard of",)),
        )
        await asyncio.sleep(2)
        assert answers(session) == {"one": {"output": "at last"}}
        assert sum(isinstance(fact, f.Oddity) for fact in stage.facts) == 2


@clock.jumping
async def test_a_cancelled_call_is_not_answered_and_nobody_waits_for_it() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "dawdle", {"seconds": 3}))
        await asyncio.sleep(1)
        session.says(f.ToolCancelled(("one",)))
        await asyncio.sleep(THINKING_S + 1)
        assert answers(session) == {}
        assert stage.kitchen.count == 0
        assert stage.kinds()[-1] == "ThinkingLapsed"
        assert not stage.words.is_busy


@clock.jumping
async def test_a_flood_of_calls_is_refused_beyond_a_few() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(*(f.ToolCalled(f"{n}", "dawdle", {"seconds": 1}) for n in range(40)))
        await asyncio.sleep(2)
        told = answers(session)
        assert len(told) == 40
        assert sum("output" in one for one in told.values()) == AT_ONCE == stage.kitchen.count


@clock.jumping
async def test_more_calls_than_can_wait_are_answered_all_the_same() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(*(f.ToolCalled(f"{n}", "count", {"by": n}) for n in range(3 * WAITING)))
        await asyncio.sleep(1)
        assert len(answers(session)) == 3 * WAITING
        assert not any(isinstance(fact, f.Oddity) for fact in stage.facts)


@clock.jumping
async def test_a_connection_that_breaks_takes_its_calls_with_it() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "dawdle", {"seconds": 4}))
        await asyncio.sleep(1)
        session.ends(1006, "")
        second = await stage.service.session(2)
        await asyncio.sleep(10)
        assert answers(session) == answers(second) == {}
        assert stage.kitchen.count == 0
        second.says(f.ToolCalled("one", "count", {}))
        await asyncio.sleep(1)
        assert answers(second) == {"one": {"output": "1"}}


@clock.jumping
async def test_what_was_done_and_not_told_is_not_done_twice() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "count", {"by": 5}))
        await asyncio.sleep(0.1)
        session.ends(1006, "")
        second = await stage.service.session(2)
        second.says(f.ToolCalled("two", "count", {"by": 5}))
        await asyncio.sleep(0.1)
        assert (answers(second), stage.kitchen.count) == ({"two": {"output": "5"}}, 5)
        second.says(f.ReplyAudio(b"\1\0"), f.TurnComplete(), f.ToolCalled("three", "count", {"by": 5}))
        await asyncio.sleep(0.1)
        assert stage.kitchen.count == 10, "that was another wish"


@clock.jumping
async def test_a_call_that_comes_twice_with_its_id_is_done_once() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "count", {"by": 5}), f.ToolCalled("one", "count", {"by": 5}))
        await asyncio.sleep(0.1)
        told = [one.response for one in session.sent if isinstance(one, f.ToolAnswered)]
        assert (told, stage.kitchen.count) == ([{"output": "5"}] * 2, 5)
        session.says(f.ToolCalled("one", "count", {"by": 2}))
        await asyncio.sleep(0.1)
        assert stage.kitchen.count == 7, "another call, whatever its id"
        for n in (*range(IDS + 1), 0):
            session.says(f.ToolCalled(f"{n}", "count", {}))
            await asyncio.sleep(0.1)
        assert stage.kitchen.count == 7 + IDS + 2, "only so many are known"


@clock.jumping
async def test_what_was_told_is_done_again_when_asked_again() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "count", {}))
        await asyncio.sleep(0.1)
        session.says(f.ReplyAudio(b"\1\0"), f.TurnComplete())
        await asyncio.sleep(0.1)
        session.ends(1006, "")
        second = await stage.service.session(2)
        second.says(f.ToolCalled("two", "count", {}))
        await asyncio.sleep(0.1)
        assert stage.kitchen.count == 2


@clock.jumping
async def test_an_old_outcome_is_forgotten() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "count", {}))
        await asyncio.sleep(0.1)
        session.ends(1006, "")
        second = await stage.service.session(2)
        await asyncio.sleep(REMEMBERED_S)
        second.says(f.ToolCalled("two", "count", {}))
        await asyncio.sleep(0.1)
        assert stage.kitchen.count == 2


@clock.jumping
async def test_a_service_that_says_nothing_more_is_not_waited_for() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("", "count", {}))
        await asyncio.sleep(WORKING_S + 1)
        assert stage.kinds()[-1] == "ThinkingLapsed"


@clock.jumping
async def test_a_change_of_connection_waits_for_a_tool_at_work() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        session.says(f.ToolCalled("one", "dawdle", {"seconds": 4}), f.GoAway(30.0))
        await asyncio.sleep(3.5)
        assert session.is_open
        await asyncio.sleep(2)
        assert answers(session) == {"one": {"output": "at last"}}
        assert not session.is_open


@clock.jumping
async def test_text_goes_up_while_there_is_a_connection() -> None:
    async with on_stage() as stage:
        session = await stage.service.session()
        await asyncio.sleep(0.1)
        stage.words.ask("How long do eggs take?")
        await asyncio.sleep(0.1)
        assert session.sent == ["How long do eggs take?"]
    stage = Stage()
    with pytest.raises(Exception, match="no connection"):
        stage.words.ask("Hello?")
