"""Tools that somebody else has: a client for MCP servers over streamable HTTP, Home Assistant's among them.

Written against the specification of 2025-06-18 (modelcontextprotocol.io: transports, tools), tools alone: no prompts,
resources, sampling or server-side pushes. The official package would bring 14 more (a web server, a form parser, JWT),
12 MB on disk, 28 MiB in memory and 0.4 s at every start (mcp 2.3.0 on x86, measured 2026-11-26); this uses the HTTP
library that google-genai has loaded already.

Whatever a server says is bounded and comes down to text. Its tools are called by its name and theirs, so that none can
take the place of another's.
"""

import asyncio
import json
import re
from typing import Any, Final

import httpx2

from chimein import __version__
from chimein.core.config.kitchen import McpSettings
from chimein.core.errors import ChimeinError
from chimein.core.kitchen.tools import LONGEST_NAME, Outcome, Tool, borrowed_schema
from chimein.core.secret import Secret, masked

VERSION: Final = "2025-06-18"
DEADLINE_S: Final = 20.0
"""For a call; a lamp takes a tenth of a second, and a person waits."""
CONNECT_S: Final = 5.0
LARGEST_BYTES: Final = 1 << 20
MOST_TOOLS: Final = 200
LONGEST_DESCRIPTION: Final = 400


class McpError(ChimeinError, ConnectionError):
    """The server cannot be reached, or says no; the message names it."""


class McpServer:
    """One server. Belongs to the loop; `close` it at the end."""

    def __init__(self, name: str, settings: McpSettings, token: Secret | None) -> None:
        self.name = name
        self._settings = settings
        self._token = token
        self._client: httpx2.AsyncClient | None = None
        self._session: str | None = None
        self._is_ready = False
        self._number = 0

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def tools(self) -> list[Tool]:
        """Those that the owner allows, as they are now. Raises McpError."""
        found: list[Tool] = []
        cursor: str | None = None
        while len(found) < MOST_TOOLS:
            page = await self._ask("tools/list", {"cursor": cursor} if cursor else {})
            tools = page.get("tools")
            found += [self._tool(one) for one in tools if self._is_allowed(one)] if isinstance(tools, list) else []
            cursor = page.get("nextCursor")
            if not isinstance(cursor, str) or not cursor:
                break
        return found[:MOST_TOOLS]

    async def call(self, tool: str, arguments: Any) -> Outcome:
        """What became of it, as text. Raises McpError."""
        result = await self._ask("tools/call", {"name": tool, "arguments": dict(arguments)})
        content = result.get("content")
        texts = [str(part.get("text")) for part in content if _is_text(part)] if isinstance(content, list) else []
        if not texts and result.get("structuredContent") is not None:
            texts = [json.dumps(result["structuredContent"], ensure_ascii=False)]
        return Outcome("\n".join(texts) or "done", is_error=result.get("isError") is True)

    def _is_allowed(self, one: Any) -> bool:
        return isinstance(one, dict) and one.get("name") in self._settings.allow

    def _tool(self, one: dict[str, Any]) -> Tool:
        name = str(one["name"])
        return Tool(
            name=re.sub(r"[^A-Za-z0-9_]", "_", f"{self.name}_{name}")[:LONGEST_NAME],
            description=str(one.get("description") or one.get("title") or name)[:LONGEST_DESCRIPTION],
            family=self.name,
            parameters=borrowed_schema(one.get("inputSchema")),
            do=lambda arguments: self.call(name, arguments),
            deadline_s=DEADLINE_S,
            is_slow=True,
        )

    # --- the protocol

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result of one request. A server that has forgotten the session is greeted anew, once."""
        for is_last in (False, True):
            if not self._is_ready:
                await self._greet()
            try:
                return await self._request(method, params)
            except _ForgottenError:
                self._session, self._is_ready = None, False
                if is_last:
                    raise McpError(f"{self.name}: the server forgets its sessions") from None
        raise AssertionError

    async def _greet(self) -> None:
        own = {"name": "chimein", "version": __version__}
        await self._request("initialize", {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": own})
        await self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self._is_ready = True

    async def _request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for answer in await self._post(message):
            if answer.get("id") != number:
                continue
            if isinstance(error := answer.get("error"), dict):
                raise McpError(f"{self.name}: {masked(str(error.get('message'))[:200])}")
            result = answer.get("result")
            return result if isinstance(result, dict) else {}
        raise McpError(f"{self.name}: the server did not answer {method}")

    async def _post(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The messages that come back, read to their end. Raises McpError, _ForgottenError."""
        headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": VERSION}
        if self._session is not None:
            headers["Mcp-Session-Id"] = self._session
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        if self._client is None:
            self._client = await asyncio.to_thread(_client)  # it reads the certificates
        try:
            async with self._client.stream("POST", self._settings.url, json=message, headers=headers) as response:
                if response.status_code == 404 and self._session is not None:
                    raise _ForgottenError
                if response.status_code in (401, 403):
                    raise McpError(f"{self.name}: {self._unwelcome()} ({response.status_code})")
                if response.status_code >= 300:
                    raise McpError(f"{self.name}: the server answers {response.status_code} at {self._settings.url}")
                self._session = response.headers.get("mcp-session-id", self._session)
                is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
                return await self._messages(response, is_stream=is_stream, wanted=message.get("id"))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise McpError(f"{self.name}: {self._settings.url} cannot be reached ({type(error).__name__})") from error

    def _unwelcome(self) -> str:
        """What its owner can do about a server that lets nobody in."""
        credential = self._settings.credential
        if credential is None:
            return f"the server wants a token: name one in tools.mcp.{self.name}.credential"
        trouble = "there is no token yet" if self._token is None else "the server does not accept the token"
        return f"{trouble}: `sudo chimein set-key --for {credential}`"

    async def _messages(self, response: Any, *, is_stream: bool, wanted: object) -> list[dict[str, Any]]:
        text, found = b"", list[dict[str, Any]]()
        async for piece in response.aiter_bytes():
            text += piece
            if len(text) > LARGEST_BYTES:
                raise McpError(f"{self.name}: an answer of more than {LARGEST_BYTES >> 20} MB")
            if is_stream:
                *events, text = re.split(rb"\r?\n\r?\n", text)
                found += [message for event in events for message in _parsed(_data(event))]
                if any(message.get("id") == wanted for message in found):
                    return found  # the server may keep the stream open for ever
        return [*found, *_parsed(_data(text) if is_stream else text)]


def _client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=httpx2.Timeout(DEADLINE_S, connect=CONNECT_S))


class _ForgottenError(Exception):
    """The server does not know this session any more."""


def _data(event: bytes) -> bytes:
    """The data of a server-sent event."""
    lines = re.split(rb"\r?\n", event)
    return b"\n".join(line.removeprefix(b"data:").strip() for line in lines if line.startswith(b"data:"))


def _parsed(text: bytes) -> list[dict[str, Any]]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return []
    messages = message if isinstance(message, list) else [message]
    return [one for one in messages if isinstance(one, dict)]


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text"
