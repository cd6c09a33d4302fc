"""``chimein set-key``: the API key, from a person or a pipe into systemd's store, and nowhere else."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from chimein.cli.common import config_option
from chimein.core.errors import NotAllowedError, UsageError

if TYPE_CHECKING:
    from chimein.core.secret import Secret

LONGEST = 4096
"""More than any key has, and less than somebody's home directory."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "set-key",
        parents=[config_option()],
        help="keep the API key where the service finds it",
        description="Reads the Gemini API key from the terminal, unseen, or from standard input, and keeps it as a "
        "credential that systemd encrypts for this machine. Needs root. The service has it after a restart.",
    )
    parser.add_argument(
        "--for",
        dest="server",
        metavar="NAME",
        type=_server,
        help="keep the token of a server under tools.mcp instead, by its `credential` there",
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.set_defaults(run=set_key)


def set_key(args: argparse.Namespace) -> int:
    """Asks, keeps, says what to do next. NotAllowedError (77) without root, UsageError (2) for what is no key."""
    from chimein.edge import credstore, places

    if args.words:  # and do not repeat it
        raise UsageError(
            "the key does not belong on the command line, where every user of this machine can read it: "
            "run `sudo chimein set-key` and type it there, and if it was your key, make a new one"
        )
    if os.geteuid() != 0:
        raise NotAllowedError("only root may set the key: sudo chimein set-key")
    name = places.CREDENTIAL if args.server is None else f"{places.TOKENS}{args.server}"
    kept = credstore.keep(_ask(f"token for {args.server}" if args.server else "Gemini API key"), name=name)
    if kept.why_plain:
        print(f"The key is kept in {kept.file}, readable for root alone, and not encrypted: {kept.why_plain}")
    else:
        print(f"The key is kept in {kept.file}, encrypted for this machine alone.")
    print("The service reads it when it starts: sudo systemctl restart chimein")
    return 0


def _server(name: str) -> str:
    if not name or not all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in name):
        raise argparse.ArgumentTypeError("a name is small letters, digits and hyphens")
    return name


def _ask(what: str) -> "Secret":
    """One word of plain characters: it goes into an HTTP header. Raises UsageError, without the word."""
    from getpass import getpass

    from chimein.core.secret import Secret, is_key

    if sys.stdin.isatty():
        try:
            text = getpass(f"{what} (it is not shown): ")
        except EOFError:
            text = ""
    else:
        text = sys.stdin.buffer.read(LONGEST + 1).decode("ascii", errors="replace")
    key = text.strip()
    if not key:
        raise UsageError("no key was given, so the old one stays")
    if len(text) > LONGEST or not is_key(key):
        raise UsageError("that is no API key: a key is one word of plain characters; the old one stays")
    return Secret(key)
