"""`chimein panel`: the running daemon's lamp in a terminal, and a button on its keys; over SSH, for instance."""

import argparse
import asyncio
import sys
from typing import Any, Final, TextIO

from chimein.cli.common import config_option

KEYS: Final = "m taps the button (twice, quickly: a double press), M holds it down until the next M, q leaves"
SILENT_S: Final = 5.0
SILENCE: Final = f"{'':9}! chimein is running and does not answer: the lamp is as it was some seconds ago"
RULES: Final = "It is a button in software: what the device's own button, switch or array has muted it cannot undo."


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "panel",
        parents=[config_option()],
        help="its lamp, live, and a button on your keys",
        description=f"Shows the lamp as it is, and presses a button: {KEYS}. {RULES}",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 after q, ctrl-c, and when the daemon stops; NotRunningError (69) when there was none."""
    try:
        has_stopped = asyncio.run(sit(sys.stdout, sys.stdin))
    except KeyboardInterrupt:
        return 0
    if has_stopped:
        print("chimein has stopped", file=sys.stderr)
    return 0


async def sit(output: TextIO, keys: TextIO) -> bool:
    """In front of it, until somebody quits (False) or the daemon stops (True)."""
    from chimein.edge.control_talk import talk
    from chimein.edge.panel.terminal import TerminalPanel

    async with talk("panel") as line:
        answers = line.answers()
        first = await anext(answers, None)  # refused, or not: before anything is drawn
        if first is None:
            return True
        quits = asyncio.Event()
        panel = TerminalPanel(output, keys, on_button=lambda edge: line.say(edge=edge.value), on_quit=quits.set)
        try:
            take(panel, first)
            if keys.isatty():
                panel.tell(f"{KEYS}.\n{RULES}")
            following = asyncio.create_task(_follow(panel, answers))
            leaving = asyncio.create_task(quits.wait())
            try:
                await asyncio.wait({following, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    following.result()  # what it failed by, if it did
            finally:
                following.cancel()
                leaving.cancel()
                await asyncio.wait({following, leaving})
            return not quits.is_set()
        finally:
            panel.close()


async def _follow(panel: Any, answers: Any) -> None:
    """Tells whoever looks on when the lamp is of a while ago."""
    while True:
        silent = asyncio.get_running_loop().call_later(SILENT_S, panel.tell, SILENCE)
        try:
            answer = await anext(answers, None)
        finally:
            silent.cancel()
        if answer is None:
            return
        take(panel, answer)


def take(panel: Any, answer: dict[str, Any]) -> None:
    """What the daemon has told, onto the panel."""
    from chimein.core.live.facts import EarReport
    from chimein.core.panel.telling import understood

    if "light" in answer:
        panel.show(understood(answer["light"]))
    if "sign" in answer:
        panel.sign(understood(answer["sign"]))
    if "link" in answer:
        panel.linked(answer["link"])
        panel.hears(EarReport(**answer["ear"]) if answer["ear"] else None)
    if "said" in answer:
        panel.tell(f"         ! {answer['said']}")
