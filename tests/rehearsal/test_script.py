"""Faults on cue, as the SDK meets them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from google.genai import errors, types
from websockets.exceptions import InvalidStatus

from chimein.core.audio import level_dbfs, samples
from chimein.core.errors import ConfigError
from chimein.rehearsal.bench import QUICK, Rehearsal
from chimein.rehearsal.service import script
from rehearsal.conftest import Dial, send, sound, turn
from rehearsal.test_conversation import beep


def faulty(*faults: dict[str, Any], **more: Any) -> Rehearsal:
    return Rehearsal({**QUICK, "speed": 20, "faults": list(faults), **more})


async def test_setup_that_hangs(dial: Dial) -> None:
    with faulty({"on": "setup", "do": "hang"}) as bench, pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5), dial(bench):
            pass


async def test_closes_by_connection_and_by_audio_message(dial: Dial) -> None:
    faults = (
        {"on": "setup", "connection": 1, "do": "close", "code": 1011, "reason": "no quota"},
        {"on": "audio", "connection": 2, "nth": 3, "do": "close", "code": 1008, "reason": "aborted"},
        {"on": "ready", "connection": 3, "after_s": 0.2, "do": "drop"},
        {"on": "connect", "connection": 4, "do": "http", "status": 503},
    )
    with faulty(*faults) as bench:
        with pytest.raises(errors.APIError, match="no quota"):
            async with dial(bench):
                pass
        async with dial(bench) as session:
            await send(session, bytes(9600), end=False)
            with pytest.raises(errors.APIError, match="aborted"):
                await turn(session)
        async with dial(bench) as session:
            with pytest.raises(errors.APIError, match="1006"):
                await turn(session)
        with pytest.raises(InvalidStatus):
            async with dial(bench):
                pass
        assert [fact["audio_messages"] for fact in bench.record("closed") if fact.get("audio_messages")] == [3]


async def test_strange_messages(dial: Dial) -> None:
    faults = (
        {"connection": 1, "do": "go_away", "time_left": "5s"},
        {"connection": 2, "do": "malformed"},
        {"connection": 3, "do": "unknown"},
        {"connection": 4, "do": "send", "message": {"serverContent": {"waitingForInput": True}}},
    )
    with faulty(*faults) as bench:
        async with dial(bench) as session:
            first = await anext(session.receive())
            assert first.go_away
            assert first.go_away.time_left == "5s"
        for error in (ValueError, TypeError):
            async with dial(bench) as session:
                with pytest.raises(error):
                    await turn(session)
        async with dial(bench) as session:
            content = (await anext(session.receive())).server_content
            assert content
            assert content.waiting_for_input


async def test_the_door_is_shut_for_a_while(dial: Dial) -> None:
    with faulty({"on": "ready", "do": "refuse", "for_s": 0.5, "times": 1}) as bench:
        with pytest.raises((errors.APIError, OSError)):
            async with dial(bench) as session:
                await turn(session)
        async with asyncio.timeout(60):
            while True:
                try:
                    async with dial(bench):
                        break
                except (OSError, InvalidStatus):  # who comes while the door is being shut is told 503
                    await asyncio.sleep(0.05)


async def test_turns_by_script(dial: Dial) -> None:
    faults = (
        {"on": "line", "nth": 1, "do": "empty_turn"},
        {"on": "line", "nth": 2, "do": "quiet_reply", "for_s": 0.3},
        {"on": "line", "nth": 3, "do": "tool_call", "name": "stop", "args": {"now": True}},
    )
    with faulty(*faults) as bench:
        async with dial(bench) as session:
            await send(session, beep())
            assert not sound(await turn(session))
            await send(session, beep())
            assert -80.0 < level_dbfs(samples(sound(await turn(session)))) < -70.0
            await send(session, beep())
            async for message in session.receive():
                if message.tool_call and message.tool_call.function_calls:
                    assert message.tool_call.function_calls[0].args == {"now": True}
                    break


async def test_an_endless_reply_ends_by_barge_in(dial: Dial) -> None:
    with faulty({"on": "line", "do": "endless_reply"}) as bench:
        async with dial(bench) as session:
            await send(session, beep())
            await anext(session.receive())
            await send(session, beep(0.4), end=False)
            assert any(message.server_content and message.server_content.interrupted for message in await turn(session))


async def test_a_handle_expires(dial: Dial) -> None:
    with faulty({"on": "ready", "connection": 1, "do": "expire_handles"}) as bench:
        async with dial(bench, session_resumption=types.SessionResumptionConfig()) as session:
            update = (await anext(session.receive())).session_resumption_update
            assert update
        with pytest.raises(errors.APIError, match="expired"):
            async with dial(bench, session_resumption=types.SessionResumptionConfig(handle=update.new_handle)):
                pass


async def test_a_black_hole_swallows_everything(dial: Dial) -> None:
    with faulty({"on": "ready", "do": "blackhole"}) as bench:
        async with dial(bench) as session:
            await send(session, beep())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(turn(session), 1.0)
            session._ws.transport.abort()  # a proper close would wait ten seconds for an answer


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "colour: red",
        "ears: two",
        "faults: [{do: explode}]",
        "faults: [{do: http, on: ready}]",
        "answers: [no]",
        "\t:",
    ],
)
def test_a_bad_script_is_explained(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"script\.yaml"):
        script.load(path)


def test_a_script_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: No such file or directory$"):
        script.load(tmp_path / "none.yaml")


def test_a_script_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text("answers: [silent, answer]\nfaults:\n  - {on: audio, nth: 10, do: close, code: 1008}\n")
    plan = script.load(path)
    assert plan.answers == ["silent", "answer"]
    assert not plan.strike("audio", 9, 1)
    assert [fault.details for fault in plan.strike("audio", 10, 1)] == [{"code": 1008}]
