"""`chimein forget`: ends the conversation and its resumption handle, and starts a fresh one."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "forget",
        parents=[config_option(), json_option()],
        help="end this conversation and start a fresh one",
        description="Ends this conversation, its last answer and the way back into it, here and with the service; a "
        "fresh one begins at once.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says what is now so."""
    from chimein.cli.status import ask_for_picture

    picture = ask_for_picture("forget")
    if args.json:
        print_json(picture)
    else:
        print("forgotten: what was said so far is not known any more, here and to the next connection")
    return 0
