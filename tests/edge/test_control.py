"""The control socket from both ends: the real server and the real client, or raw bytes in place of the client."""

# ruff: noqa: ASYNC240 - what is waited for here happens behind a real socket, and a look at a file is quick

import asyncio
import contextlib
import gc
import json
import os
import socket
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from chimein.core.errors import ChimeinError, ConfigError, NotAllowedError, NotRunningError, UsageError
from chimein.edge import control_client
from chimein.edge.control import CALLERS, LINE_BYTES, Answer, Dialogue, serve


@pytest.fixture
def path() -> Iterator[Path]:
    """A short one: the name of a socket has at most 107 bytes, and pytest's own directories are long."""
    with tempfile.TemporaryDirectory(prefix="ci") as directory:
        yield Path(directory, "control.sock")


class Kitchen:
    """A daemon as the control socket sees it."""

    def __init__(self) -> None:
        self.requests: list[dict[str, object]] = []
        self.watchers = 0
        self.ends = asyncio.Event()

    async def handle(self, command: str, request: dict[str, object]) -> Answer | AsyncIterator[Answer] | Dialogue:
        self.requests.append(request)
        match command:
            case "status":
                return {"picture": {"link": "online"}}
            case "unmute":
                raise NotAllowedError("the switch says muted")
            case "break":
                raise RuntimeError("a detail that nobody outside should read")
            case "nan":
                return {"level_dbfs": float("nan")}
            case "sleep":
                await asyncio.Event().wait()
            case "watch":
                return self._count(until=3)
            case "watch for ever":
                return self._count(until=None)
            case "watch until it ends":
                return self._until_it_ends()
            case "flood":
                return self._flood()
            case "fail midway":
                return self._fail()
            case "echo":
                return self._echo
        raise UsageError(f"there is no command {command!r}")

    async def _echo(self, requests: AsyncIterator[dict[str, object]]) -> AsyncIterator[Answer]:
        self.watchers += 1
        try:
            yield {"heard": "echo"}
            async for request in requests:
                yield {"heard": request["word"]}
                if request["word"] == "bye":
                    return
        finally:
            self.watchers -= 1

    async def _count(self, until: int | None) -> AsyncIterator[Answer]:
        self.watchers += 1
        try:
            for number in range(until if until is not None else 1):
                yield {"number": number}
            if until is None:
                await asyncio.Event().wait()
        finally:
            self.watchers -= 1

    async def _until_it_ends(self) -> AsyncIterator[Answer]:
        yield {}
        await self.ends.wait()

    async def _flood(self) -> AsyncIterator[Answer]:
        self.watchers += 1
        try:
            while True:
                yield {"pad": "x" * 60_000}
        finally:
            self.watchers -= 1

    async def _fail(self) -> AsyncIterator[Answer]:
        yield {"number": 0}
        raise ConfigError("the rest is missing")


async def until(holds: Callable[[], bool]) -> None:
    """Waits for something that happens in the loop; fails after two seconds."""
    async with asyncio.timeout(2.0):
        while not holds():
            await asyncio.sleep(0.005)


async def say(path: Path, *lines: bytes) -> list[dict[str, object]]:
    """Raw bytes in, every answer out; then our side hangs up."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(b"".join(lines))
        writer.write_eof()
        async with asyncio.timeout(2.0):
            return [json.loads(line) for line in (await reader.read()).splitlines()]
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def ask(path: Path, command: str, **fields: object) -> dict[str, object]:
    return await asyncio.to_thread(control_client.ask, command, sockets=[path], **fields)  # type: ignore[arg-type]


async def test_a_command_is_answered(path: Path) -> None:
    kitchen = Kitchen()
    async with await serve(path, kitchen.handle):
        assert await ask(path, "status", by="ssh") == {"picture": {"link": "online"}}
    assert kitchen.requests == [{"command": "status", "by": "ssh"}]


async def test_on_the_wire_it_is_one_line_of_json_each(path: Path) -> None:
    async with await serve(path, Kitchen().handle):
        answers = await say(path, b'{"command": "status"}\n', b"\n", b'{"command": "unmute"}')
    assert answers == [
        {"ok": True, "picture": {"link": "online"}},
        {"ok": False, "error": "the switch says muted", "exit_status": 77},
    ]


@pytest.mark.parametrize(
    "line",
    [b"status", b"{}", b"[]", b'"status"', b'{"command": 1}', b"\xff\xfe", b"[" * 50_000, b'{"command": "x" ' * 9],
    ids=repr,
)
async def test_nonsense_is_refused_and_the_next_request_is_answered(path: Path, line: bytes) -> None:
    async with await serve(path, Kitchen().handle):
        refusal, answer = await say(path, line + b"\n", b'{"command": "status"}\n')
    assert refusal["ok"] is False
    assert refusal["exit_status"] == 2
    assert answer["ok"] is True


async def test_a_line_without_end_is_refused(path: Path) -> None:
    async with await serve(path, Kitchen().handle):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"x" * (LINE_BYTES + 4096))
        answer = json.loads(await reader.readline())
        writer.close()
    assert answer["ok"] is False
    assert str(LINE_BYTES) in str(answer["error"])


@pytest.mark.parametrize(
    ("command", "error", "status"), [("unmute", NotAllowedError, 77), ("no such thing", UsageError, 2)]
)
async def test_errors_arrive_as_what_they_were(
    path: Path, command: str, error: type[ChimeinError], status: int
) -> None:
    async with await serve(path, Kitchen().handle):
        with pytest.raises(error) as caught:
            await ask(path, command)
    assert caught.value.exit_status == status


@pytest.mark.parametrize("command", ["break", "nan"])
async def test_a_fault_inside_is_logged_once_and_told_without_details(
    path: Path, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with await serve(path, Kitchen().handle):
        for _ in range(3):
            with pytest.raises(ChimeinError) as caught:
                await ask(path, command)
            assert "detail" not in str(caught.value)
            assert caught.value.exit_status == 1
    assert [record.levelname for record in caplog.records if record.levelno >= 30] == ["ERROR"]


async def test_an_answer_that_does_not_come_is_given_up(path: Path) -> None:
    async with await serve(path, Kitchen().handle, answer_s=0.05):
        with pytest.raises(ChimeinError, match="too long"):
            await ask(path, "sleep")


async def test_a_stream_ends_when_there_is_no_more(path: Path) -> None:
    kitchen = Kitchen()
    async with await serve(path, kitchen.handle):
        answers = await asyncio.to_thread(lambda: list(control_client.stream("watch", sockets=[path])))
    assert answers == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert kitchen.watchers == 0


async def test_a_stream_that_fails_says_so(path: Path) -> None:
    async with await serve(path, Kitchen().handle):
        with pytest.raises(ConfigError, match="the rest is missing"):
            await asyncio.to_thread(lambda: list(control_client.stream("fail midway", sockets=[path])))


async def test_a_watcher_that_hangs_up_is_noticed_though_nothing_happens(path: Path) -> None:
    kitchen = Kitchen()
    async with await serve(path, kitchen.handle):
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"command": "watch for ever"}\n')
        await until(lambda: kitchen.watchers == 1)
        writer.close()
        await until(lambda: kitchen.watchers == 0)


async def test_a_watcher_that_hangs_up_as_the_stream_ends_is_no_mistake(path: Path) -> None:
    kitchen, mistakes = Kitchen(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: mistakes.append(context))
    async with await serve(path, kitchen.handle) as server:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
            caller.sendall(b'{"command": "watch until it ends"}\n')
            assert await asyncio.to_thread(caller.recv, 100) == b'{"ok": true}\n'
        kitchen.ends.set()  # in one turn of the loop with the hanging up
        await until(lambda: server.callers == 0)
    gc.collect()
    assert mistakes == []


async def test_a_dialogue_goes_to_and_fro_until_either_side_ends_it(path: Path) -> None:
    kitchen = Kitchen()
    words = iter(["one", "two", "bye"])

    def talk() -> list[Answer]:
        return list(control_client.converse("echo", lambda answer: {"word": next(words, "?")}, sockets=[path]))

    async with await serve(path, kitchen.handle):
        assert await asyncio.to_thread(talk) == [{"heard": word} for word in ("echo", "one", "two", "bye")]
        assert kitchen.watchers == 0
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"command": "echo"}\n')
        await until(lambda: kitchen.watchers == 1)
        writer.close()
        await until(lambda: kitchen.watchers == 0)


@pytest.mark.parametrize("nonsense", [b"no JSON\n", b"[]\n", b"x" * (LINE_BYTES + 1)])
async def test_nonsense_ends_a_dialogue(path: Path, nonsense: bytes) -> None:
    kitchen = Kitchen()
    async with await serve(path, kitchen.handle):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"command": "echo"}\n' + nonsense)
        async with asyncio.timeout(5.0):
            assert json.loads(await reader.readline())["heard"] == "echo"
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        await until(lambda: kitchen.watchers == 0)


async def test_a_watcher_that_does_not_read_is_dropped_and_nobody_else_waits(path: Path) -> None:
    kitchen = Kitchen()
    async with await serve(path, kitchen.handle, drain_s=0.2):
        _, sleeper = await asyncio.open_unix_connection(path, limit=1024)
        sleeper.write(b'{"command": "flood"}\n')
        await until(lambda: kitchen.watchers == 1)
        assert await ask(path, "status", timeout_s=1.0)
        await until(lambda: kitchen.watchers == 0)
        sleeper.close()


async def test_a_silent_caller_is_hung_up_on(path: Path) -> None:
    async with await serve(path, Kitchen().handle, idle_s=0.05):
        reader, writer = await asyncio.open_unix_connection(path)
        async with asyncio.timeout(2.0):
            assert await reader.read() == b""
        writer.close()


async def test_too_many_callers_are_told(path: Path) -> None:
    async with await serve(path, Kitchen().handle) as server:
        silent = [await asyncio.open_unix_connection(path) for _ in range(CALLERS)]
        with pytest.raises(ChimeinError, match="too many"):
            await ask(path, "status")
        for _, writer in silent:
            writer.close()
        await until(lambda: server.callers == 0)
        assert await ask(path, "status")


async def test_watchers_end_when_the_daemon_does(path: Path) -> None:
    kitchen = Kitchen()
    server = await serve(path, kitchen.handle)
    watching = asyncio.create_task(
        asyncio.to_thread(lambda: list(control_client.stream("watch for ever", sockets=[path])))
    )
    await until(lambda: kitchen.watchers == 1)
    await server.close()
    await server.close()
    assert await watching == [{"number": 0}]
    assert kitchen.watchers == 0
    assert not path.exists()


async def test_a_dead_daemons_socket_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    async with await serve(path, Kitchen().handle):
        assert await ask(path, "status")
    assert list(path.parent.iterdir()) == []


async def test_a_living_daemons_socket_is_respected(path: Path) -> None:
    async with await serve(path, Kitchen().handle):
        with pytest.raises(ChimeinError, match="already"):
            await serve(path, Kitchen().handle)
        assert await ask(path, "status")


async def test_a_successors_socket_is_left_alone(path: Path) -> None:
    first = await serve(path, Kitchen().handle)
    path.unlink()
    async with await serve(path, Kitchen().handle):
        await first.close()
        assert await ask(path, "status")


async def test_what_is_not_a_socket_is_not_touched(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(ChimeinError, match="not a socket"):
        await serve(path, Kitchen().handle)
    assert path.read_text() == "precious"


async def test_a_missing_directory_is_said_plainly(path: Path) -> None:
    with pytest.raises(ChimeinError, match="cannot be made"):
        await serve(path.parent / "nowhere" / "control.sock", Kitchen().handle)


async def test_the_group_may_talk_and_without_one_only_we(path: Path) -> None:
    import grp

    own = grp.getgrgid(os.getgid()).gr_name
    for group, mode in ((own, 0o660), ("no-such-group-here", 0o600)):
        async with await serve(path, Kitchen().handle, group=group):
            found = path.stat()
            assert stat.S_IMODE(found.st_mode) == mode
            assert found.st_gid == os.getgid()


# --- the client where there is no daemon


def test_nobody_home(path: Path) -> None:
    with pytest.raises(NotRunningError, match="systemctl start chimein") as caught:
        control_client.ask("status", sockets=[path])
    assert caught.value.exit_status == 69


def test_a_dead_socket_is_nobody_home(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(NotRunningError):
        control_client.ask("status", sockets=[path])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may everything")
def test_a_shut_door_names_the_group(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0)
        with pytest.raises(NotAllowedError, match="group"):
            control_client.ask("status", sockets=[path])


def test_a_daemon_that_hangs_is_not_waited_for(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with pytest.raises(ChimeinError, match="does not answer"):
            control_client.ask("status", sockets=[path], timeout_s=0.05)


async def test_the_first_socket_that_lives_is_asked(path: Path) -> None:
    missing = path.with_name("missing.sock")
    async with await serve(path, Kitchen().handle):
        answer = await asyncio.to_thread(control_client.ask, "status", sockets=[missing, path])
    assert answer


def test_commands_need_no_asyncio() -> None:
    import subprocess
    import sys

    code = "import sys, chimein.edge.control_client; sys.exit('asyncio' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
