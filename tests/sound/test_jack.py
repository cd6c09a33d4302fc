"""What a child that was killed while it woke PortAudio leaves behind, and that the next one is not held up by it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from chimein.sound.jack import SHARED_MEMORY, clear_the_way

A_HANG_S = 30.0


def half_made(shared_memory: Path, user: int) -> Path:
    database = shared_memory / f"jack_db-{user}"
    database.mkdir()
    (database / "__db.001").write_bytes(bytes(4096))
    return database


def test_what_a_killed_child_left_is_gone(tmp_path: Path) -> None:
    mine, theirs = half_made(tmp_path, 989), half_made(tmp_path, 1000)
    clear_the_way(tmp_path, user=989)
    assert not mine.exists()
    assert theirs.exists(), "another user's is not ours to remove"


def test_what_belongs_to_a_server_stays(tmp_path: Path) -> None:
    mine = half_made(tmp_path, 989)
    (tmp_path / "jack_default_989_0").touch()
    clear_the_way(tmp_path, user=989)
    assert mine.exists()


def test_where_there_is_nothing_nothing_happens(tmp_path: Path) -> None:
    clear_the_way(tmp_path / "not there", user=989)


def test_portaudio_wakes_up_all_the_same() -> None:
    """The real libjack: with an empty first file of its DB it waits for ever."""
    database = SHARED_MEMORY / f"jack_db-{os.geteuid()}"
    shutil.rmtree(database, ignore_errors=True)
    database.mkdir()
    (database / "__db.001").touch()
    try:
        done = subprocess.run([sys.executable, "-m", "chimein.sound.list"], capture_output=True, timeout=A_HANG_S)
    finally:
        shutil.rmtree(database, ignore_errors=True)
    assert done.returncode == 0
