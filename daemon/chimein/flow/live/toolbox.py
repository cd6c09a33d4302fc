"""Does what the model asks for: looks the tool up, runs it within its deadline, and answers by the call's id.

Every call that has an id is answered, or discarded because the service has cancelled it or its connection is gone; none
keeps a turn waiting. What was done and could not be told, because the connection broke, is not done a second time when
the same is asked for over the next one: the sentence that asked for it goes up again. Nor is the very same call that
comes twice over one connection, with its id: it is answered twice.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from chimein.core.errors import ChimeinError
from chimein.core.kitchen.tools import Outcome, Tool, same_call
from chimein.core.live.facts import Oddity, ToolAnswered, ToolCalled

AT_ONCE = 8
"""Calls that run at the same time. More is a service gone mad."""
REMEMBERED_S = 60.0
"""So long an outcome that nobody may have heard of answers the same call again."""
IDS = 256
"""So many calls are known by their ids."""
LONGEST_NAME = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Untold:
    outcome: Outcome
    at_s: float


@dataclass(frozen=True)
class _Doing:
    tool: Tool
    outcome: Coroutine[Any, Any, Outcome]


class Toolbox:
    """The tools in force. One of these outlives all connections; each connection hands in its own way to answer."""

    def __init__(self, tools: Collection[Tool] = ()) -> None:
        self._tools: Mapping[str, Tool] = {one.name: one for one in tools}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._untold: dict[str, _Untold] = {}
        self._sent: dict[str, _Untold] = {}
        self._answered: dict[str, tuple[str, Outcome]] = {}

    @property
    def is_busy(self) -> bool:
        """A call runs: not the moment to change the connection."""
        return bool(self._running)

    def use(self, tools: Collection[Tool]) -> None:
        """These from now on. What runs ends as it began."""
        self._tools = {one.name: one for one in tools}

    def begin(self, call: ToolCalled, answer: Callable[[ToolAnswered], None]) -> Oddity | None:
        """Does what was asked for, or begins to; `answer` is called once, if at all. An Oddity is not done."""
        if not call.call_id:
            return Oddity("a tool call without an id: it cannot be answered")
        if call.call_id in self._running:
            return Oddity("a tool call with the id of one that still runs")
        key = same_call(call.name, call.arguments)
        doing = self._repeated(call.call_id, key) or self._remembered(key) or self._do(call)
        if isinstance(doing, Outcome):
            self._answer(call, key, doing, answer)
        else:
            task = asyncio.create_task(self._wait(call, key, doing, answer), name=f"tool {call.name[:LONGEST_NAME]}")
            self._running[call.call_id] = task
            task.add_done_callback(lambda done: self._over(call.call_id))
        return None

    def cancel(self, call_ids: Collection[str]) -> None:
        """The service wants no answer to these any more."""
        for call_id in call_ids:
            if (task := self._running.get(call_id)) is not None:
                task.cancel()

    def heard(self) -> None:
        """The service has gone on after what it was told: it knows."""
        self._sent.clear()

    def forsake(self) -> None:
        """The connection is gone: nobody can be answered any more."""
        self.cancel(list(self._running))
        self._untold |= self._sent
        self._sent, self._answered = {}, {}

    def _over(self, call_id: str) -> None:
        self._running.pop(call_id, None)

    async def _wait(self, call: ToolCalled, key: str, doing: "_Doing", answer: Callable[[ToolAnswered], None]) -> None:
        try:
            async with asyncio.timeout(doing.tool.deadline_s):
                outcome = await doing.outcome
        except TimeoutError:
            late = f"{doing.tool.name} took longer than {doing.tool.deadline_s:g} s; whether it was done is not known"
            outcome = _failed(late)
        except Exception as error:
            outcome = _explained(doing.tool, error)
        self._answer(call, key, outcome, answer)

    def _answer(self, call: ToolCalled, key: str, outcome: Outcome, answer: Callable[[ToolAnswered], None]) -> None:
        if not outcome.is_error:
            self._sent[key] = _Untold(outcome, asyncio.get_running_loop().time())
        self._answered[call.call_id] = (key, outcome)
        if len(self._answered) > IDS:
            del self._answered[next(iter(self._answered))]
        answer(ToolAnswered(call.call_id, call.name, outcome.response, outcome.speaks))

    def _repeated(self, call_id: str, key: str) -> Outcome | None:
        """What the very same call came to, which the service has sent before."""
        asked, outcome = self._answered.get(call_id, ("", None))
        return outcome if asked == key else None

    def _remembered(self, key: str) -> Outcome | None:
        now_s = asyncio.get_running_loop().time()
        self._untold, self._sent = (
            {known: one for known, one in outcomes.items() if now_s - one.at_s < REMEMBERED_S}
            for outcomes in (self._untold, self._sent)
        )
        untold = self._untold.pop(key, None)
        return untold.outcome if untold else None

    def _do(self, call: ToolCalled) -> "Outcome | _Doing":
        """What came of it, or what is still being done. Whatever happens is put into words."""
        tool = self._tools.get(call.name)
        if tool is None:
            there = ", ".join(self._tools) or "none"
            return _failed(f"there is no function {_word(call.name)}; there are: {there}")
        if call.arguments is None:
            return _failed("the arguments are no JSON object")
        try:
            done = tool.do(call.arguments)
        except Exception as error:
            return _explained(tool, error)
        if isinstance(done, Outcome):
            return done
        if len(self._running) >= AT_ONCE:
            done.close()
            return _failed("too many calls at the same time: try again later")
        return _Doing(tool, done)


def _explained(tool: Tool, error: Exception) -> Outcome:
    if isinstance(error, ChimeinError):
        return _failed(str(error))
    _log.error("the tool %s failed", tool.name, exc_info=error, extra={"EVENT": "ToolFailed"})
    return _failed(f"{tool.name} failed: the journal says more")


def _failed(words: str) -> Outcome:
    return Outcome(words, is_error=True)


def _word(name: str) -> str:
    """A name that somebody else chose, as part of a sentence."""
    return "".join(letter for letter in name[:LONGEST_NAME] if letter.isprintable())
