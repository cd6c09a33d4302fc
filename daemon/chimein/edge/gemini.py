"""The Live service through google-genai: one connection at a time, in chimein's own words.

What is hidden here: `receive()` ends after every turn, and the last resumption handle of a turn comes after its end; an
unknown message comes out of it as TypeError and a malformed one as ValueError, and the connection lives on; set-up and
close have no deadline of their own; errors come as six families. What is decided here: nothing.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import websockets
from google import genai
from google.auth.exceptions import GoogleAuthError, TransportError
from google.genai import errors, types

from chimein.core.audio import UP_HZ
from chimein.core.config import AssistantSettings, LiveSettings, SessionSettings
from chimein.core.errors import LinkError
from chimein.core.facts import Down, Oddity
from chimein.core.goodbye import Failure, Phase
from chimein.core.models import ModelTraits
from chimein.core.secret import Secret
from chimein.edge.gemini_facts import facts_of

SETUP_S = 15.0
"""From the first byte to setupComplete. The service takes about one second; a refused field can make it hang."""
SEND_S = 5.0
"""One send. It only blocks when the kernel's buffers are full, on a network that is gone."""
CLOSE_S = 2.0
PING_S = 20.0
"""The service's pongs have been seen to take 8 to 30 s: an impatient keepalive kills healthy sessions."""
PING_PATIENCE_S = 40.0
DEAD_S = 12.0
ODDITIES_IN_A_ROW = 50
"""So many messages in a row that nobody understands are a broken connection."""

_MIME = f"audio/pcm;rate={UP_HZ}"
_log = logging.getLogger(__name__)


class GeminiService:
    """Opens connections to the Live API. Belongs to the loop that it is used in."""

    def __init__(
        self,
        assistant: AssistantSettings,
        live: LiveSettings,
        session: SessionSettings,
        traits: ModelTraits,
        *,
        api_key: Secret | None,
        without: Collection[str] = (),
    ) -> None:
        """`api_key` is for the Developer API; Vertex AI takes Google's application default credentials.

        `without` names features, as goodbye.FEATURES does, that the service has refused for this model.

        Slow (it loads the CA bundle, and Google's credentials): make it in a thread. Raises LinkError.
        """
        self._model = live.model
        self._assistant = assistant
        self._session = session
        self._traits = traits
        self._without = frozenset(without)
        self._is_proactive = traits.proactivity(live.service, live.proactive) is True
        options = types.HttpOptions(
            api_version=traits.api_version if live.service == "gemini" else None,
            async_client_args={
                "ping_interval": PING_S,
                "ping_timeout": PING_PATIENCE_S,
                "close_timeout": CLOSE_S,
                "compression": None,
            },
        )
        try:
            if live.service == "vertex":
                self._client = genai.Client(
                    vertexai=True, project=live.project, location=live.location, http_options=options
                )
            else:
                self._client = genai.Client(
                    vertexai=False, api_key=api_key.reveal() if api_key else None, http_options=options
                )
        except Exception as error:
            raise LinkError(_failure(error, Phase.REACHING)) from error

    @asynccontextmanager
    async def connect(self, handle: str | None) -> AsyncIterator["GeminiSession"]:
        """A connection whose set-up is complete. Raises LinkError."""
        resuming = handle is not None
        stack = AsyncExitStack()
        try:
            async with asyncio.timeout(SETUP_S):
                session = await stack.enter_async_context(
                    self._client.aio.live.connect(model=self._model, config=self._config(handle))
                )
                await _set_up(session)
        except TimeoutError as late:
            await _close(stack)
            words = str(late)  # the handshake's own deadline has some, ours has none
            phase = Phase.REACHING if words else Phase.SETUP
            raise LinkError(
                Failure(phase, None, words or f"no answer to the set-up in {SETUP_S:.0f} s", resuming)
            ) from late
        except Exception as error:
            await _close(stack)
            raise LinkError(_failure(error, Phase.SETUP, resuming)) from error
        _notice_dead_networks(session)
        try:
            yield GeminiSession(session)
        finally:
            await _close(stack)

    def _config(self, handle: str | None) -> types.LiveConnectConfig:
        traits, session = self._traits, self._session
        voice = types.PrebuiltVoiceConfig(voice_name=self._assistant.voice)
        extras: dict[str, Any] = {
            "speech_config": types.SpeechConfig(voice_config=types.VoiceConfig(prebuilt_voice_config=voice)),
            "input_audio_transcription": types.AudioTranscriptionConfig(),
            "output_audio_transcription": types.AudioTranscriptionConfig(),
            "context_window_compression": types.ContextWindowCompressionConfig(
                trigger_tokens=session.compress_at_tokens,
                sliding_window=types.SlidingWindow(target_tokens=session.keep_tokens),
            ),
        }
        if self._is_proactive:
            extras["proactivity"] = types.ProactivityConfig(proactive_audio=True)
        if session.resume:
            extras["session_resumption"] = types.SessionResumptionConfig(handle=handle)
        if traits.thinking_level:
            extras["thinking_config"] = types.ThinkingConfig(thinking_level=types.ThinkingLevel(traits.thinking_level))
        for feature in self._without:
            extras.pop(feature, None)
        return types.LiveConnectConfig(
            response_modalities=[types.Modality.AUDIO],
            system_instruction=self._assistant.instruction,
            **extras,
        )


class GeminiSession:
    """One connection. Sends may come from several tasks; `facts` from one."""

    def __init__(self, session: genai.live.AsyncSession) -> None:
        self._session = session

    async def send_audio(self, pcm: bytes) -> None:
        with _translated():
            async with asyncio.timeout(SEND_S):
                await self._session.send_realtime_input(audio=types.Blob(data=pcm, mime_type=_MIME))

    async def end_audio(self) -> None:
        with _translated():
            async with asyncio.timeout(SEND_S):
                await self._session.send_realtime_input(audio_stream_end=True)

    async def pong(self) -> None:
        """Asks for a sign of life, and returns when it has come."""
        try:
            ping = self._session._ws.ping
        except AttributeError:  # an SDK that keeps its connection elsewhere: its own keepalive has to do
            return
        with _translated():
            await (await ping())

    async def facts(self) -> AsyncIterator[Down]:
        oddities = 0
        while oddities < ODDITIES_IN_A_ROW:
            try:
                async for message in self._session.receive():
                    oddities = 0
                    for fact in facts_of(message):
                        yield fact
            except (errors.APIError, websockets.WebSocketException, OSError) as error:
                raise LinkError(_failure(error, Phase.TALKING)) from error
            except Exception as error:  # what the SDK makes of an unknown or malformed message: the connection lives on
                oddities += 1
                yield Oddity(f"{type(error).__name__} in a message of the service")
        raise LinkError(Failure(Phase.TALKING, None, f"{oddities} messages in a row could not be understood"))


class _translated:
    """Foreign errors of a send become LinkError."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError):
            raise LinkError(Failure(Phase.TALKING, None, f"nothing could be sent for {SEND_S:.0f} s")) from error
        if isinstance(error, Exception):  # whatever it is, it is foreign, and ends here
            raise LinkError(_failure(error, Phase.TALKING)) from error


async def _set_up(session: genai.live.AsyncSession) -> None:
    """Waits for setupComplete where the first frame was another: the SDK takes any for it, and loses that one."""
    while session.setup_complete is None:
        async for message in session.receive():
            if message.setup_complete is not None:
                return


def _failure(error: Exception, phase: Phase, resuming: bool = False) -> Failure:
    """The failure that a foreign error stands for."""
    if isinstance(error, errors.APIError):
        return Failure(phase, error.code, _reason(error), resuming)
    if isinstance(error, websockets.InvalidStatus):
        return Failure(Phase.REACHING, error.response.status_code, _http_reason(error), resuming)
    if isinstance(error, websockets.ConnectionClosed):
        close = error.rcvd or error.sent
        if close is None:
            return Failure(phase, 1006, "the connection broke", resuming)
        return Failure(phase, close.code, close.reason, resuming)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Phase.REACHING, None, f"TLS certificate: {error.verify_message} (is the clock right?)", resuming)
    if isinstance(error, GoogleAuthError):
        code = None if isinstance(error, TransportError) else 401
        return Failure(Phase.REACHING, code, str(error)[:200], resuming)
    if isinstance(error, OSError | websockets.WebSocketException):
        reached = Phase.REACHING if phase is Phase.SETUP else phase
        return Failure(reached, None, str(error) or type(error).__name__, resuming)
    return Failure(phase, None, f"{type(error).__name__}: {error}"[:200], resuming)


def _reason(error: errors.APIError) -> str:
    """The service's own sentence: the SDK puts it into `str(error)` as "1007 None. sentence"."""
    if error.code == 1006:
        return "the connection broke"
    closed = error.__context__
    if isinstance(closed, websockets.ConnectionClosed) and closed.rcvd is not None:
        return closed.rcvd.reason
    return str(error.message or error).removeprefix(f"{error.code} None.").strip()


def _http_reason(error: websockets.InvalidStatus) -> str:
    return bytes(error.response.body or b"").decode("utf-8", "replace")[:200] or error.response.reason_phrase


def _notice_dead_networks(session: genai.live.AsyncSession) -> None:
    """The kernel gives up on a network that acknowledges nothing for DEAD_S; left alone it takes a quarter of an hour.

    Unlike an impatient keepalive it tells a dead network from a service whose pongs are slow.
    """
    try:
        tcp = session._ws.transport.get_extra_info("socket")
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(DEAD_S * 1000))
    except (AttributeError, OSError) as error:  # an SDK that keeps its socket elsewhere: the keepalive still notices
        _log.debug("no time limit on the socket: %s", error)


async def _close(stack: AsyncExitStack) -> None:
    try:
        async with asyncio.timeout(CLOSE_S + 0.5):
            await stack.aclose()
    except Exception as error:
        _log.debug("the connection did not close well: %s", type(error).__name__)
