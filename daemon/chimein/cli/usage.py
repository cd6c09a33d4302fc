"""`chimein usage`: tokens by modality and money, by day. Asks the daemon, or reads what one left that does not run."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chimein.cli.common import config_option, json_option, print_json

if TYPE_CHECKING:
    from chimein.core.money.days import Json

USUAL_DAYS = 7


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "usage",
        parents=[config_option(), json_option()],
        help="tokens and money, by day",
        description="What the service says it billed, by day and modality, and what that costs by the price list. "
        "Beside it our own count of the sound sent and received, as hours, minutes and seconds.",
    )
    parser.add_argument(
        "--days",
        type=_days,
        default=USUAL_DAYS,
        metavar="N",
        help=f"so many days, today included (default: {USUAL_DAYS})",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw them (needs matplotlib)")
    parser.set_defaults(run=run)


def _days(text: str) -> int:
    from chimein.core.money.days import MOST_DAYS

    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is not a number of days from 1 to {MOST_DAYS}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    from chimein.core.errors import NotRunningError
    from chimein.core.money.days import own_count, table
    from chimein.core.money.prices import DATED
    from chimein.edge import control_client, plot

    if args.plot is not None:
        plot.check()  # before the work, not after it
    try:
        answer = control_client.ask("usage", days=args.days)
        answer["daemon"] = "running"
    except NotRunningError:
        answer = _left_behind(args)
    days = _days_in(answer)
    if args.plot is not None:
        plot.draw_usage(days, str(answer.get("first")), str(answer.get("last")), args.plot)
    if args.json:
        print_json(answer)
        return 0
    if not days:
        print(f"nothing was billed from {answer.get('first')} to {answer.get('last')}")
    else:
        print("\n".join(table(days)))
        print(own_count(days))
        print(f"prices: list of {DATED}, and your own under `budget`; Google's own bill is the one that counts")
    if answer["daemon"] != "running":
        print("the daemon is not running: these are the figures that it wrote down last")
    if answer.get("doubt"):
        print(f"warning: {answer['doubt']}")
    return 0


def _days_in(answer: "Json") -> "list[Json]":
    from chimein.core.errors import ChimeinError

    days = answer.get("days")
    if not isinstance(days, list) or not all(isinstance(day, dict) for day in days):
        raise ChimeinError("the running chimein does not fit this command: restart it with `systemctl restart chimein`")
    return days


def _left_behind(args: argparse.Namespace) -> "Json":
    """From the database of a daemon that does not run. Raises NotAllowedError (77), NotRunningError (69)."""
    from datetime import date

    from chimein.core.errors import NotRunningError
    from chimein.core.money.days import days_json, first_day
    from chimein.core.money.ledger import Tally
    from chimein.edge.book import read_days
    from chimein.edge.config import settings
    from chimein.edge.places import databases

    config = settings.load(args.config).config
    path = next(iter(databases()), None)
    if path is None:
        raise NotRunningError("the daemon is not running, and has never written down anything here")
    last = date.today().isoformat()
    first = first_day(last, args.days)
    days = read_days(path, first, last)
    doubt = days.get(last, Tally()).doubt(config.session.compress_at_tokens)
    return {"first": first, "last": last, "days": days_json(days), "doubt": doubt, "daemon": "not running"}
