"""The Live service through google-genai: one connection at a time, in chimein's own words.

What is hidden here: `receive()` ends after every turn, and the last resumption handle of a turn comes after its end; an
unknown message comes out of it as TypeError and a malformed one as ValueError, and the connection lives on; set-up and
close have no deadline of their own; errors come as six families. What is decided here: nothing.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import websockets
from google import genai
from google.genai import errors, types

from chimein.core.audio import UP_HZ
from chimein.core.config import AssistantSettings, LiveSettings, SessionSettings
from chimein.core.errors import LinkError
from chimein.core.kitchen.tools import Declaration, may_schedule
from chimein.core.live.facts import Down, Oddity, ToolAnswered
from chimein.core.live.goodbye import Failure, Phase
from chimein.core.live.models import ModelTraits
from chimein.core.secret import Secret
from chimein.edge.live.facts import facts_of
from chimein.edge.live.failure import failure_of
from chimein.edge.live.frames import Frames
from chimein.edge.live.half_open import HalfOpen
from chimein.edge.live.line import Line
from chimein.edge.live.setup import function_response, live_config

SEND_S = 5.0
"""One send. It only blocks when the kernel's buffers are full, on a network that is gone."""
REACH_S = 5.0
"""From the name to the upgrade: what takes longer has been lost on the way, however patient the set-up may be."""
IPV4_AFTER_S = 0.25
"""A kitchen whose IPv6 leads nowhere is tried by IPv4 so soon (RFC 8305, Happy Eyeballs)."""
CLOSE_S = 0.75
"""For the other side to say goodbye as well. Then the socket is cut: the next connection must not overlap with it."""
LARGEST_MESSAGE_BYTES = 8 << 20
"""Half a minute of an answer in one message is 2 MB; websockets' own limit of 1 MiB would end the connection."""
_CUT_S = 0.05
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
        tools: Sequence[Declaration] = (),
    ) -> None:
        """`api_key` is for the Developer API; Vertex AI takes Google's application default credentials.

        `tools` is what the model is told that it may call.
        `without` names features, as goodbye.FEATURES does, that the service has refused for this model.

        Slow (it loads the CA bundle, and Google's credentials): make it in a thread. Raises LinkError.
        """
        self._model = live.model
        self._assistant = assistant
        self._session = session
        self._traits = traits
        self._without = frozenset(without)
        self._tools = tools
        self._line: Line | None = None
        self._half_open: HalfOpen | None = None  # what a dead network has left of the line before
        self._is_proactive = traits.proactivity(live.service, live.proactive) is True
        options = types.HttpOptions(
            api_version=traits.api_version if live.service == "gemini" else None,
            async_client_args={
                "ping_interval": None,  # core's Pulse asks: this one closes sessions whose pongs are slow
                "open_timeout": None,
                "close_timeout": CLOSE_S,
                "max_size": LARGEST_MESSAGE_BYTES,
                "compression": None,
                "create_connection": self._new_line,
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
            raise LinkError(failure_of(error, Phase.REACHING)) from error
        with contextlib.suppress(AttributeError):  # an SDK that keeps them elsewhere: then one address after the other
            self._client._api_client._websocket_ssl_ctx["happy_eyeballs_delay"] = IPV4_AFTER_S

    @asynccontextmanager
    async def connect(self, handle: str | None, within_s: float) -> AsyncIterator["GeminiSession"]:
        """A connection whose set-up is complete. Raises LinkError."""
        stack, began_s = AsyncExitStack(), time.monotonic()
        try:
            session = await self._set_up(stack, handle, within_s)
            took_s = time.monotonic() - began_s
            yield GeminiSession(session, took_s, line=self._line, may_schedule=may_schedule(self._traits))
        except LinkError:
            self._cut()  # nobody is left to say goodbye to
            raise
        finally:
            await self._hang_up(stack)

    async def _set_up(self, stack: AsyncExitStack, handle: str | None, within_s: float) -> genai.live.AsyncSession:
        resuming, self._line = handle is not None, None
        said = (self._assistant, self._session, self._traits, self._tools)
        config = live_config(*said, handle=handle, is_proactive=self._is_proactive, without=self._without)
        loop, limit = asyncio.get_running_loop(), asyncio.timeout(None)

        def give_up(even_if_open: bool) -> None:
            if limit.when() is None and (even_if_open or not self._is_open):
                self._cut()
                limit.reschedule(loop.time() + _CUT_S)  # while there is no socket yet there is nothing to be cut

        late = [loop.call_later(REACH_S, give_up, False), loop.call_later(within_s, give_up, True)]
        try:
            async with limit:
                session = await stack.enter_async_context(
                    self._client.aio.live.connect(model=self._model, config=config)
                )
                await _complete(session)
                return session
        except Exception as error:
            if limit.when() is not None:
                raise LinkError(self._hang(within_s, resuming)) from error
            raise LinkError(failure_of(error, Phase.SETUP, resuming)) from error
        finally:
            for timer in late:
                timer.cancel()

    @property
    def _is_open(self) -> bool:
        return self._line is not None and self._line.is_open

    def _new_line(self, *args: Any, **kwargs: Any) -> Line:
        """websockets' own connection; kept, because only it knows how far it has come, and can be cut."""
        self._line = Line(*args, **kwargs)
        self._line.replaces = self._half_open
        return self._line

    def _hang(self, within_s: float, resuming: bool) -> Failure:
        if not self._is_open:
            reach_s = min(REACH_S, within_s)
            return Failure(Phase.REACHING, None, f"no answer in {reach_s:.3g} s", resuming, is_hang=True)
        return Failure(Phase.SETUP, None, f"no answer to the set-up in {within_s:.3g} s", resuming, is_hang=True)

    async def _hang_up(self, stack: AsyncExitStack) -> None:
        """The connection is gone when this returns: also for the other side, as far as the network lets it know."""
        try:
            async with asyncio.timeout(CLOSE_S + 0.5):
                await stack.aclose()
        except Exception as error:
            _log.debug("the connection did not close well: %s", type(error).__name__)
        finally:
            self._cut()
            self._line = None

    def _cut(self) -> None:
        if self._line is not None:
            self._line.cut()
            self._half_open = self._line.half_open or self._half_open


class GeminiSession:
    """One connection. Sends may come from several tasks; `facts` from one."""

    def __init__(
        self, session: genai.live.AsyncSession, setup_s: float, *, line: Line | None, may_schedule: bool
    ) -> None:
        self._session = session
        self._line = line
        self.setup_s = setup_s
        self._may_schedule = may_schedule
        self._frames = Frames.of(session)

    def wire_bytes(self) -> int:
        """What the socket beneath has sent, by the kernel's own count."""
        return self._line.sent_bytes() if self._line else 0

    @property
    def patience_s(self) -> float:
        """How long a healthy connection may take to acknowledge what was just sent."""
        return self._line.patience_s if self._line else 0.0

    def drop_unsent(self) -> bool:
        """Throws away what has not left this machine, and the connection with it; whether it did. From any thread."""
        return self._line.drop_unsent() if self._line else False

    def drop_unacknowledged(self) -> bool:
        """The same for what had left it when `drop_unsent` was last called, and has still not arrived."""
        return self._line.drop_unacknowledged() if self._line else False

    async def send_text(self, text: str) -> None:
        with _translated():
            async with asyncio.timeout(SEND_S):
                await self._session.send_realtime_input(text=text)

    async def answer_call(self, answer: ToolAnswered) -> None:
        response = function_response(answer, may_schedule=self._may_schedule)
        with _translated():
            async with asyncio.timeout(SEND_S):
                await self._session.send_tool_response(function_responses=[response])

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
                raise LinkError(failure_of(error, Phase.TALKING)) from error
            except Exception as error:  # what the SDK makes of an unknown or malformed message: the connection lives on
                oddities += 1
                yield Oddity(f"{type(error).__name__} in a message of the service")
                for call in self._frames.calls() if self._frames else ():
                    yield call
        raise LinkError(Failure(Phase.TALKING, None, f"{oddities} messages in a row could not be understood"))


class _translated:
    """Foreign errors of a send become LinkError."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError):
            raise LinkError(Failure(Phase.TALKING, None, f"nothing could be sent for {SEND_S:.0f} s")) from error
        if isinstance(error, Exception):  # whatever it is, it is foreign, and ends here
            raise LinkError(failure_of(error, Phase.TALKING)) from error


async def _complete(session: genai.live.AsyncSession) -> None:
    """Waits for setupComplete where the first frame was another: the SDK takes any for it, and loses that one."""
    while session.setup_complete is None:
        async for message in session.receive():
            if message.setup_complete is not None:
                return
