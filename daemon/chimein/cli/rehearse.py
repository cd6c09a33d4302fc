"""``chimein rehearse``: the stand-in Live service by itself."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chimein.cli.common import config_option

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "rehearse",
        parents=[config_option()],
        help="a stand-in for the Live service on this machine, for rehearsals and tests",
        description="A stand-in for Google's Live service, on loopback over TLS. It recognises English speech offline, "
        "decides from the instruction in the setup whether its topic came up, and answers with an offline voice. "
        "It is not Gemini. Prints one JSON line with `port` and `env` when it is ready; serves until SIGTERM or ^C, or "
        "as long as COMMAND runs, which finds it by its environment: `chimein rehearse -- chimein run --config MY`.",
        epilog=_script_format(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--script", type=Path, metavar="FILE", help="behave, or misbehave, as this file says")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what happens as JSON lines")
    parser.add_argument("--wav", type=Path, metavar="FILE", help="write the sound received, 16 kHz mono")
    parser.add_argument(
        "--until-eof", action="store_true", help="end when stdin ends: for a program that starts it, and may be killed"
    )
    parser.add_argument(
        "command", nargs="*", metavar="-- COMMAND", help="what to run against it; its exit status counts"
    )
    parser.set_defaults(run=_rehearse)


def _rehearse(args: argparse.Namespace) -> int:
    import asyncio
    import json
    import signal

    from chimein.core.errors import ChimeinError, UsageError

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is 0 to 65535")
    try:
        from chimein.rehearsal.service import script
        from chimein.rehearsal.service.house import House
        from chimein.rehearsal.service.record import Record
        from chimein.rehearsal.service.server import Service
    except ModuleNotFoundError as missing:
        raise ChimeinError(
            f"the rehearsal service needs {missing.name}: `make demo` in a checkout of chimein installs it"
        ) from missing

    plan = script.load(args.script) if args.script else script.Script()

    async def serve() -> int:
        async with Service(House(plan, Record(args.record, args.wav)), args.port) as service:
            if args.command:
                return await _against(service.env, args.command)
            print(json.dumps({"port": service.port, "env": service.env}), flush=True)
            await asyncio.Event().wait()
        return 0

    async def serve_until_told() -> int:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        if args.until_eof:
            _at_eof(stop.set, loop)
        serving, told = asyncio.create_task(serve()), asyncio.create_task(stop.wait())
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, told):
            task.cancel()  # also while it loads
        await asyncio.wait({serving, told})
        return 0 if serving.cancelled() else serving.result()

    return asyncio.run(serve_until_told())


async def _against(env: dict[str, str], command: list[str]) -> int:
    """Runs it to its end, with `env` besides its own environment, and ends it in good order when nobody wants it to go
    on; its exit status, as shells give it."""
    import asyncio
    import os

    from chimein.core.errors import UsageError

    try:
        child = await asyncio.create_subprocess_exec(*command, env={**os.environ, **env})
    except OSError as error:
        raise UsageError(f"{command[0]}: cannot be run: {error.strerror}") from error
    try:
        status = await child.wait()
    except asyncio.CancelledError:
        child.terminate()
        await child.wait()
        raise
    return status if status >= 0 else 128 - status


def _at_eof(end: "Callable[[], object]", loop: "asyncio.AbstractEventLoop") -> None:
    """Calls `end` when stdin has come to its end; a plain file or /dev/null has at once."""
    import os

    def read() -> None:
        if not os.read(0, 1 << 16):
            loop.remove_reader(0)
            end()

    try:
        loop.add_reader(0, read)
    except PermissionError:  # nothing that could be waited for
        end()


def _script_format() -> str:
    """The head of script.py, read as text: importing it would make `chimein --help` slow."""
    source = Path(__file__).parents[1] / "rehearsal" / "service" / "script.py"
    return source.read_text(encoding="utf-8").split('"""')[1].replace("%", "%%")
