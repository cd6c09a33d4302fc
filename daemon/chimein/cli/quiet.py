"""`chimein quiet`: no word for a while."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "quiet",
        parents=[config_option(), json_option()],
        help="shut the microphone for a while: `quiet 30m`, `quiet off`",
        description="Nobody is heard and nobody is spoken to for so long; timers ring. Without a length it says "
        "whether it is quiet now. The schedule is `quiet.hours` in the configuration; `off` ends that, too.",
    )
    parser.add_argument("length", nargs="?", metavar="LENGTH|off", help="30m, 2h, or off")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Says what is now so."""
    from chimein.edge import control_client

    answer = control_client.ask("quiet", **({"for": args.length} if args.length else {}))
    if args.json:
        print_json(answer)
    elif answer.get("quiet"):
        print(f"quiet until {str(answer.get('until')).replace('T', ' ')}")
    else:
        print("not quiet")
    return 0
