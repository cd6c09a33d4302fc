"""What the real service refuses is refused here, with its close codes. Through the SDK where the SDK lets it out."""

import base64
import json
import ssl
from typing import Any

import pytest
from google.genai import errors, types
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chimein.rehearsal.bench import Rehearsal
from rehearsal.conftest import MODEL, Dial

PROACTIVE = types.ProactivityConfig(proactive_audio=True)
BOB = {"voice_config": {"prebuilt_voice_config": {"voice_name": "Bob"}}}
SETUP: dict[str, Any] = {"setup": {"model": f"models/{MODEL}"}}
ALPHA = "//ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent"
VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"


@pytest.mark.parametrize(
    ("code", "reason", "call"),
    [
        (1007, 'Unknown name "proactivity" at \'setup\'', {"proactivity": PROACTIVE, "version": "v1beta"}),
        (1007, 'Unknown name "proactivity" at \'setup\'', {"proactivity": PROACTIVE, "version": "v1"}),
        (1007, "cannot be disabled", {"proactivity": types.ProactivityConfig(proactive_audio=False)}),
        (1007, "not supported", {"proactivity": PROACTIVE, "model": "gemini-3.1-flash-live-preview"}),
        (1007, "Thinking level", {"thinking_config": {"thinking_level": "LOW"}}),
        (1007, "Affective", {"enable_affective_dialog": True}),
        (1008, "is not found for API version", {"model": "gemini-0.1-dead"}),
        (1007, "(TEXT)", {"response_modalities": ["TEXT"]}),
        (1007, "voice api_name 'Bob'", {"speech_config": BOB}),
        (1007, "API key not valid", {"key": "bad"}),
        (1008, "session not found", {"session_resumption": types.SessionResumptionConfig(handle="nonsense")}),
    ],
)  # fmt: skip
async def test_setup_refused(quick: Rehearsal, dial: Dial, code: int, reason: str, call: dict[str, Any]) -> None:
    with pytest.raises(errors.APIError) as refusal:
        async with dial(quick, **call):
            pass
    assert refusal.value.code == code
    assert reason in str(refusal.value)


def raw(bench: Rehearsal, path: str = ALPHA) -> connect:
    context = ssl.create_default_context(cafile=bench.env["SSL_CERT_FILE"])
    headers = {"x-goog-api-key": "rehearsal"}
    return connect(f"wss://127.0.0.1:{bench.port}{path}", ssl=context, additional_headers=headers, proxy=None)


async def answer(socket: ClientConnection, *messages: Any) -> Any:
    """Sends, and returns the next message, or the close as (code, reason)."""
    try:
        for message in messages:
            await socket.send(json.dumps(message))
        while True:
            got = json.loads(await socket.recv())
            if "setupComplete" not in got or messages == (SETUP,):
                return got
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


def audio(data: bytes, mime: str = "audio/pcm;rate=16000") -> dict[str, Any]:
    return {"realtimeInput": {"audio": {"data": base64.b64encode(data).decode(), "mimeType": mime}}}


@pytest.mark.parametrize(
    ("reason", "messages"),
    [
        ("setup must be the first message", [audio(b"\0\0")]),
        ("setup must be the first message and only the first", [SETUP, SETUP]),
        ("rate=16000", [SETUP, audio(b"\0\0", "audio/pcm;rate=44100")]),
        ("not audio/pcm", [SETUP, audio(b"\0\0", "audio/wav")]),
        ("odd number", [SETUP, audio(b"\0\0\0")]),
        ("Base64", [SETUP, {"realtimeInput": {"audio": {"data": "=!", "mimeType": "audio/pcm;rate=16000"}}}]),
        ("Unknown name \"nonsense\" at 'setup'", [{"setup": {"model": f"models/{MODEL}", "nonsense": 1}}]),
        ('Unknown name "hello"', [SETUP, {"hello": {}}]),
        ("TYPE_BOOL", [{"setup": {"proactivity": {"proactive_audio": "false"}}}]),
        ("automatic activity detection", [SETUP, {"realtimeInput": {"activityStart": {}}}]),
    ],
)
async def test_message_refused(quick: Rehearsal, reason: str, messages: list[Any]) -> None:
    async with raw(quick) as socket:
        code, why = await answer(socket, *messages)
    assert code == 1007
    assert reason in why


async def test_malformed_json_is_refused(quick: Rehearsal) -> None:
    async with raw(quick) as socket:
        await socket.send("{")
        with pytest.raises(ConnectionClosed, match="Invalid JSON"):
            await socket.recv()


async def test_both_spellings_and_both_alphabets(quick: Rehearsal) -> None:
    loud = b"\xfb\xff" * 800  # has + and / in one alphabet, - and _ in the other
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        async with raw(quick) as socket:
            blob = {"data": encode(loud).decode(), "mime_type": "audio/pcm;rate=16000"}
            setup = {"setup": {"model": f"models/{MODEL}", "input_audio_transcription": {}}}
            await answer(
                socket, setup, {"realtime_input": {"audio": blob}}, {"client_content": {"turn_complete": True}}
            )
    assert quick.record("closed")[-1]["audio_bytes"] == len(loud)


async def test_resume_is_refused_while_the_old_socket_is_open(quick: Rehearsal) -> None:
    resumable = {"setup": {"model": f"models/{MODEL}", "sessionResumption": {}}}
    async with raw(quick) as old, raw(quick) as new:
        handle = (await answer(old, resumable))["sessionResumptionUpdate"]["newHandle"]
        again = {"setup": {"model": f"models/{MODEL}", "sessionResumption": {"handle": handle}}}
        code, reason = await answer(new, again)
    assert code == 1011
    assert "still open" in reason


async def test_other_paths_do_not_exist(quick: Rehearsal) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with raw(quick, "/ws/elsewhere"):
            pass
    assert refusal.value.response.status_code == 404


async def test_vertex_counts_candidates(quick: Rehearsal) -> None:
    model = "projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash-native-audio"
    async with raw(quick, VERTEX) as socket:
        await socket.send(json.dumps({"setup": {"model": model}}))
        await socket.send(json.dumps({"clientContent": {"turns": [{"parts": [{"text": "hi"}]}], "turnComplete": True}}))
        while "usageMetadata" not in (message := json.loads(await socket.recv())):
            pass
    assert message["usageMetadata"]["candidatesTokenCount"] == 10
