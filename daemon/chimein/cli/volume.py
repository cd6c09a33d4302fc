"""`chimein volume`: how loud the voice is."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "volume",
        parents=[config_option(), json_option()],
        help="how loud the voice is; `volume 70` makes it so",
        description="Says how loud the voice is, or sets it at once. It stays so over a restart, until speaker.volume "
        "in the configuration names another. Timers ring at timers.alarm_volume.",
    )
    parser.add_argument("percent", nargs="?", type=_percent, metavar="PERCENT", help="0 to 100")
    parser.set_defaults(run=run)


def _percent(text: str) -> int:
    digits = text.removesuffix("%").strip()
    if not (digits.isascii() and digits.isdigit() and int(digits) <= 100):
        raise argparse.ArgumentTypeError(f"{text} is not a number of percent, 0 to 100")
    return int(digits)


def run(args: argparse.Namespace) -> int:
    """Says what is now so."""
    from chimein.edge import control_client

    answer = control_client.ask("volume", **({} if args.percent is None else {"percent": args.percent}))
    if args.json:
        print_json(answer)
    else:
        percent, configured = answer.get("percent"), answer.get("configured")
        print(f"{percent} %" if percent == configured else f"{percent} % (speaker.volume: {configured})")
    return 0
