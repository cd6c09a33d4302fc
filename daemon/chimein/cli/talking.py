"""`chimein ask` and `chimein persona`."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parents = [config_option(), json_option()]
    ask = commands.add_parser(
        "ask",
        parents=parents,
        help="put a line of text into the conversation, and print what is said about it",
        description="Puts a line of text into the conversation, and prints what is said about it, aloud as well. "
        "Works while it is muted, too: nothing is heard. A proactive model may find that it has nothing to say.",
    )
    ask.add_argument("text", nargs="+", metavar="TEXT", help="the line")
    ask.set_defaults(run=run_ask)
    persona = commands.add_parser(
        "persona",
        parents=parents,
        help="whom you talk to: `persona gardener`, `persona default`",
        description="Personas are instructions with a name, under assistant.personas in the configuration. The "
        "conversation goes on with the new one.",
    )
    persona.add_argument(
        "name", nargs="?", metavar="NAME", help="one of assistant.personas, or default; without it, who it is now"
    )
    persona.set_defaults(run=run_persona)


def run_ask(args: argparse.Namespace) -> int:
    """Prints the answer as it comes."""
    from chimein.edge import control_client

    said = []
    for answer in control_client.stream("ask", text=" ".join(args.text)):
        piece = "".join(letter for letter in str(answer.get("said", "")) if letter.isprintable())
        said.append(piece)
        if not args.json:
            print(piece, end="", flush=True)
    if args.json:
        print_json({"answer": "".join(said).strip() or None})
    else:
        print("" if said else "(nothing to say)")
    return 0


def run_persona(args: argparse.Namespace) -> int:
    """Says who it is now."""
    from chimein.edge import control_client

    answer = control_client.ask("persona", **({"name": args.name} if args.name else {}))
    names = answer.get("personas")
    if args.json:
        print_json(answer)
    else:
        for name in names if isinstance(names, list) else []:
            print(f"{'*' if name == answer.get('persona') else ' '} {name}")
    return 0
