"""A machine with chimein installed, as it is found in the morning: saved once, taken up by every story.

    python -m appliance.furnishing IMAGE PACKAGE.deb      makes it unless it is in the cache, prints its directory

What is saved: the machine after its first boot, with the package installed, key and YAML in place, and the daemon
running: it has nothing to hear with yet, and has called the service once, in vain. The name says what it was made of:
image, package, QEMU, and the files that describe the machine.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from appliance.door import make_certificate
from appliance.machine.machine import Machine
from appliance.world import MICROPHONE_DOOR, SPEAKER_DOOR, World

KEPT = 2
DROP_IN = """[Service]
Environment=SSL_CERT_FILE=/etc/kitchen.pem
# An emulated processor takes its time.
TimeoutStartSec=180s
"""
KEY = "rehearsal"
PANEL = "s/board: none/board: generic/"
"""What somebody does who has soldered a button and a lamp to the pins that the packaged YAML names."""
TRIED = "until journalctl --unit=chimein --output=cat --since=-30s | grep -q ^Dropped; do sleep 0.5; done"
"""The SDK is in memory then, and the next attempt is not far."""


@dataclass(frozen=True)
class Furnished:
    """Where the parts lie; none of them may change."""

    folder: Path

    @property
    def image(self) -> Path:
        return Path((self.folder / "image").read_text().strip())

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def state(self) -> Path:
        return self.folder / "state.zst"

    @property
    def package(self) -> Path:
        return self.folder / "package.deb"

    @property
    def ssh_key(self) -> Path:
        return self.folder / "key"


def furnished(image: Path, package: Path) -> Furnished:
    """From the cache, or made now."""
    cache = image.parent
    found = Furnished(cache / f"furnished-{_key(image, package)}")
    with (cache / "furnishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.folder.exists():
            _furnish(found.folder, image, package)
            _forget_old(cache)
        found.folder.touch()
    return found


def _furnish(folder: Path, image: Path, package: Path) -> None:
    # The disk names the one it lies over by its path, but nothing names this one yet.
    scratch = folder.with_suffix(".new")
    shutil.rmtree(scratch, ignore_errors=True)
    began_s = time.monotonic()

    def tell(what: str) -> None:
        print(f"kitchen: [{time.monotonic() - began_s:3.0f} s] {what}", file=sys.stderr, flush=True)

    machine = Machine(scratch, image)
    make_certificate(scratch)
    world = World(scratch)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kitchen", "-f", scratch / "key"], check=True)
    machine.new_disk(over=image / "disk.raw")
    try:
        machine.start(**world.connections())
        machine.run("systemctl is-system-running --wait", check=False)
        tell(f"booted; installing {package.name}")
        _install(machine, package, scratch)
        tell("installed; calling the service once")
        world.unplug(MICROPHONE_DOOR, SPEAKER_DOOR)
        machine.run(f"chimein status; systemctl restart chimein; {TRIED}; udevadm settle; sync", patience_s=300.0)
        machine.save(scratch / "state.zst")
        tell("saved")
    finally:
        machine.cut_the_power()
        world.close()
    (scratch / "image").write_text(str(image))
    shutil.copyfile(package, scratch / "package.deb")
    scratch.rename(folder)


def _install(machine: Machine, package: Path, papers: Path) -> None:
    machine.run("cat >/etc/kitchen.pem", stdin=(papers / "certificate.pem").read_bytes())
    key = (papers / "key.pub").read_bytes()
    machine.run("install -d -m 700 -o pi -g pi ~pi/.ssh && cat >~pi/.ssh/authorized_keys", stdin=key)
    machine.run(
        "mkdir -p /etc/systemd/system/chimein.service.d && cat >/etc/systemd/system/chimein.service.d/kitchen.conf",
        stdin=DROP_IN.encode(),
    )
    machine.run(f"install -d -m 700 /etc/credstore && umask 077 && echo {KEY} >/etc/credstore/gemini-api-key")
    machine.carry_in(package, "/root")
    machine.run(f"dpkg --install /root/{package.name} && rm /root/{package.name}", patience_s=600.0)
    machine.run(f"sed -i '{PANEL}' /etc/chimein/config.yaml")


def _key(image: Path, package: Path) -> str:
    here = Path(__file__).parent
    # The same image built a second time is another one: the disk lies over its very blocks.
    mark = hashlib.sha256(f"{image} {(image / 'disk.raw').stat().st_mtime_ns}".encode())
    mark.update(package.read_bytes())
    mark.update(subprocess.check_output(["qemu-system-x86_64", "--version"]))
    for file in (Path(__file__), here / "machine" / "machine.py", here / "world.py", here / "door.py"):
        mark.update(file.read_bytes())
    return mark.hexdigest()[:16]


def _forget_old(cache: Path) -> None:
    for old in sorted(cache.glob("furnished-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)


if __name__ == "__main__":
    print(furnished(Path(sys.argv[1]), Path(sys.argv[2])).folder)
