"""``chimein demo``: the main job with no Pi, key, microphone or internet."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chimein.cli.common import config_option

if TYPE_CHECKING:
    import asyncio

    from chimein.cli.evening import Evening
    from chimein.core.config import Config
    from chimein.demo.rehearsal import Rehearsal
    from chimein.demo.scene import Line

HEARD: Final = "heard.wav"
SPOKEN: Final = "spoken.wav"
REPORT: Final = "report.json"
LOG: Final = "demo.log"
ANSWER_S: Final = 30.0
"""Room in the recording for what comes after a line. A recording that is too short only ends in silence."""


@dataclass(frozen=True)
class _Plan:
    """What to perform. Without a recording there are lines to be said."""

    config: "Config"
    recording: Path | None
    recording_s: float
    lines: "list[Line]"
    out: Path


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "demo",
        parents=[config_option()],
        help="hear a kitchen and chime in, with no Pi, key, microphone or internet",
        description="Runs the real daemon on a recorded kitchen, against the rehearsal service on this machine (a "
        "stand-in that recognises speech offline; it is not Gemini). Prints who said what, and when and why the "
        "speaker chimed in or did not. Keys: m presses the button (twice: say it again), M holds it down until the "
        "next M, q ends it.",
    )
    scene = parser.add_mutually_exclusive_group()
    scene.add_argument("--scene", type=Path, metavar="FILE", help="a recording to hear instead of the two guests")
    scene.add_argument("--say", nargs="+", metavar="TEXT", help="what the two guests say instead, in turn")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("chimein-demo"),
        metavar="DIR",
        help="where heard.wav, spoken.wav and report.json go (default: ./chimein-demo)",
    )
    parser.set_defaults(run=_demo)


def _demo(args: argparse.Namespace) -> int:
    import asyncio

    from chimein.edge.config import settings

    config = settings.load(args.config).config
    lines, recording_s = _scene(args)
    out = _directory(args.out)
    _announce(config, args.scene)
    evening, status = asyncio.run(_until_told(_Plan(config, args.scene, recording_s, lines, out)))
    _leave(evening, config, out)
    return status


def _scene(args: argparse.Namespace) -> "tuple[list[Line], float]":
    """What the guests say, or how long the recording is; one of them is empty."""
    from chimein.core.audio import UP_HZ
    from chimein.core.errors import ChimeinError, UsageError
    from chimein.edge.sound import files

    if args.say and not all(text.strip() for text in args.say):
        raise UsageError("--say: a line without words cannot be said")
    try:
        if args.scene:
            return [], len(files.read_sound(args.scene)) / UP_HZ
        from chimein.demo import scene
    except ModuleNotFoundError as missing:
        raise ChimeinError(
            f"the demo needs {missing.name}: `make demo` in a checkout of chimein installs it"
        ) from missing
    return scene.speak(args.say or scene.CONVERSATION), 0.0


def _directory(out: Path) -> Path:
    """The directory for what is left, without what an earlier demo left there."""
    from chimein.core.errors import ChimeinError

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (HEARD, SPOKEN, REPORT, LOG):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise ChimeinError(f"--out {out}: cannot be written: {error.strerror}") from error
    return out.resolve()


def _announce(config: "Config", recording: Path | None) -> None:
    import sys

    print(f"instruction  {config.assistant.instruction.strip()}")
    print(f"kitchen      {recording or 'two guests, a fridge and a fan, recorded'}")
    if sys.stdin.isatty():
        print("keys         m is the button (M holds it), q ends it")
    print("the rehearsal service (a stand-in, not Gemini) is loading its ears …", flush=True)


async def _until_told(plan: "_Plan") -> "tuple[Evening, int]":
    """The evening and the exit status. SIGTERM and ^C end it in good order, also before it has begun: ChimeinError."""
    import asyncio
    import signal
    import tempfile

    from chimein.core.errors import ChimeinError
    from chimein.demo.rehearsal import Rehearsal

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="chimein-demo-") as name:
        async with Rehearsal(Path(name), stop) as rehearsal:
            if stop.is_set():
                raise ChimeinError("ended while the rehearsal service was loading: nothing was heard, nothing is left")
            return await _perform(plan, Path(name), rehearsal, stop)


async def _perform(
    plan: "_Plan", scratch: Path, rehearsal: "Rehearsal", stop: "asyncio.Event"
) -> "tuple[Evening, int]":
    """The evening, when it is over, and the exit status."""
    import logging
    import os
    import sys

    from chimein.cli.evening import Evening
    from chimein.demo.isolation import environment, harmless
    from chimein.demo.stage import Stage

    logging.basicConfig(
        filename=plan.out / LOG, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stage = None
    if plan.recording is None:
        stage = Stage(scratch / "scene.wav", ANSWER_S + sum(line.duration_s + ANSWER_S for line in plan.lines))
    alone = environment(os.environ, rehearsal.env, scratch)
    os.environ.clear()
    os.environ.update(alone)
    microphone = stage.path if stage else plan.recording
    assert microphone is not None
    evening = Evening(
        harmless(plan.config, microphone=microphone.resolve(), speaker=plan.out / SPOKEN, is_recording=stage is None),
        lines=plan.lines,
        stage=stage,
        recording_s=plan.recording_s,
        hearings=rehearsal.hearings,
        stop=stop,
        output=sys.stdout,
        keys=sys.stdin,
    )
    return evening, await evening.run()


def _leave(evening: "Evening", config: "Config", out: Path) -> None:
    """Writes the files and prints the table."""
    import json

    from chimein.core.audio import DOWN_HZ, UP_HZ
    from chimein.demo.report import report, table
    from chimein.edge.sound import files

    story = evening.story
    told = report(story, evening.turns, evening.said, instruction=config.assistant.instruction.strip())
    files.write_wav(out / HEARD, b"".join(story.sent), UP_HZ)
    if not (out / SPOKEN).exists():
        files.write_wav(out / SPOKEN, b"", DOWN_HZ)
    (out / REPORT).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print()
    print(table(told))
    print(f"  {'files':<12} {out}: {HEARD} (what went up), {SPOKEN} (what came out), {REPORT}", flush=True)
