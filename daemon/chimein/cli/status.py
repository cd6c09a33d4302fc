"""`chimein status`: one picture of the running daemon."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "status",
        parents=[config_option(), json_option()],
        help="how the running daemon is: link, ear, voice, money",
        description="One picture of the running daemon: what the lamp says, link, microphone, mute and its proof, "
        "gate, speaker, timers, tokens and money of today, and the last error.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the picture; raises NotRunningError (69) without a daemon."""
    from chimein.core.status import picture_text

    picture = ask_for_picture("status")
    if args.json:
        print_json(picture)
    else:
        print("\n".join(picture_text.lines(picture)))
    return 0


def ask_for_picture(command: str) -> dict[str, object]:
    """The picture that the daemon answers `command` with."""
    from chimein.edge import control_client

    return picture_in(control_client.ask(command))


def picture_in(answer: dict[str, object]) -> dict[str, object]:
    """The picture in a daemon's answer; ChimeinError when there is none."""
    from chimein.core.errors import ChimeinError

    picture = answer.get("picture")
    if not isinstance(picture, dict):
        raise ChimeinError("the running chimein does not fit this command: restart it with `systemctl restart chimein`")
    return picture
