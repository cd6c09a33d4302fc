"""The Live service through the real SDK, over TLS, against the rehearsal service and its faults."""

import asyncio
import base64
import contextlib
import gc
import json
import socket
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import numpy as np
import pytest

from chimein.core.config import Config, LiveSettings, SessionSettings
from chimein.core.errors import LinkError
from chimein.core.kitchen.tools import USE_TOOLS, Arguments, Outcome, Tool, declarations, tool
from chimein.core.live import facts as f
from chimein.core.live.goodbye import Phase, Remedy, judge
from chimein.core.secret import Secret
from chimein.edge.live import tcp
from chimein.edge.live.gemini import GeminiService, GeminiSession
from chimein.edge.live.later import LateService
from chimein.rehearsal.bench import QUICK, Rehearsal

SPEECH = (8000 * np.sin(np.arange(16_000) * 2 * np.pi * 300 / 16_000)).astype("<i2").tobytes()
"""One second of a tone, 16 kHz: a line, to a service that does not listen to words."""
SILENCE = bytes(len(SPEECH))


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, **script: Any) -> Iterator[Rehearsal]:
    with Rehearsal({**QUICK, **script}) as service:
        for name, value in service.env.items():
            monkeypatch.setenv(name, value)
        yield service


class Count(Arguments):
    """Counts."""

    by: int = 1


def service(config: Config | None = None, key: str = "a-key", tools: Sequence[Tool] = ()) -> GeminiService:
    config = config or Config()
    traits = config.live.traits()
    declared = declarations(tools, traits)
    return GeminiService(config.assistant, config.live, config.session, traits, api_key=Secret(key), tools=declared)


@asynccontextmanager
async def connected(
    handle: str | None = None, config: Config | None = None, within_s: float = 15.0
) -> AsyncIterator[GeminiSession]:
    async with asyncio.timeout(20), service(config).connect(handle, within_s) as session:
        yield session


async def say(session: GeminiSession) -> None:
    for sound in (SILENCE, SPEECH, SILENCE):
        for start in range(0, len(sound), 3200):
            await session.send_audio(sound[start : start + 3200])
    await session.end_audio()


async def turns(session: GeminiSession, count: int) -> list[f.Down]:
    """What came down until so many turns were complete, and the handle that follows the last."""
    facts: list[f.Down] = []
    async for fact in session.facts():
        facts.append(fact)
        complete = sum(isinstance(fact, f.TurnComplete) for fact in facts)
        if complete >= count and isinstance(fact, f.Handle):
            return facts
    raise AssertionError("the stream of facts ended")


def kinds(facts: list[f.Down]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


async def test_two_turns_and_the_handle_after_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, words=["good morning"]):
        async with connected() as session:
            await say(session)
            first = await turns(session, 1)
            await say(session)
            second = await turns(session, 1)
    for facts in (first, second):
        assert {"HeardText", "ReplyAudio", "GenerationComplete", "TurnComplete", "Usage", "Handle"} <= set(kinds(facts))
    assert "".join(fact.text for fact in first if isinstance(fact, f.HeardText)).strip() == "good morning"
    spoken = sum(len(fact.pcm) for fact in first if isinstance(fact, f.ReplyAudio))
    assert spoken == round(0.4 * 24_000) * 2
    usage = next(fact for fact in first if isinstance(fact, f.Usage))
    assert usage.output_tokens == {"AUDIO": 10}
    assert usage.input_tokens["AUDIO"] >= 25


async def test_what_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch) as bench:
        async with connected():
            pass
        (setup,) = (record["setup"] for record in bench.record("setup"))
        assert bench.record("connection")[0]["path"].endswith(".v1alpha.GenerativeService.BidiGenerateContent")
    assert setup["model"] == "models/gemini-3.8-live"
    assert setup["proactivity"] == {"proactiveAudio": True}
    assert setup["generationConfig"]["responseModalities"] == ["AUDIO"]
    assert "Italian cooking" in setup["systemInstruction"]["parts"][0]["text"]
    assert {"inputAudioTranscription", "outputAudioTranscription", "sessionResumption"} <= set(setup)
    assert "25600" in str(setup["contextWindowCompression"])


async def test_a_model_that_is_never_proactive_is_not_asked_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveSettings(model="gemini-3.1-flash-live-preview", proactive=False)
    config = Config(live=live, session=SessionSettings(resume=False))
    with serving(monkeypatch) as bench:
        async with connected(config=config):
            pass
        assert not {"proactivity", "sessionResumption"} & set(bench.record("setup")[0]["setup"])


async def test_a_conversation_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch) as bench:
        async with connected() as session:
            await say(session)
            handle = [fact for fact in await turns(session, 1) if isinstance(fact, f.Handle)][-1]
        assert handle.token is not None
        assert handle.token not in repr(handle)
        async with connected(handle.token):
            pass
        assert [record["resumed"] for record in bench.record("setup")] == [False, True]


async def test_nonsense_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = [{"on": "stream_end", "do": what} for what in ("unknown", "malformed")]
    with serving(monkeypatch, faults=odd):
        async with connected() as session:
            await say(session)
            facts = await turns(session, 1)
    assert kinds(facts).count("Oddity") == 2
    assert "ReplyAudio" in kinds(facts)


@pytest.mark.parametrize(
    ("fault", "phase", "remedy", "words"),
    [
        ({"on": "connect", "do": "http", "status": 503}, Phase.REACHING, Remedy.SOON, "503"),
        ({"on": "connect", "do": "http", "status": 429}, Phase.REACHING, Remedy.SLOWLY, "quota"),
        (
            {"on": "setup", "do": "close", "code": 1007, "reason": "API key not valid. Please pass a valid API key."},
            Phase.SETUP,
            Remedy.OWNER,
            "API key",
        ),
        ({"on": "setup", "do": "drop"}, Phase.SETUP, Remedy.SOON, "1006"),
    ],
)
async def test_a_refusal_is_one_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], phase: Phase, remedy: Remedy, words: str
) -> None:
    with serving(monkeypatch, faults=[fault]), pytest.raises(LinkError) as refused:
        async with connected():
            pass
    assert refused.value.failure.phase is phase
    verdict = judge(refused.value.failure)
    assert verdict.remedy is remedy
    assert words in verdict.cause


RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}
QUOTA = {"code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED", "details": [RETRY_INFO]}
DATES = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2015 07:28:37 GMT"}


def too_many(headers: dict[str, str], body: object = "Too Many Requests") -> dict[str, Any]:
    return {"on": "connect", "do": "http", "status": 429, "headers": headers, "body": json.dumps(body)}


@pytest.mark.parametrize(
    ("fault", "asked_s"),
    [
        (too_many({}), None),
        (too_many({"Retry-After": "37"}), 37.0),
        (too_many(DATES), 37.0),
        (too_many({"Retry-After": DATES["Date"]}), 0.0),  # long ago
        (too_many({"Retry-After": "soon"}, {"error": QUOTA}), 37.0),
        ({"on": "setup", "do": "close", "code": 1011, "reason": "Quota exceeded. Please retry in 36.5s."}, 36.5),
        ({"on": "ready", "do": "send", "message": QUOTA}, 37.0),
    ],
)
async def test_a_service_that_says_for_how_long_it_must_not_be_called_is_heeded(
    monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], asked_s: float | None
) -> None:
    with serving(monkeypatch, faults=[fault]), pytest.raises(LinkError) as refused:
        async with connected() as session:
            await turns(session, 1)
    assert judge(refused.value.failure).remedy is Remedy.SLOWLY
    assert refused.value.failure.retry_after_s == asked_s


@pytest.mark.parametrize(
    ("fault", "phase"),
    [
        ({"on": "setup", "do": "hang"}, Phase.SETUP),
        ({"on": "setup", "do": "blackhole"}, Phase.SETUP),
        ({"on": "connect", "do": "hang"}, Phase.REACHING),
    ],
)
async def test_a_service_that_never_sets_up_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], phase: Phase
) -> None:
    with serving(monkeypatch, faults=[fault]), pytest.raises(LinkError, match="no answer") as hung:
        async with connected(within_s=1.0):
            pass
    assert (hung.value.failure.phase, hung.value.failure.is_hang) == (phase, True)


async def test_an_address_that_leads_nowhere_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home whose router has an IPv6 address to give and no IPv6."""
    with serving(monkeypatch) as bench:
        port = int(bench.env["GOOGLE_GEMINI_BASE_URL"].rsplit(":", 1)[1])
        with contextlib.ExitStack() as full:
            try:
                full.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=0))
            except OSError as error:
                pytest.skip(f"no IPv6 here: {error}")
            for _ in range(4):  # whoever calls after these gets no answer at all
                caller = full.enter_context(socket.socket(socket.AF_INET6))
                caller.setblocking(False)
                caller.connect_ex(("::1", port))
            monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"https://localhost:{port}")
            monkeypatch.setattr(socket, "getaddrinfo", _ipv6_first)
            async with connected(within_s=3.0) as session:
                assert session.setup_s < 3.0


def _ipv6_first(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    return [(socket.AF_INET6, *kind, ("::1", port, 0, 0)), (socket.AF_INET, *kind, ("127.0.0.1", port))]


async def test_a_web_page_is_not_read_out(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"
    with (
        serving(monkeypatch, faults=[{"on": "connect", "do": "http", "status": 503, "body": page}]),
        pytest.raises(LinkError) as refused,
    ):
        async with connected():
            pass
    assert refused.value.failure.reason == "Service Unavailable"


async def test_how_long_a_set_up_took_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch):
        async with connected() as session:
            assert 0.0 < session.setup_s < 15.0


async def test_an_answer_in_one_large_message_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    pcm = bytes(24_000 * 2 * 30)
    part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": base64.b64encode(pcm).decode()}}
    burst = {"on": "ready", "do": "send", "message": {"serverContent": {"modelTurn": {"parts": [part]}}}}
    with serving(monkeypatch, faults=[burst]):
        async with connected() as session:
            facts = session.facts()
            while not isinstance(fact := await anext(facts), f.ReplyAudio):
                pass
            assert len(fact.pcm) == len(pcm)


async def test_the_end_of_a_connection_is_one_error_for_reader_and_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    end = {"on": "stream_end", "do": "close", "code": 1011, "reason": "Deadline expired"}
    with serving(monkeypatch, faults=[end]):
        async with connected() as session:
            await say(session)
            with pytest.raises(LinkError, match="1011 Deadline expired"):
                await turns(session, 1)
            with pytest.raises(LinkError):
                await say(session)


async def test_nobody_there_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"https://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(LinkError) as refused:
            async with connected():
                pass
    assert judge(refused.value.failure).remedy is Remedy.KNOCK


async def test_the_kernel_is_told_to_notice_a_dead_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch):
        async with connected() as session:
            await session.pong()
            line = session._session._ws.transport.get_extra_info("socket")
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == tcp.USER_TIMEOUT_S * 1000


async def test_without_a_key_the_owner_is_asked_for_one() -> None:
    config = Config()
    late = LateService(config.assistant, config.live, config.session, config.live.traits())
    with pytest.raises(LinkError) as refused:
        async with late.connect(None, 5.0):
            pass
    verdict = judge(refused.value.failure)
    assert verdict.remedy is Remedy.OWNER
    assert verdict.cause.startswith("there is no API key yet: give it one with `sudo chimein set-key`")


def tls_lines() -> int:
    """How many there are, also of those that nobody can reach any more."""
    return sum(type(one) is SSLProtocol for one in gc.get_objects())


async def test_attempts_that_failed_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config()
    with serving(monkeypatch, faults=[{"on": "connect", "do": "http", "status": 503}]):
        monkeypatch.setenv("GOOGLE_API_KEY", "a-key")
        late = LateService(config.assistant, config.live, config.session, config.live.traits())
        before = tls_lines()

        async def live() -> None:
            with contextlib.suppress(LinkError):
                async with asyncio.timeout(20), late.connect(None, 15.0):
                    pass

        gc.disable()
        try:
            for _ in range(6):
                await live()
                assert tls_lines() - before <= 2, "the latest, and the one before it, which is still being closed"
        finally:
            gc.enable()


def test_the_key_is_in_no_repr() -> None:
    built = service(key="AIza-very-secret")
    assert "very-secret" not in f"{built!r} {vars(built)!r}"


# --- tools

COUNT = tool("x", Count, lambda asked: Outcome(f"{asked.by}"))
CALL = {"on": "ready", "do": "send"}


def call(call_id: object, name: object, args: object) -> dict[str, Any]:
    return {**CALL, "message": {"toolCall": {"functionCalls": [{"id": call_id, "name": name, "args": args}]}}}


async def calls(session: GeminiSession, count: int) -> list[f.ToolCalled]:
    found: list[f.ToolCalled] = []
    async for fact in session.facts():
        if isinstance(fact, f.ToolCalled):
            found.append(fact)
            if len(found) == count:
                return found
    raise AssertionError("the stream of facts ended")


@pytest.mark.parametrize(
    ("model", "behaviour", "scheduling"),
    [
        ("gemini-3.8-live", "NON_BLOCKING", "SILENT"),
        ("gemini-2.5-flash-native-audio-latest", "BLOCKING", "SILENT"),
        ("gemini-3.1-flash-live-preview", None, None),
    ],
)
async def test_a_tool_is_declared_and_answered_as_the_model_takes_it(
    monkeypatch: pytest.MonkeyPatch, model: str, behaviour: str | None, scheduling: str | None
) -> None:
    script = {"answers": "always", "words": ["count"], "faults": []}
    live = LiveSettings(model=model, proactive=model != "gemini-3.1-flash-live-preview")
    config = Config(live=live)
    with serving(monkeypatch, **script) as bench:
        async with asyncio.timeout(20), service(config, tools=[COUNT]).connect(None, 20.0) as session:
            await say(session)
            [asked] = await calls(session, 1)
            assert asked.name == "count"
            await session.answer_call(f.ToolAnswered(asked.call_id, asked.name, {"output": "5"}, f.Speaks.SILENT))
            await turns(session, 1)
        setup = bench.record("setup")[0]["setup"]
        [answer] = bench.record("tool_response")
    [declared] = setup["tools"][0]["functionDeclarations"]
    assert declared.get("behavior") == behaviour
    assert declared["parametersJsonSchema"]["properties"]["by"]["type"] == "integer"
    assert setup["systemInstruction"]["parts"][0]["text"] == config.assistant.instruction + USE_TOOLS
    assert answer["known"]
    assert answer["response"].get("scheduling") == scheduling
    assert answer["response"]["response"] == {"output": "5"}


async def test_calls_that_the_sdk_cannot_read_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [
        call("list", "count", [1, 2]),
        call("text", "count", "five"),
        call("nothing", "count", None),
        call(7, "count", {"by": 7}),
        call("nameless", None, {}),
        call("number", 5, {}),
        call("well", "count", {"by": 5}),
    ]
    with serving(monkeypatch, faults=faults):
        async with connected() as session:
            found = {one.call_id: (one.name, one.arguments) for one in await calls(session, len(faults))}
    assert found == {
        "list": ("count", None),
        "text": ("count", None),
        "nothing": ("count", {}),
        "7": ("count", {"by": 7}),
        "nameless": ("", {}),
        "number": ("5", {}),
        "well": ("count", {"by": 5}),
    }


async def test_text_goes_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, answers="always") as bench:
        async with connected() as session:
            await session.send_text("How long do eggs take?")
            facts = await turns(session, 1)
        assert [one["text"] for one in bench.record("text")] == ["How long do eggs take?"]
    assert "ReplyAudio" in kinds(facts)
