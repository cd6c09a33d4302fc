"""JACK, which nobody here uses and which PortAudio wakes all the same: what a killed child may leave of it.

libjack keeps a Berkeley DB of its metadata in shared memory, made by a user's first process and meant for ever. Who is
killed while making it leaves it half made, and whoever comes later waits for it, three seconds at a time and without
end: no sound until the next boot (seen). Our children are killed at any moment, so each clears the way before it wakes
PortAudio. Where a JACK server runs, the DB belongs to it and stays.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

SHARED_MEMORY: Final = Path("/dev/shm")


def clear_the_way(shared_memory: Path = SHARED_MEMORY, user: int | None = None) -> None:
    """Removes this user's JACK metadata, unless a JACK server of the user's runs. Raises nothing."""
    user = os.geteuid() if user is None else user
    with contextlib.suppress(OSError):
        if not any(shared_memory.glob(f"jack_*_{user}_*")):  # a server's sockets
            shutil.rmtree(shared_memory / f"jack_db-{user}", ignore_errors=True)
