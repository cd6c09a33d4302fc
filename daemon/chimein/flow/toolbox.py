"""Does what the model asks for: looks the tool up, runs it within its deadline, and answers by the call's id.

Every call that has an id is answered, or discarded because the service has cancelled it or its connection is gone; none
keeps a turn waiting. What was done and could not be told, because the connection broke, is not done a second time when
the same is asked for over the next one: the sentence that asked for it goes up again.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chimein.core.errors import ChimeinError
from chimein.core.facts import Oddity, ToolAnswered, ToolCalled
from chimein.core.tools import Outcome, Tool, same_call

AT_ONCE = 8
"""Calls that run at the same time. More is a service gone mad."""
REMEMBERED_S = 60.0
"""So long an outcome that nobody may have heard of answers the same call again."""
LONGEST_NAME = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Untold:
    outcome: Outcome
    at_s: float


class Toolbox:
    """The tools in force. One of these outlives all connections; each connection hands in its own way to answer."""

    def __init__(self, tools: Collection[Tool] = ()) -> None:
        self._tools: Mapping[str, Tool] = {one.name: one for one in tools}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._untold: dict[str, _Untold] = {}
        self._sent: dict[str, _Untold] = {}

    @property
    def is_busy(self) -> bool:
        """A call runs: not the moment to change the connection."""
        return bool(self._running)

    def use(self, tools: Collection[Tool]) -> None:
        """These from now on. What runs ends as it began."""
        self._tools = {one.name: one for one in tools}

    def begin(self, call: ToolCalled, answer: Callable[[ToolAnswered], None]) -> Oddity | None:
        """Starts what was asked for and returns; `answer` is called once, if at all. An Oddity is not started."""
        if not call.call_id:
            return Oddity("a tool call without an id: it cannot be answered")
        if call.call_id in self._running:
            return Oddity("a tool call with the id of one that still runs")
        if len(self._running) >= AT_ONCE:
            outcome = _failed("too many calls at the same time: try again later")
            answer(ToolAnswered(call.call_id, call.name, outcome.response, outcome.speaks))
            return None
        task = asyncio.create_task(self._one(call, answer), name=f"tool {call.name[:LONGEST_NAME]}")
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
        self._sent = {}

    def _over(self, call_id: str) -> None:
        self._running.pop(call_id, None)

    async def _one(self, call: ToolCalled, answer: Callable[[ToolAnswered], None]) -> None:
        key = same_call(call.name, call.arguments)
        outcome = self._remembered(key)
        if outcome is None:
            outcome = await self._outcome(call)
            if not outcome.is_error:
                self._sent[key] = _Untold(outcome, asyncio.get_running_loop().time())
        answer(ToolAnswered(call.call_id, call.name, outcome.response, outcome.speaks))

    def _remembered(self, key: str) -> Outcome | None:
        now_s = asyncio.get_running_loop().time()
        self._untold = {key: one for key, one in self._untold.items() if now_s - one.at_s < REMEMBERED_S}
        untold = self._untold.pop(key, None)
        return untold.outcome if untold else None

    async def _outcome(self, call: ToolCalled) -> Outcome:
        """Whatever happens, in words."""
        tool = self._tools.get(call.name)
        if tool is None:
            there = ", ".join(self._tools) or "none"
            return _failed(f"there is no function {_word(call.name)}; there are: {there}")
        if call.arguments is None:
            return _failed("the arguments are no JSON object")
        try:
            async with asyncio.timeout(tool.deadline_s):
                done: Any = tool.do(call.arguments)
                outcome: Outcome = await done if inspect.isawaitable(done) else done
        except ChimeinError as error:
            return _failed(str(error))
        except TimeoutError:
            return _failed(f"{tool.name} took longer than {tool.deadline_s:g} s; whether it was done is not known")
        except Exception:
            _log.exception("the tool %s failed", tool.name, extra={"EVENT": "ToolFailed"})
            return _failed(f"{tool.name} failed: the journal says more")
        return outcome


def _failed(words: str) -> Outcome:
    return Outcome(words, is_error=True)


def _word(name: str) -> str:
    """A name that somebody else chose, as part of a sentence."""
    return "".join(letter for letter in name[:LONGEST_NAME] if letter.isprintable())
