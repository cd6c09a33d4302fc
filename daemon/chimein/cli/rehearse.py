"""``chimein rehearse``: the stand-in Live service by itself."""

import argparse
from pathlib import Path


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "rehearse",
        help="a stand-in for the Live service on this machine, for rehearsals and tests",
        description="A stand-in for Google's Live service, on loopback over TLS. It recognises English speech offline, "
        "decides from the instruction in the setup whether its topic came up, and answers with an offline voice. "
        "It is not Gemini. Prints one JSON line with `port` and `env` when it is ready; serves until SIGTERM or ^C.",
        epilog=_script_format(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--script", type=Path, metavar="FILE", help="behave, or misbehave, as this file says")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what happens as JSON lines")
    parser.add_argument("--wav", type=Path, metavar="FILE", help="write the sound received, 16 kHz mono")
    parser.set_defaults(run=_rehearse)


def _rehearse(args: argparse.Namespace) -> int:
    import asyncio
    import json
    import signal

    from chimein.core.errors import ChimeinError, UsageError

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port}: a port is 0 to 65535")
    try:
        from chimein.rehearsal import script
        from chimein.rehearsal.house import House
        from chimein.rehearsal.record import Record
        from chimein.rehearsal.server import Service
    except ModuleNotFoundError as missing:
        raise ChimeinError(f"the rehearsal service needs {missing.name}: pip install 'chimein[rehearsal]'") from missing

    plan = script.load(args.script) if args.script else script.Script()

    async def serve() -> int:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with Service(House(plan, Record(args.record, args.wav)), args.port) as service:
            print(json.dumps({"port": service.port, "env": service.env}), flush=True)
            await stop.wait()
        return 0

    return asyncio.run(serve())


def _script_format() -> str:
    """The head of script.py, read as text: importing it would make `chimein --help` slow."""
    source = Path(__file__).parents[1] / "rehearsal" / "script.py"
    return source.read_text(encoding="utf-8").split('"""')[1].replace("%", "%%")
