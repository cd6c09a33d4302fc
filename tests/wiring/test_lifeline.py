"""What of the line to the service outlives the daemon: the handle, and what the service refused."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

from chimein.core.config import AssistantSettings, Config, LiveSettings, SessionSettings
from chimein.edge.memory import Memory
from chimein.wiring.lifeline import KEEP_EVERY_S, REFUSED_FOR, Lifeline
from helpers import clock

DEFAULTS = Config()


def lifeline(memory: Memory, config: Config = DEFAULTS) -> Lifeline:
    """One for an assistant without tools."""
    return Lifeline(config, memory, assistant=AssistantSettings, tools=tuple)


@clock.jumping
async def test_a_handle_is_written_down_at_once_and_then_rarely(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state.sqlite")
    line = lifeline(memory)
    line.keep("one")
    assert line.handle() == "one"
    line.keep("two")
    assert line.handle() == "one"
    await asyncio.sleep(KEEP_EVERY_S)
    line.keep("two")
    assert line.handle() == "two"
    line.keep("three", is_last=True)
    assert line.handle() == "three"
    memory.close()


@clock.jumping
async def test_another_model_does_not_get_it_and_who_wants_no_memory_has_none(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state.sqlite")
    line = lifeline(memory)
    line.keep("one")
    line.config = Config(live=LiveSettings(model="gemini-2.5-flash-native-audio-latest"))
    assert line.handle() is None
    line.config = Config(session=SessionSettings(resume=False))
    assert line.handle() is None
    line.keep("two", is_last=True)
    line.config = Config()
    assert line.handle() is None
    memory.close()


@clock.jumping
async def test_what_was_refused_is_left_out_for_that_model_over_a_restart_and_not_for_ever(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state.sqlite")
    assert lifeline(memory).service().do_without("proactivity")
    assert lifeline(memory).service().without == {"proactivity"}
    other = Config(live=LiveSettings(model="gemini-2.5-flash-native-audio-latest"))
    assert lifeline(memory, other).service().without == frozenset()
    long_ago = (date.today() - REFUSED_FOR - timedelta(days=1)).isoformat()
    memory.keep_refused("gemini gemini-3.8-live", "proactivity", long_ago)
    assert lifeline(memory).service().without == frozenset()
    memory.close()
