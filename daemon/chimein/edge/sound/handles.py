"""What the kernel says of the microphone: which of our processes could hear, and which capture devices are open."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from chimein.core.status.proof import Capture

HEARING = b"chimein.sound.hear"


def capture_handles(proc: Path = Path("/proc")) -> Capture:
    """Of this process and its children. A process that has ended meanwhile has none."""
    processes, handles = [], []
    for pid in (str(os.getpid()), *_children(proc / str(os.getpid()))):
        with suppress(OSError):
            if HEARING in (proc / pid / "cmdline").read_bytes():
                processes.append(int(pid))
        handles += [f"{path} of {pid}" for path in _open_files(proc / pid) if _is_capture(path)]
    return Capture(tuple(processes), tuple(handles))


def _children(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for task in (process / "task").iterdir():
            with suppress(OSError):
                yield from (task / "children").read_text().split()


def _open_files(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                yield os.readlink(handle)


def _is_capture(path: str) -> bool:
    """ALSA's name for the capture side of a card's device: pcmC1D0c."""
    return path.startswith("/dev/snd/pcmC") and path.endswith("c")
