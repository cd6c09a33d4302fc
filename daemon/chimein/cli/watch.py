"""`chimein watch`: the picture as it changes, until ctrl-c or until the daemon goes away."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from chimein.cli.common import config_option, json_option

_REDRAW: Final = "\x1b[{rows}F\x1b[J"
"""Up to the start of the block, and wipe what is below (ECMA-48: CPL, ED)."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "watch",
        parents=[config_option(), json_option()],
        help="the picture of `status`, live; --json prints one a line",
        description="The picture of `chimein status`, live, with a meter of the level, until Ctrl-C or until the "
        "daemon goes away. --json prints one picture a line.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 after ctrl-c and when the daemon stops; NotRunningError (69) when there was none."""
    from chimein.cli.status import picture_in
    from chimein.edge import control_client

    pictures = (picture_in(answer) for answer in control_client.stream("watch"))
    try:
        show(pictures, sys.stdout, as_json=args.json)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            print()  # the prompt does not belong beside ^C
        return 0
    print("chimein has stopped", file=sys.stderr)
    return 0


def show(pictures: Iterator[Mapping[str, object]], out: TextIO, *, as_json: bool) -> None:
    """Prints each picture: as JSON, as a block drawn over the last one on a terminal, or as a line when it differs."""
    from chimein.core.status.picture_text import lines, live_line, meter

    drawn = 0
    last = ""
    for picture in pictures:
        if as_json:
            text = json.dumps(picture, ensure_ascii=False) + "\n"
        elif out.isatty():
            block = [line[: _width() - 1] for line in (*lines(picture), f"  {meter(picture)}")]
            text = (_REDRAW.format(rows=drawn) if drawn else "") + "\n".join(block) + "\n"
            drawn = len(block)
        else:
            text = live_line(picture) + "\n"
            if text == last:
                continue
            last = text
        out.write(text)
        out.flush()


def _width() -> int:
    return max(20, shutil.get_terminal_size().columns)
