"""The commands. One small module per family; each has ``register(commands)`` and imports heavy things in its functions.

``register`` adds the module's parsers and sets ``run``: a function of the parsed arguments that returns the exit
status. ``chimein --help`` must stay quick on a Pi: no NumPy, pydantic or google-genai before a command needs them.
"""

import argparse
import contextlib
import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TextIO

from chimein import __version__
from chimein.core.errors import ChimeinError

COMMANDS: Final = {
    "run": "run",
    "demo": "demo",
    "rehearse": "rehearse",
    "check": "check",
    "config": "config",
    "devices": "devices",
    "doctor": "doctor",
    "status": "status",
    "watch": "watch",
    "panel": "panel",
    "why": "why",
    "mute": "mute",
    "unmute": "mute",
    "forget": "forget",
    "usage": "usage",
    "listen": "listen",
    "timers": "timers",
    "timer": "timers",
    "list": "shopping",
    "quiet": "quiet",
    "volume": "volume",
    "ask": "talking",
    "persona": "talking",
    "gate": "gate",
    "set-key": "set_key",
}
"""Command → its module, in the order in which --help shows them. Only the one that is asked for is imported."""

USAGE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status. What chimein can explain is one message, never a traceback."""
    words = sys.argv[1:] if argv is None else list(argv)
    parser = _parser(words)
    try:
        args = parser.parse_args(words)
    except SystemExit as end:  # argparse has said what it had to say; --help and --version end here too
        _leave_nothing_unsaid()
        return end.code if isinstance(end.code, int) else USAGE
    except BrokenPipeError:  # as before Python 3.12 argparse lets it out
        for stream in (sys.stdout, sys.stderr):
            _give_up(stream)
        return USAGE
    run: Callable[[argparse.Namespace], int] | None = getattr(args, "run", None)
    if run is None:
        _say(parser.format_help().rstrip("\n"))
        return USAGE
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that cannot show a letter gets an escape, no traceback
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = run(args)
        sys.stdout.flush()
    except ChimeinError as error:
        _say(f"chimein: {error}")
        return error.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read us has gone, `| head` for instance
        _give_up(sys.stdout)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise  # nobody has explained it: that is a bug, and wants its traceback
        _give_up(sys.stdout)
        _say("chimein: no space left to write to")
        return 1
    return status


def _say(words: str) -> None:
    """To whoever still listens: the exit status says it, too."""
    with contextlib.suppress(OSError):
        print(words, file=sys.stderr)
    _leave_nothing_unsaid()


def _leave_nothing_unsaid() -> None:
    """Complaints that nobody reads any more are dropped: Python 3.13 would end with 120 for them."""
    try:
        sys.stderr.flush()
    except OSError:
        _give_up(sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Or the interpreter complains at its end about what is left in the buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for one command line: with the command that it names, or with all of them for --help and mistakes."""
    parser = argparse.ArgumentParser(
        prog="chimein", description="The smart speaker that stays quiet until it is useful."
    )
    parser.add_argument("--version", action="version", version=f"chimein {__version__}")
    named = next((word for word in words if not word.startswith("-")), None)
    add_commands(parser, [named] if named in COMMANDS else COMMANDS)
    return parser


def add_commands(
    parser: argparse.ArgumentParser, names: Iterable[str] = COMMANDS
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """The parsers of these commands, and of those that share a module with them."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for module in dict.fromkeys(COMMANDS[name] for name in names):
        importlib.import_module(f"chimein.cli.{module}").register(commands)
    _describe(commands)
    return commands


def _describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Whoever has nothing more to say of himself has in his --help the line that stands beside him in the list."""
    lines = {choice.dest: choice.help for choice in commands._choices_actions}
    for name, parser in commands.choices.items():
        line = (lines[name] or "").rstrip(".")
        parser.description = parser.description or f"{line[:1].upper()}{line[1:]}."
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                _describe(action)
