"""Whether a sound device has been plugged in or pulled: the directory in which the kernel names them has changed."""

import asyncio
from pathlib import Path
from typing import Final

NAMES: Final = Path("/dev/snd")
LOOK_S: Final = 0.2
SETTLE_S: Final = 0.1
"""Between a device's name and its permissions, which udev gives it a moment later."""


async def plugged(timeout_s: float, *, names: Path = NAMES) -> None:
    """Waits so long, or until a device comes or goes, whichever is first. Costs a look at one directory, 5 a second."""
    loop = asyncio.get_running_loop()
    before, end_s = _changed(names), loop.time() + timeout_s
    while (left_s := end_s - loop.time()) > 0:
        await asyncio.sleep(min(left_s, LOOK_S))
        if _changed(names) != before:
            await asyncio.sleep(SETTLE_S)
            return


def _changed(names: Path) -> int | None:
    try:
        return names.stat().st_mtime_ns
    except OSError:  # there is no sound device at all
        return None
