"""`make bench`: every table of figures, one after the other. `--only gate` for one of them."""

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `python tests/bench` has only this folder in its path

from chimein.core.errors import ChimeinError

TABLES = {
    "gate": "bench.gate_table",
    "echo": "bench.echo_table",
    "arrays": "bench.array_table",
    "latency": "bench.latency_table",
    "quiet": "bench.quiet_table",
}
"""Modules with `table(scenes: Path | None)`, which yields lines. One that is not there is passed over."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=TABLES, help="this table alone")
    parser.add_argument("--scenes", type=Path, metavar="DIR", help="score the gate on a labelled set of your own")
    args = parser.parse_args()
    for name, module in TABLES.items():
        if args.only not in (None, name):
            continue
        try:
            table = importlib.import_module(module).table
        except ModuleNotFoundError as missing:
            if missing.name != module:
                raise
            continue
        try:
            for line in table(args.scenes):
                print(line, flush=True)
        except ChimeinError as error:
            print(f"bench: {error}", file=sys.stderr)
            return error.exit_status
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
