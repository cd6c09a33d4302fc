"""What the kernel says of the sound cards, without opening any of them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from chimein.core.sound.devices import Device


class CardFiles:
    """One card, by the number in "hw:1,0"."""

    def __init__(self, root: Path, pcm: str | None) -> None:
        number = pcm and pcm.removeprefix("hw:").split(",")[0]
        proc, sysfs = root / f"proc/asound/card{number}", root / f"sys/class/sound/card{number}"
        self.card_id = number and (_read(proc / "id") or _read(sysfs / "id"))
        self.usb_id = number and (_read(proc / "usbid") or _usb_id(sysfs))
        names = re.search(rf"^ *{number} \[.*?\]: .*? - (.*)$", _read(root / "proc/asound/cards") or "", re.MULTILINE)
        self.name = names and names[1].strip()


def cards(root: Path = Path("/")) -> list[Device]:
    """Every device that ALSA has, whoever holds it. That it has one channel each way is all that is known of those.

    /proc/asound/pcm has lines as ``01-00: USB Audio : USB Audio : playback 1 : capture 1``. Names are as PortAudio's.
    """
    found = []
    for line in (_read(root / "proc/asound/pcm") or "").splitlines():
        numbers, _, rest = line.partition(":")
        card, _, device = numbers.partition("-")
        if not (card.isdigit() and device.isdigit()):
            continue
        pcm = f"hw:{int(card)},{int(device)}"
        files = CardFiles(root, pcm)
        fields = [word.strip() for word in rest.split(":")]
        found.append(
            Device(
                name=": ".join(filter(None, (files.name, f"{fields[0]} ({pcm})"))),
                inputs=int(any(word.startswith("capture") for word in fields)),
                outputs=int(any(word.startswith("playback") for word in fields)),
                pcm=pcm,
                card_id=files.card_id,
                usb_id=files.usb_id,
            )
        )
    return found


def busy_devices(known: Iterable[Device], root: Path = Path("/")) -> list[Device]:
    """What ALSA has and PortAudio does not offer: it leaves out what another program holds."""
    offered = {device.pcm for device in known}
    return [replace(device, is_busy=True) for device in cards(root) if device.pcm not in offered]


def _usb_id(card: Path) -> str | None:
    """A card's device is the USB interface; the ids stand one level above."""
    ids = [_read(card / "device" / ".." / name) for name in ("idVendor", "idProduct")]
    return ":".join(word for word in ids if word) if all(ids) else None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None
