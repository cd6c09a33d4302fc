"""`chimein timers` and `chimein timer add|cancel|stop`: the kitchen timers of the running daemon."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parents = [config_option(), json_option()]
    every = commands.add_parser("timers", parents=parents, help="the kitchen timers and alarms, the next one first")
    every.set_defaults(run=show)
    one = commands.add_parser(
        "timer",
        help="add, cancel or stop a kitchen timer",
        description="Kitchen timers ring through the speaker, also while the microphone is muted or the network is "
        "down, and after a restart.",
    )
    parts = one.add_subparsers(title="what to do", metavar="add|cancel|stop", required=True)
    add = parts.add_parser("add", parents=parents, help="`timer add 10m pasta`, or an alarm: `timer add 07:30`")
    add.add_argument("when", metavar="WHEN", help="a length (90s, 10m, 1h30m) or a time of day (07:30)")
    add.add_argument("name", nargs="*", default=[], metavar="NAME", help="what it is for")
    add.set_defaults(run=set_one)
    cancel = parts.add_parser("cancel", parents=parents, help="forget one, by its name or number")
    cancel.add_argument(
        "which", nargs="+", metavar="NAME|NUMBER|all", help="its name, its number as `chimein timers` shows it, or all"
    )
    cancel.set_defaults(run=cancel_one)
    stop = parts.add_parser("stop", parents=parents, help="stop what rings, and take note of what was missed")
    stop.set_defaults(run=stop_ringing)


def show(args: argparse.Namespace) -> int:
    """One line a timer."""
    from chimein.core.kitchen.timer_words import line

    timers = _timers(_ask("timers"))
    if args.json:
        print_json({"timers": timers})
    else:
        print("\n".join(line(it) for it in timers) or "no timer runs")
    return 0


def set_one(args: argparse.Namespace) -> int:
    """Says which one it became."""
    from chimein.core.kitchen.timer_words import line

    answer = _ask("timer-add", when=args.when, name=" ".join(args.name))
    mine = [it for it in _timers(answer) if it.get("number") == answer.get("number")]
    if args.json:
        print_json(mine[0] if mine else {})
    else:
        print("\n".join(line(it) for it in mine))
    return 0


def cancel_one(args: argparse.Namespace) -> int:
    """Says what is gone."""
    cancelled = _ask("timer-cancel", which=" ".join(args.which)).get("cancelled")
    gone = cancelled if isinstance(cancelled, list) else []
    if args.json:
        print_json({"cancelled": gone})
    else:
        print("\n".join(f"cancelled: {_called(it)}" for it in gone) or "no timer runs")
    return 0


def stop_ringing(args: argparse.Namespace) -> int:
    """Says what has stopped. Asking for what is so already is no error."""
    stopped = _ask("timer-stop").get("stopped")
    gone = stopped if isinstance(stopped, list) else []
    if args.json:
        print_json({"stopped": gone})
    else:
        print("\n".join(f"stopped: {_called(it)}" for it in gone) or "nothing rings")
    return 0


def _ask(command: str, **more: str) -> dict[str, object]:
    from chimein.edge import control_client

    return control_client.ask(command, timeout_s=control_client.ANSWER_S, sockets=None, **more)


def _timers(answer: dict[str, object]) -> list[dict[str, object]]:
    timers = answer.get("timers")
    return [it for it in timers if isinstance(it, dict)] if isinstance(timers, list) else []


def _called(timer: object) -> str:
    if not isinstance(timer, dict):
        return "one"
    name = "".join(letter for letter in str(timer.get("name", "")) if letter.isprintable())
    return f"#{timer.get('number')} {name}".rstrip()
