"""What sound devices and boards there are.

A child of its own asks PortAudio, and so sees what was plugged in lately.
"""

import asyncio
import json
from pathlib import Path
from typing import Final

from chimein.core.errors import ChimeinError
from chimein.core.sound.devices import Device
from chimein.edge.sound.child import Child
from chimein.sound.frames import Kind

DEADLINE_S: Final = 15.0


async def list_devices() -> list[Device]:
    """Microphones and speakers, those that another program holds included. Raises ChimeinError."""
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def receive(kind: Kind, payload: bytes) -> None:
        if not answer.done():
            if kind is Kind.READY:
                answer.set_result(payload)
            else:
                fail(payload.decode())

    def fail(why: str) -> None:
        if not answer.done():
            answer.set_exception(ChimeinError(f"the sound system cannot be asked: {why}"))

    child = Child("list", (), on_message=receive, on_end=fail)
    try:
        async with asyncio.timeout(DEADLINE_S):
            listed = json.loads(await answer)
    except TimeoutError:
        raise ChimeinError(f"the sound system has not answered for {DEADLINE_S:.0f} s") from None
    finally:
        child.close()
    return [_device(fields) for fields in listed]


def list_boards(root: Path = Path("/")) -> list[str]:
    """The computer and what is plugged onto its pins, by the names that the firmware gives them; none on a PC."""
    tree = root / "proc/device-tree"
    return [name for name in (_read(tree / "model"), _read(tree / "hat/product")) if name]


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip("\0\n ")  # device tree strings end with a zero
    except OSError:
        return ""


def _device(fields: dict[str, object]) -> Device:
    return Device(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})  # type: ignore[arg-type]
