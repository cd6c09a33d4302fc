"""Who could hear, as /proc has it."""

import os
from pathlib import Path

from chimein.core.status.proof import Capture
from chimein.edge.sound.handles import capture_handles


def process(proc: Path, pid: int, command: str, *files: str, children: str = "") -> None:
    folder = proc / str(pid)
    (folder / "task" / str(pid)).mkdir(parents=True)
    (folder / "fd").mkdir()
    (folder / "cmdline").write_bytes(command.replace(" ", "\0").encode())
    (folder / "task" / str(pid) / "children").write_text(children)
    for number, path in enumerate(files):
        (folder / "fd" / str(number)).symlink_to(path)


def test_hearing_children_and_open_capture_devices_are_found(tmp_path: Path) -> None:
    process(tmp_path, os.getpid(), "python -m chimein run", "/dev/null", children="7 8 9")
    process(tmp_path, 7, "python -m chimein.sound.hear usb auto 80", "pipe:[1]", "/dev/snd/pcmC1D0c")
    process(tmp_path, 8, "python -m chimein.sound.play auto 60 anew", "/dev/snd/pcmC1D0p", "/dev/snd/controlC1")
    found = capture_handles(tmp_path)
    assert found == Capture((7,), ("/dev/snd/pcmC1D0c of 7",))
    assert str(found) == "/dev/snd/pcmC1D0c of 7"


def test_of_this_process_there_are_none() -> None:
    found = capture_handles()
    assert found == Capture()
    assert str(found) == "none"
