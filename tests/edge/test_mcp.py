"""Tools of another server, over a real socket: JSON and event streams, sessions that are forgotten, and bad manners."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chimein.core.config.kitchen import McpSettings
from chimein.core.kitchen.tools import Outcome, borrowed_schema
from chimein.core.secret import Secret
from chimein.edge.mcp import LARGEST_BYTES, McpError, McpServer

LAMP = {
    "name": "HassTurnOn",
    "description": "Turns something on.",
    "inputSchema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {"name": {"anyOf": [{"type": "string", "title": "x"}, {"type": "null"}], "default": None}},
    },
}


class House(ThreadingHTTPServer):
    """An MCP server of few words. What it does is set by its attributes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.streams = False
        self.pages: list[list[dict[str, Any]]] = [[LAMP]]
        self.result: dict[str, Any] = {"content": [{"type": "text", "text": "The lamp is on."}]}
        self.session: str | None = "one"
        self.token: str | None = None
        self.garbage: bytes | None = None
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/mcp"

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["method"]:
            case "initialize":
                return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "house"}}
            case "tools/list":
                page = int(message["params"].get("cursor", 0))
                more = {"nextCursor": str(page + 1)} if page + 1 < len(self.pages) else {}
                return {"tools": self.pages[page], **more}
            case _:
                return self.result


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: House

    def do_POST(self) -> None:
        house = self.server
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        house.asked.append({**message, "session": self.headers.get("Mcp-Session-Id")})
        if house.token is not None and self.headers.get("Authorization") != f"Bearer {house.token}":
            self._say(401, b"", "text/plain")
        elif message["method"] != "initialize" and self.headers.get("Mcp-Session-Id") != house.session:
            self._say(404, b"", "text/plain")
        elif "id" not in message:
            self._say(202, b"", "text/plain")
        elif house.garbage is not None and message["method"] != "initialize":
            self._say(200, house.garbage, "application/json")
        else:
            answer = {"jsonrpc": "2.0", "id": message["id"]}
            result = house.answer(message)
            body = json.dumps({**answer, **({"error": result["error"]} if "error" in result else {"result": result})})
            if house.streams:
                note = json.dumps({"jsonrpc": "2.0", "method": "notifications/progress"})
                body = f"event: message\r\ndata: {note}\r\n\r\n: a comment\n\ndata: {body}\n\n"
            self._say(200, body.encode(), "text/event-stream" if house.streams else "application/json; charset=utf-8")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.server.session is not None and status == 200:
            self.send_header("Mcp-Session-Id", self.server.session)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def house() -> Iterator[House]:
    with House() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def client(server: House, *allow: str, token: str | None = None, credential: str | None = "ha") -> McpServer:
    settings = McpSettings(url=server.url, allow=list(allow) or ["HassTurnOn"], credential=credential)
    return McpServer("home", settings, Secret(token) if token else None)


@pytest.mark.parametrize("streams", [False, True], ids=["json", "events"])
async def test_a_tool_is_found_and_called(streams: bool) -> None:
    with house() as server:
        server.streams = streams
        home = client(server)
        [tool] = await home.tools()
        assert (tool.name, tool.family, tool.is_slow) == ("home_HassTurnOn", "home", True)
        assert tool.parameters == {"type": "object", "properties": {"name": {"type": "string"}}}
        done = await tool.do({"name": "lamp"})  # type: ignore[misc]
        assert done == Outcome("The lamp is on.")
        await home.close()
        assert [one["method"] for one in server.asked] == [
            "initialize",
            "notifications/initialized",
            "tools/list",
            "tools/call",
        ]
        assert server.asked[-1]["params"] == {"name": "HassTurnOn", "arguments": {"name": "lamp"}}


async def test_only_what_the_owner_allows_and_over_all_pages() -> None:
    with house() as server:
        server.pages = [[LAMP, {"name": "unlock_door"}], [{"name": "Odd name!", "inputSchema": 5}, "nonsense"]]  # type: ignore[list-item]
        home = client(server, "HassTurnOn", "Odd name!")
        assert [tool.name for tool in await home.tools()] == ["home_HassTurnOn", "home_Odd_name_"]
        await home.close()


async def test_a_forgotten_session_is_begun_anew() -> None:
    with house() as server:
        home = client(server)
        await home.tools()
        server.session = "two"
        assert await home.call("HassTurnOn", {}) == Outcome("The lamp is on.")
        assert server.asked[-1]["session"] == "two"
        await home.close()


async def test_the_token_goes_with_every_request_and_into_no_message() -> None:
    with house() as server:
        server.token = "a-secret-token"
        home = client(server, token="a-secret-token")
        assert await home.tools()
        await home.close()
        for token, says in (("another-token", "does not accept the token"), (None, "there is no token yet")):
            stranger = client(server, token=token)
            with pytest.raises(McpError, match=says) as error:
                await stranger.tools()
            assert "`sudo chimein set-key --for ha`" in str(error.value)
            assert "another-token" not in str(error.value)
            await stranger.close()


async def test_a_server_that_wants_a_token_and_was_promised_none_is_explained() -> None:
    with house() as server:
        server.token = "a-secret-token"
        stranger = client(server, credential=None)
        with pytest.raises(McpError, match=r"wants a token: name one in tools\.mcp\.home\.credential"):
            await stranger.tools()
        await stranger.close()


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"content": [{"type": "text", "text": "no"}], "isError": True}, Outcome("no", is_error=True)),
        ({"content": [{"type": "image", "data": "…"}]}, Outcome("done")),
        ({"content": "nonsense"}, Outcome("done")),
        ({"structuredContent": {"on": True}}, Outcome('{"on": true}')),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, Outcome("a\nb")),
    ],
)
async def test_whatever_comes_back_becomes_words(result: dict[str, Any], outcome: Outcome) -> None:
    with house() as server:
        server.result = result
        home = client(server)
        assert await home.call("HassTurnOn", {}) == outcome
        await home.close()


@pytest.mark.parametrize(
    ("garbage", "said"),
    [
        (b"", "did not answer"),
        (b"<html>", "did not answer"),
        (b"[1, 2]", "did not answer"),
        (b'{"jsonrpc": "2.0", "id": 99, "result": {}}', "did not answer"),
        (b"[" * 100_000, "did not answer"),
        (b"x" * (LARGEST_BYTES + 1), "more than 1 MB"),
    ],
)
async def test_bad_manners_are_an_error_in_words(garbage: bytes, said: str) -> None:
    with house() as server:
        home = client(server)
        await home.tools()
        server.garbage = garbage
        with pytest.raises(McpError, match=said):
            await home.tools()
        await home.close()


async def test_an_error_of_the_server_and_a_server_that_is_gone() -> None:
    with house() as server:
        server.result = {"error": {"code": -32602, "message": "Unknown tool"}}
        home = client(server)
        with pytest.raises(McpError, match="home: Unknown tool"):
            await home.call("nothing", {})
        await home.close()
        gone = client(server)
    with pytest.raises(McpError, match="cannot be reached"):
        await gone.tools()
    await gone.close()
    nowhere = McpServer("home", McpSettings.model_construct(url="http://h:port/", allow=["x"]), None)
    with pytest.raises(McpError, match="cannot be reached"):
        await nowhere.tools()
    await nowhere.close()


def test_a_foreign_schema_is_cut_down_to_what_the_service_understands() -> None:
    deep: dict[str, Any] = {"type": "object"}
    for _ in range(100):
        deep = {"type": "object", "properties": {"inner": deep}, "patternProperties": {}}
    assert "patternProperties" not in json.dumps(borrowed_schema(deep))
    assert borrowed_schema(None) == borrowed_schema([]) == {"type": "object", "properties": {}}
    assert borrowed_schema({"properties": {"n": {"type": "integer", "format": "int64"}}, "required": ["n"]}) == {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
    }
    odd = {
        "colour": {"type": ["null", "string"], "enum": ["red", None, True, 3], "description": 5},
        "none": {"enum": [None], "type": "tuple", "minimum": True, "maximum": 3},
    }
    assert borrowed_schema({"properties": odd, "required": ["colour", "lost", {}]}) == {
        "type": "object",
        "properties": {"colour": {"type": "string", "enum": ["red", 3]}, "none": {"maximum": 3}},
        "required": ["colour"],
    }
