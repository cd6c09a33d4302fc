"""What several commands share: the options that all of them take, and how they speak to people and programs."""

import argparse
import json
import sys
from pathlib import Path


def config_option() -> argparse.ArgumentParser:
    """A parent parser with ``--config FILE``; ``args.config`` is a Path or None."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--config",
        metavar="FILE",
        type=_named_file,
        help="configuration file (default: /etc/chimein/config.yaml, then your own, then the defaults)",
    )
    return parent


def _named_file(name: str) -> Path:
    if not name:  # an unset variable in a script; Path would take it for the present directory
        raise argparse.ArgumentError(None, "--config needs the name of a file")
    return Path(name)


def json_option() -> argparse.ArgumentParser:
    """A parent parser with ``--json``; ``args.json`` is a bool."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    return parent


def print_json(answer: object) -> None:
    """One JSON document on stdout."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
