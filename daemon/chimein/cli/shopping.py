"""`chimein list`: the shopping list."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parents = [config_option(), json_option()]
    parser = commands.add_parser("list", parents=parents, help="the shopping list: show, add, remove, clear")
    parts = parser.add_subparsers(title="what to do", metavar="show|add|remove|clear")
    parser.set_defaults(run=run, ask="list", items=None)
    show = parts.add_parser("show", parents=parents, help="what is on it; also `chimein list` alone")
    show.set_defaults(run=run, ask="list", items=None)
    for name, text in (("add", 'put things on it: `list add milk "six eggs"`'), ("remove", "take things off it")):
        part = parts.add_parser(name, parents=parents, help=text)
        part.add_argument("items", nargs="+", metavar="THING", help="one or more; quote what has several words")
        part.set_defaults(run=run, ask=f"list-{name}")
    clear = parts.add_parser("clear", parents=parents, help="take everything off it")
    clear.set_defaults(run=run, ask="list-clear", items=None)


def run(args: argparse.Namespace) -> int:
    """Prints the list as it is now, one thing a line."""
    from chimein.edge import control_client

    answer = control_client.ask(args.ask, items=args.items) if args.items else control_client.ask(args.ask)
    found = answer.get("items")
    items = [str(item) for item in found] if isinstance(found, list) else []
    if args.json:
        print_json({"items": items})
    else:
        print("\n".join(items) or "the list is empty")
    return 0
