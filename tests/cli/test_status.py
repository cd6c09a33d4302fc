"""status, why, watch, mute and unmute as a person meets them, with a small daemon behind the control socket."""

import asyncio
import io
import json
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from chimein.cli import main
from chimein.cli.watch import show
from chimein.core.errors import NotAllowedError
from chimein.core.machines.appliance import Appliance, step
from chimein.core.machines.events import MuteAsked, Muter
from chimein.core.machines.states import Ear, Life, Link
from chimein.core.status.picture import Picture
from chimein.edge.control import Answer, serve


class Daemon:
    """The appliance behind a real control socket, in a loop of its own; `hardware()` is the switch."""

    def __init__(self, directory: Path) -> None:
        self.state = Appliance(life=Life.AWAKE, link=Link.ONLINE, ear=Ear.QUIET)
        self._path = directory / "control.sock"
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._leave = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._live()))
        self._thread.start()
        assert self._up.wait(5.0)

    def hardware(self, *, muted: bool) -> None:
        self.state, _ = step(self.state, MuteAsked(Muter.HARDWARE, muted))

    def leave(self) -> None:
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(5.0)
        self._loop.close()

    async def _live(self) -> None:
        async with await serve(self._path, self._handle):
            self._up.set()
            await self._leave.wait()

    async def _handle(self, command: str, request: dict[str, object]) -> Answer | AsyncIterator[Answer]:
        if command == "watch":
            return self._watch()
        if command == "unmute" and Muter.HARDWARE in self.state.mutes:
            raise NotAllowedError("the switch says muted: only the switch can undo that")
        if command in ("mute", "unmute"):
            self.state, _ = step(self.state, MuteAsked(Muter.SOFTWARE, command == "mute"))
        return {"picture": self._picture()}

    async def _watch(self) -> AsyncIterator[Answer]:
        yield {"picture": self._picture()}
        self.hardware(muted=True)
        yield {"picture": self._picture()}

    def _picture(self) -> dict[str, object]:
        return Picture(state=self.state, version="9.9").to_json()


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ci") as directory:
        monkeypatch.setenv("RUNTIME_DIRECTORY", directory)
        yield Path(directory)


@pytest.fixture
def daemon(runtime: Path) -> Iterator[Daemon]:
    daemon = Daemon(runtime)
    yield daemon
    daemon.leave()


def test_status_for_people_and_for_programs(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out.startswith("chimein 9.9: It listens")
    assert main(["status", "--json"]) == 0
    picture = json.loads(capsys.readouterr().out)
    assert (picture["link"], picture["ear"], picture["version"]) == ("online", "quiet", "9.9")


def test_why_is_one_sentence(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why"]) == 0
    assert capsys.readouterr().out == "It listens, and nobody has said anything yet.\n"
    assert main(["why", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lamp"]["name"] == "quiet"


def test_mute_and_unmute_say_what_is_now_so(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("mute", "mute"):
        assert main([command]) == 0
        assert capsys.readouterr().out == "muted (software): nothing can hear you\n"
    for command in ("unmute", "unmute"):
        assert main([command]) == 0
        assert capsys.readouterr().out.startswith("not muted")
    assert main(["mute", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["muted_by"] == ["software"]


def test_unmute_is_refused_while_the_hardware_says_muted(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    daemon.hardware(muted=True)
    assert main(["unmute"]) == 77
    assert "only the switch" in capsys.readouterr().err
    assert daemon.state.ear is Ear.MUTED


@pytest.mark.parametrize("command", ["status", "why", "watch", "mute", "unmute"])
def test_without_a_daemon(runtime: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command]) == 69
    shown = capsys.readouterr()
    start = "start it with `sudo systemctl start chimein`, or `chimein run`"
    assert shown.err == f"chimein: the daemon is not running; {start}\n"
    assert shown.out == ""


def test_watch_ends_when_the_daemon_goes_away(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--json"]) == 0
    shown = capsys.readouterr()
    assert [json.loads(line)["muted"] for line in shown.out.splitlines()] == [False, True]
    assert shown.err == "chimein has stopped\n"


# --- how watch draws


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


QUIET = Picture(state=Appliance(life=Life.AWAKE, link=Link.ONLINE, ear=Ear.QUIET), version="1").to_json()
OFFLINE = Picture(state=Appliance(life=Life.AWAKE, ear=Ear.QUIET), version="1", last_error="gone").to_json()


def drawn(out: io.StringIO, *pictures: Mapping[str, object]) -> str:
    show(iter(pictures), out, as_json=False)
    return out.getvalue()


def test_a_terminal_is_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    first, second = drawn(Terminal(), QUIET, OFFLINE).split("\x1b[")[0], drawn(Terminal(), QUIET, OFFLINE)
    rows = first.count("\n")
    assert f"\x1b[{rows}F\x1b[J" in second
    assert max(len(line) for line in first.splitlines()) <= 39


def test_a_pipe_gets_a_line_per_change() -> None:
    assert drawn(io.StringIO(), QUIET, QUIET, OFFLINE).count("\n") == 2


def test_ctrl_c_ends_a_watch_without_a_fuss(monkeypatch: pytest.MonkeyPatch) -> None:
    from chimein.edge import control_client

    def interrupted(command: str) -> Iterator[dict[str, object]]:
        yield {"picture": QUIET}
        raise KeyboardInterrupt

    monkeypatch.setattr(control_client, "stream", interrupted)
    assert main(["watch"]) == 0


def test_a_daemon_of_another_kind_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from chimein.edge import control_client

    monkeypatch.setattr(control_client, "ask", lambda command: {"hello": 1})
    assert main(["status"]) == 1
    assert "restart" in capsys.readouterr().err
