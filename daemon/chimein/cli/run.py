"""`chimein run`: the daemon in the foreground. What the unit starts."""

import argparse

from chimein.cli.common import config_option


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "run",
        parents=[config_option()],
        help="the daemon, in the foreground",
        description="Hears the room and keeps the conversation. SIGHUP reads the configuration again, SIGTERM ends it.",
    )
    parser.add_argument("--verbose", action="store_true", help="say more in the log")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until SIGTERM or ^C. Raises ConfigError (78) before anything is touched."""
    import asyncio
    import contextlib
    import logging
    import os
    import signal
    import sys

    from chimein.edge.heap import keep_small

    keep_small()

    from chimein import app
    from chimein.core.errors import ChimeinError
    from chimein.edge import places
    from chimein.edge.config.settings import load
    from chimein.edge.journal import set_up_logging, wants_debug
    from chimein.edge.network import hurry_the_resolver

    config = load(args.config).config
    key = None
    with contextlib.suppress(ChimeinError):  # lamp and status say so, as they do of one that is missing
        key = places.api_key()
    set_up_logging(verbose=args.verbose or wants_debug(os.environ), secrets=[key] if key else [])

    hurry_the_resolver(os.environ)

    async def main() -> int:
        stop, reload = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, reload.set)
        status = await app.run(config, stop=stop, reload=reload, load=lambda: load(args.config).config)
        # Everything is closed. A thread of the loop may still import the SDK or wait for a name server, and asyncio
        # would wait for it: longer than a service manager, or a person, waits for us.
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)

    return asyncio.run(main())
