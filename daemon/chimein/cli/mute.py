"""`chimein mute` and `chimein unmute`: the software's mute. What the hardware shut, no command opens."""

import argparse

from chimein.cli.common import config_option, json_option, print_json


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parents = [config_option(), json_option()]
    mute = commands.add_parser(
        "mute",
        parents=parents,
        help="shut the microphone",
        description="Shuts the microphone: the process that can hear ends, and a restart does not bring it back. "
        "`chimein unmute` or the button does.",
    )
    mute.set_defaults(run=run, ask="mute")
    unmute = commands.add_parser(
        "unmute",
        parents=parents,
        help="open it again; refused while the hardware says muted",
        description="Opens the microphone that `chimein mute` or a tool has shut. Ends with 77 while the button, the "
        "switch or the microphone's own mute says otherwise: only they can undo that.",
    )
    unmute.set_defaults(run=run, ask="unmute")


def run(args: argparse.Namespace) -> int:
    """Says what is now so. Asking for what is so already is no error; 77 when the hardware says otherwise."""
    from chimein.cli.status import ask_for_picture
    from chimein.core.errors import NotAllowedError
    from chimein.core.status.picture_text import mute_sentence

    picture = ask_for_picture(args.ask)
    if args.json:
        print_json({key: picture.get(key) for key in ("muted", "muted_by", "ear", "why")})
    else:
        print(mute_sentence(picture))
    muted_by = picture.get("muted_by")
    if args.ask == "unmute" and isinstance(muted_by, list) and "hardware" in muted_by:
        raise NotAllowedError("it is still muted: only its own button or switch can undo that")
    return 0
