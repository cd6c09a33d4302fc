"""What the rehearsal service's tests share: the real SDK, pointed at the service by the environment alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from google import genai
from google.genai import types
from google.genai.live import AsyncSession

from chimein.rehearsal.bench import QUICK, Rehearsal
from chimein.rehearsal.mind import wordnet

Dial = Callable[..., AbstractAsyncContextManager[AsyncSession]]
MODEL = "gemini-3.8-live"
COOK = "You are an AI assistant in Italian cooking; only chime in when the topic is about Italian cooking."


@pytest.fixture(scope="session")
def faithful() -> Iterator[Rehearsal]:
    """The service as it is: real ears, real judge, offline voice."""
    with contextlib.suppress(wordnet.WordNetError):
        wordnet.load()  # reading it for the first time takes longer than a test may
    with Rehearsal({"speed": 20}) as bench:
        yield bench


@pytest.fixture(scope="session")
def quick() -> Iterator[Rehearsal]:
    """Without recognition and voice; answers every line with a short tone."""
    with Rehearsal({**QUICK, "speed": 20}) as bench:
        yield bench


@pytest.fixture
def dial(monkeypatch: pytest.MonkeyPatch) -> Dial:
    """`dial(bench, model=…, version=…, **config)`: an open SDK session."""

    @asynccontextmanager
    async def open_session(
        bench: Rehearsal, *, model: str = MODEL, version: str = "v1alpha", key: str | None = None, **config: Any
    ) -> AsyncIterator[AsyncSession]:
        for name, value in bench.env.items():
            monkeypatch.setenv(name, value)
        if key is not None:
            monkeypatch.setenv("GOOGLE_API_KEY", key)
        client = genai.Client(vertexai=False, http_options=types.HttpOptions(api_version=version))
        settings = {"response_modalities": ["AUDIO"], **config}
        async with asyncio.timeout(45), client.aio.live.connect(model=model, config=settings) as session:  # type: ignore[arg-type]
            yield session

    return open_session


async def send(session: AsyncSession, pcm: bytes, *, end: bool = True, pause_s: float = 0.0) -> None:
    """Sound in 100 ms pieces, then the end of the stream."""
    for at in range(0, len(pcm), 3200):
        blob = types.Blob(data=pcm[at : at + 3200], mime_type="audio/pcm;rate=16000")
        await session.send_realtime_input(audio=blob)
        await asyncio.sleep(pause_s)
    if end:
        await session.send_realtime_input(audio_stream_end=True)


async def turn(session: AsyncSession) -> list[types.LiveServerMessage]:
    """Everything up to the next turnComplete."""
    return [message async for message in session.receive()]


def sound(messages: list[types.LiveServerMessage]) -> bytes:
    return b"".join(
        part.inline_data.data or b""
        for message in messages
        if message.server_content and message.server_content.model_turn
        for part in message.server_content.model_turn.parts or []
        if part.inline_data
    )


def said(messages: list[types.LiveServerMessage], which: str) -> str:
    """The transcription "input_transcription" or "output_transcription" of a turn."""
    pieces = [getattr(message.server_content, which, None) for message in messages]
    return "".join(piece.text or "" for piece in pieces if piece)
