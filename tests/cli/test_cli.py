"""The way into the commands: exit statuses, one message instead of a traceback, and a quick start."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO

import pytest

import chimein
from chimein import cli
from chimein.__main__ import main as started
from chimein.cli import main
from chimein.core.errors import ConfigError, NotAllowedError, NotRunningError

HEAVY = {"numpy", "pydantic", "google", "ruamel", "gpiozero", "systemd", "matplotlib"}


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | int], int]:
    """Runs a command that ends in the given way."""

    def run_it(end: BaseException | int) -> int:
        def run(args: argparse.Namespace) -> int:
            if isinstance(end, BaseException):
                raise end
            return end

        parser = argparse.ArgumentParser()
        parser.set_defaults(run=run)
        monkeypatch.setattr(cli, "_parser", lambda words: parser)
        return main([])

    return run_it


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (0, 0),
        (1, 1),
        (NotRunningError("start it"), 69),
        (NotAllowedError("no"), 77),
        (ConfigError("bad"), 78),
        (KeyboardInterrupt(), 130),
    ],
)
def test_how_a_command_ends(
    ending: Callable[[BaseException | int], int], end: BaseException | int, status: int
) -> None:
    assert ending(end) == status


def test_an_error_is_one_message(
    ending: Callable[[BaseException | int], int], capsys: pytest.CaptureFixture[str]
) -> None:
    ending(NotRunningError("no daemon answers; start it with systemctl"))
    assert capsys.readouterr() == ("", "chimein: no daemon answers; start it with systemctl\n")


def test_a_bug_keeps_its_traceback(ending: Callable[[BaseException | int], int]) -> None:
    with pytest.raises(ZeroDivisionError):
        ending(ZeroDivisionError())


@pytest.mark.parametrize("words", [["nonsense"], ["check", "--nonsense"], ["config"], ["config", "set", "one"], []])
def test_wrong_usage_is_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: chimein" in said.err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"chimein {chimein.__version__}\n"


def test_help_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "check" in shown
    assert "config" in shown


def loaded_by(*words: str) -> set[str]:
    """The modules that a command line imports, in a fresh interpreter."""
    program = "import sys; from chimein.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    whole = [sys.executable, "-c", program, *words]
    return set(subprocess.run(whole, capture_output=True, text=True, timeout=60, check=True).stderr.split())


def test_help_loads_nothing_heavy() -> None:
    assert not {name.partition(".")[0] for name in loaded_by("--help")} & HEAVY


def test_a_command_loads_no_other() -> None:
    loaded = loaded_by("check", "--help")
    assert "chimein.cli.check" in loaded
    assert not {"chimein.cli.config", "chimein.cli.run", "asyncio"} & loaded


def parsers_of(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> Iterator[argparse.ArgumentParser]:
    """Those of the commands, and of their parts."""
    for parser in commands.choices.values():
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                yield from parsers_of(action)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_says_what_it_is_for(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out.split("\n\n")[1]
    assert told.endswith(".")
    assert len(told.split()) > 3, told


def test_every_part_and_every_word_of_a_command_is_told() -> None:
    for parser in parsers_of(cli.add_commands(argparse.ArgumentParser())):
        assert parser.description, parser.prog
        untold = [action.dest for action in parser._get_positional_actions() if not (action.help or action.choices)]
        assert untold == [], parser.prog


def schema_into(stdout: IO[bytes]) -> tuple[int, str]:
    """Exit status and stderr of a talkative command whose stdout is not what it hoped for."""
    words = [sys.executable, "-m", "chimein", "config", "schema"]
    ended = subprocess.run(words, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    return ended.returncode, ended.stderr


def test_whoever_reads_us_may_leave() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        assert schema_into(gone) == (1, "")


def test_whoever_reads_our_complaints_may_leave() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        for words in (["config", "get", "nonsense"], ["nonsense"], ["config", "get"], []):
            whole = [sys.executable, "-m", "chimein", *words]
            assert subprocess.run(whole, stdout=gone, stderr=gone, timeout=60, check=False).returncode == 2


def test_without_stdout_and_stderr_the_exit_status_is_left() -> None:
    words = [f"{sys.executable} -m chimein config {part} >&- 2>&- <&-" for part in ("show --json", "get nonsense")]
    assert [subprocess.run(["sh", "-c", each], timeout=60, check=False).returncode for each in words] == [0, 2]


def test_ctrl_c_while_it_is_being_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "chimein.cli", Slow())  # type: ignore[arg-type]
    assert started() == 130


def test_a_full_disk_is_one_message() -> None:
    with open("/dev/full", "wb") as full:
        assert schema_into(full) == (1, "chimein: no space left to write to\n")
