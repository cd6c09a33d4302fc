"""The service as a client hears it, through the real SDK."""

import asyncio

import numpy as np
import pytest
from google.genai import types

from chimein.core.audio import DOWN_HZ, UP_HZ, duration_s, level_dbfs, samples
from chimein.rehearsal.bench import Rehearsal
from chimein.rehearsal.service.mouth import tone
from chimein.rehearsal.sound.voices import missing, say
from rehearsal.conftest import COOK, Dial, said, send, sound, turn

needs_voices = pytest.mark.skipif(bool(missing()), reason="flite and espeak-ng are not installed")


def spoken(text: str, voice: str) -> bytes:
    """A line with a little room noise before and after."""
    noise = np.random.default_rng(1).normal(0, 30, 2 * UP_HZ).astype(np.int16)
    return noise[:UP_HZ].tobytes() + say(text, voice, UP_HZ).tobytes() + noise[UP_HZ:].tobytes()


def beep(length_s: float = 0.6) -> bytes:
    """Something to hear for a service without ears: 16 kHz, with silence before it."""
    return bytes(UP_HZ) + tone(length_s * UP_HZ / DOWN_HZ)


@needs_voices
async def test_silent_silent_and_an_answer(faithful: Rehearsal, dial: Dial) -> None:
    config = {"system_instruction": COOK, "input_audio_transcription": {}, "output_audio_transcription": {}}
    async with dial(faithful, proactivity=types.ProactivityConfig(proactive_audio=True), **config) as session:
        await send(session, spoken("I really love cooking!", "ben"))
        first = await turn(session)
        await send(session, spoken("Oh yes, me too! My favorite is French cuisine.", "dave"))
        second = await turn(session)
        await send(session, spoken("I really like Italian food; do you know how to make a pizza?", "ben"))
        third = await turn(session)
    assert not sound(first)
    assert not sound(second)
    assert said(second, "input_transcription") == "oh yes me too my favorite is french cuisine"
    assert "pizza" in said(third, "input_transcription")
    assert "Italian cooking" in said(third, "output_transcription")
    assert duration_s(len(sound(third)), DOWN_HZ) > 1.0
    assert level_dbfs(samples(sound(third))) > -35.0


@needs_voices
async def test_a_written_line_is_answered(faithful: Rehearsal, dial: Dial) -> None:
    async with dial(faithful, system_instruction=COOK) as session:
        await session.send_client_content(turns=types.Content(role="user", parts=[types.Part(text="hello there")]))
        assert sound(await turn(session))
        await session.send_realtime_input(text="and again")
        assert sound(await turn(session))


async def test_usage_is_25_tokens_a_second_each_way(quick: Rehearsal, dial: Dial) -> None:
    async with dial(quick) as session:
        await send(session, beep(1.5))
        usage = [message.usage_metadata for message in await turn(session) if message.usage_metadata][-1]
    assert usage.prompt_token_count == 50
    assert usage.prompt_tokens_details
    assert usage.prompt_tokens_details[0].modality == "AUDIO"
    assert usage.response_token_count == 10


async def test_speaking_into_a_reply_interrupts_it(dial: Dial) -> None:
    script = {"ears": "none", "answers": "always", "reply_s": 20, "speed": 0}
    with Rehearsal(script) as bench:
        async with dial(bench) as session:
            await send(session, beep())
            await send(session, beep(0.3), end=False, pause_s=0.02)
            messages = await turn(session)
    contents = [message.server_content for message in messages if message.server_content]
    assert any(content.interrupted for content in contents)
    assert contents[-1].turn_complete


async def test_without_interruption_a_reply_is_spoken_to_its_end(quick: Rehearsal, dial: Dial) -> None:
    config = types.RealtimeInputConfig(activity_handling=types.ActivityHandling.NO_INTERRUPTION)
    async with dial(quick, realtime_input_config=config) as session:
        await send(session, beep())
        await send(session, beep(0.3))
        messages = await turn(session)
    assert not any(message.server_content and message.server_content.interrupted for message in messages)
    assert duration_s(len(sound(messages)), DOWN_HZ) == pytest.approx(0.4)


async def test_a_handle_takes_the_conversation_up_again(quick: Rehearsal, dial: Dial) -> None:
    async with dial(quick, session_resumption=types.SessionResumptionConfig()) as session:
        async for message in session._ws:  # the update comes before the first turn, where receive() would wait on
            assert b"newHandle" in (message if isinstance(message, bytes) else message.encode())
            break
        await send(session, beep())
        await turn(session)
        await send(session, beep())
        update = next(m.session_resumption_update for m in await turn(session) if m.session_resumption_update)
        assert update.resumable
    async with dial(quick, session_resumption=types.SessionResumptionConfig(handle=update.new_handle)):
        pass
    assert quick.record("setup")[-1]["resumed"]


async def test_a_tool_is_called_and_its_answer_spoken(dial: Dial) -> None:
    timer = types.FunctionDeclaration(
        name="set_timer",
        parameters=types.Schema(type=types.Type.OBJECT, properties={"seconds": types.Schema(type=types.Type.INTEGER)}),
    )
    script = {"ears": "none", "answers": "always", "reply_s": 0.4, "words": ["set a timer for ten minutes"]}
    with Rehearsal(script) as bench:
        async with dial(bench, tools=[types.Tool(function_declarations=[timer])]) as session:
            await send(session, beep())
            messages = []
            async for message in session.receive():
                messages.append(message)
                if message.tool_call and message.tool_call.function_calls:
                    call = message.tool_call.function_calls[0]
                    assert (call.name, call.args) == ("set_timer", {"seconds": 600})
                    answer = types.FunctionResponse(id=call.id, name=call.name, response={"output": "running"})
                    await session.send_tool_response(function_responses=[answer])
            assert sound(messages)


async def test_explicit_activity_replaces_detection(quick: Rehearsal, dial: Dial) -> None:
    detection = types.AutomaticActivityDetection(disabled=True)
    config = types.RealtimeInputConfig(automatic_activity_detection=detection)
    async with dial(quick, realtime_input_config=config) as session:
        await session.send_realtime_input(activity_start=types.ActivityStart())
        await send(session, beep(), end=False)
        await session.send_realtime_input(activity_end=types.ActivityEnd())
        assert sound(await turn(session))


async def test_two_clients_are_served_at_once(quick: Rehearsal, dial: Dial) -> None:
    async def one() -> bytes:
        async with dial(quick) as session:
            await send(session, beep())
            return sound(await turn(session))

    assert all(await asyncio.gather(one(), one()))
