"""`chimein why`: one sentence about why it is silent, or what the lamp means now."""

import argparse

from chimein.cli.common import config_option, json_option, print_json
from chimein.cli.status import ask_for_picture


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "why", parents=[config_option(), json_option()], help="why it is silent, or what the lamp means, in a sentence"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    picture = ask_for_picture("status")
    if args.json:
        print_json({key: picture.get(key) for key in ("why", "lamp")})
    else:
        print("".join(letter for letter in str(picture.get("why", "")) if letter.isprintable()))
    return 0
