"""`chimein listen FILE`: an audio file into the running conversation, in place of the room.

The file is read here, by whoever asks: the daemon may not look into people's homes.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.edge.control_client import Answer
    from chimein.edge.sound.reel import Reel

_CELLS: Final = 30
_CLEAR: Final = "\r\x1b[K"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "listen",
        parents=[config_option(), json_option()],
        help="have it listen to an audio file, and ask about it afterwards",
        description="Sends a WAV, FLAC, MP3 or Ogg file into the running conversation at the pace at which it would be "
        "heard. Meanwhile the microphone is shut. Ctrl-C, mute and the button end it; the conversation goes on. Shows "
        "first how long it is and what it costs at the least, and is refused when that is more than the day's budget.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="what it is to hear")
    parser.add_argument("--aloud", action="store_true", help="play it through the speaker, too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was heard to its end. Raises ChimeinErrors; KeyboardInterrupt after ctrl-c."""
    from chimein.core.errors import ChimeinError
    from chimein.edge.sound.reel import Reel

    reel = Reel(args.file, aloud=args.aloud)
    try:
        bar = Bar(sys.stderr, quiet=args.json)
        last = _play(reel, args, bar)
    finally:
        reel.close()
    end = last.get("end")
    if args.json:
        print_json({key: last.get(key) for key in ("heard_s", "lost_s", "end")})
    if end is None:
        raise ChimeinError(f"after {_clock(last.get('heard_s'))}: chimein went away")
    if end:
        raise ChimeinError(f"after {_clock(last.get('heard_s'))}: {end}")
    if not args.json:
        lost_s = _number(last.get("lost_s"))
        lost = f", but for {lost_s:.1f} s that were lost with a connection" if lost_s >= 0.1 else ""
        print(f"heard to the end ({_clock(last.get('heard_s'))}){lost}; ask about it")
    return 0


class Bar:
    """The bar at the command: drawn over itself on a terminal, and elsewhere one line at the beginning."""

    def __init__(self, out: TextIO, *, quiet: bool) -> None:
        self._out = out
        self._is_drawn = out.isatty() and not quiet
        self._quiet = quiet
        self._total_s = 0.0

    def begins(self, name: str, said: "Answer") -> None:
        self._total_s = _number(said.get("seconds"))
        left = said.get("left_usd")
        budget = f" of the {_number(left):.4f} left today" if left is not None else ""
        if not self._quiet:
            print(
                f"{name}: {_clock(self._total_s)}, {_number(said.get('tokens')):,.0f} tokens, "
                f"at least {_number(said.get('usd')):.4f} USD{budget}",
                file=self._out,
                flush=True,
            )

    def moves(self, answer: "Answer") -> None:
        if self._is_drawn:
            heard_s = _number(answer.get("heard_s"))
            filled = min(_CELLS, round(_CELLS * heard_s / max(self._total_s, 0.001)))
            cells = "#" * filled + "-" * (_CELLS - filled)
            doing = "".join(letter for letter in str(answer.get("doing", "")) if letter.isprintable())
            self._out.write(f"{_CLEAR}[{cells}] {_clock(heard_s)} / {_clock(self._total_s)}  {doing[:40]}")
            self._out.flush()

    def ends(self) -> None:
        if self._is_drawn:
            self._out.write("\n")
            self._out.flush()


def _play(reel: "Reel", args: argparse.Namespace, bar: Bar) -> "Answer":
    """The daemon's last word."""
    from chimein.edge import control_client

    words = _words(reel)
    answers = control_client.converse(
        "listen",
        lambda answer: next(words) if answer.get("want") is True else None,
        seconds=reel.seconds,
        aloud=args.aloud,
    )
    last: Answer = {}
    try:
        for answer in answers:
            begins = answer.get("begins")
            if isinstance(begins, dict):
                bar.begins(args.file.name, begins)
            else:
                last = answer
                bar.moves(answer)
    except KeyboardInterrupt:
        bar.ends()
        print(f"stopped after {_clock(last.get('heard_s'))}; the conversation goes on", file=sys.stderr)
        raise
    finally:
        answers.close()
    bar.ends()
    return last


def _words(reel: "Reel") -> "Iterator[Answer]":
    """The file, piece by piece, and that this was it; again and again, should anybody ask for more."""
    import base64

    for piece in reel.pieces():
        yield {"up": base64.b64encode(piece.up).decode(), "aloud": base64.b64encode(piece.aloud).decode()}
    while True:
        yield {"is_end": True}


def _clock(seconds: object) -> str:
    whole = int(_number(seconds))
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:02}:{whole % 60:02}"


def _number(value: object) -> float:
    from chimein.core.answers import number

    return number(value) or 0.0
