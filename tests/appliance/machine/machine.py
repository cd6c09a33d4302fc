"""The machine that stands for the appliance: QEMU, started cold or from a saved state, and ended by pulling the plug.

It needs no KVM, no root and no network, and sees nothing of the world but the ports that are named when it starts. All
that it writes goes to a disk of its own over the image's, which is never changed.
"""

import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.machine.agent import Agent
from appliance.machine.json_socket import GuestError, JsonSocket

Ports = Mapping[int, int]

MEMORY_MB = 1024
PROCESSORS = 2
PROCESSOR = "max,-erms,-fsrm,-smap"
"""Without what makes a real one quick or safe and an emulated one slow: string instructions go byte by byte, and the
kernel's guard ends a block of code at every copy."""
WORDS = "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off audit=0 norandmaps"
"""For the kernel. An emulator keeps what it has translated by its address: where every process has addresses of its
own, each has to be translated anew (1.47 million blocks until the appliance hears, instead of 0.52)."""
PARCEL_MB = 96
"""The second disk, which carries files inside."""
NETWORK, CABLES = "10.0.2", "10.0.3"
"""The house's network, and one that carries the USB devices' cables, which must not be torn with the other. On either,
.100 is where the guest finds the named ports."""
LOOK_AGAIN_S = 0.05
UP_WITHIN_S = 300.0
"""A cold boot takes 15 s on an idle machine."""
BOOTS = 3


class Machine:
    """`folder` holds the disk, the sockets and console.log of one machine; `image` is what image/build made."""

    def __init__(self, folder: Path, image: Path) -> None:
        self.folder = folder
        self.image = image
        self.disk = folder / "disk.qcow2"
        self.agent = Agent(folder / "agent.sock")
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    # life

    def new_disk(self, over: Path) -> None:
        """Begins with what is on another disk, which must not change from then on."""
        kind = "raw" if over.suffix == ".raw" else "qcow2"
        command = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(over), "-F", kind, str(self.disk)]
        subprocess.run(command, check=True)

    def start(
        self,
        *,
        state: Path | None = None,
        doors: Ports | None = None,
        cables: Ports | None = None,
        entrances: Ports | None = None,
        clock: str = "utc",
        words: str = "",
    ) -> None:
        """Switches it on, or takes up a saved state. Returns when the agent answers.

        doors, cables: port on either network → port on loopback here. entrances: the other way, on the first network.
        clock: what the hardware clock says, as QEMU's -rtc base. words: more for the kernel's command line.
        """
        command = self._command(clock, words, doors or {}, entrances or {}, cables or {})
        if state is not None:
            command += ["-incoming", f"exec:zstd -q -d -c {shlex.quote(str(state))}"]
        for attempt in range(BOOTS):
            try:
                self._switch_on(command, is_warm=state is not None)
                return
            except GuestError:
                if attempt == BOOTS - 1 or not self._has_tripped():
                    raise
                print("kitchen: the emulated processor tripped over its own kernel; once more", file=sys.stderr)

    def save(self, path: Path) -> None:
        """Writes the whole state to a file and ends the machine; its disk belongs to that state.

        It stands still meanwhile: of what emulated processors write while their memory is copied, some is missed
        (seen: a kernel that found its lists of free pages broken whenever it was taken up).
        """
        self.monitor("stop")
        self.monitor("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        self.monitor("migrate", uri=f"exec:zstd -q -1 -T2 -f -o {shlex.quote(str(path))}")
        self._wait(lambda: self.monitor("query-migrate")["status"] == "completed", 300.0, "the state is saved")
        self.monitor("quit")
        self._gone()

    def cut_the_power(self) -> None:
        """As by a pulled plug: what had not reached the disk is lost."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    # inside

    def run(self, command: str, **options: Any) -> str:
        """What a shell command prints, as root. Raises GuestError; options as for Agent.run."""
        return self.agent.run(command, **options).out

    def carry_in(self, file: Path, directory: str) -> None:
        """Copies a file into a directory of the machine, by the parcel disk."""
        size = file.stat().st_size
        if size > PARCEL_MB << 20:
            raise GuestError(f"{file.name} is too large for a parcel")
        with (self.folder / "parcel").open("r+b") as parcel:
            parcel.write(file.read_bytes())
            os.fsync(parcel.fileno())
        target = shlex.quote(f"{directory}/{file.name}")
        blocks = -(-size // (1 << 20))
        self.run(f"dd if=/dev/vdb bs=1M count={blocks} iflag=direct status=none | head -c {size} >{target}")

    def monitor(self, command: str, /, **arguments: Any) -> Any:
        """Tells QEMU something. Raises GuestError."""
        line = JsonSocket(self.folder / "qmp.sock")
        try:
            line.receive(10.0)
            line.call("qmp_capabilities")
            return line.call(command, 30.0, **arguments)
        finally:
            line.close()

    # how

    def _switch_on(self, command: list[str], *, is_warm: bool) -> None:
        for name in ("qmp.sock", "agent.sock"):
            (self.folder / name).unlink(missing_ok=True)
        with (self.folder / "parcel").open("ab") as parcel:
            parcel.truncate(PARCEL_MB << 20)
        with (self.folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait((self.folder / "qmp.sock").exists, 20.0, "QEMU starts")
        if is_warm:
            self._wait(lambda: self.monitor("query-status")["status"] == "paused", 120.0, "the saved state is taken up")
            self.monitor("cont")
        self._wait(self.agent.answers, UP_WITHIN_S, "the machine is up")

    def _has_tripped(self) -> bool:
        """Whether the kernel died of a breakpoint that another processor had set for a moment, to patch code there.

        Emulated processors see each other's patches late; a real one never does. Rare, and only while it boots.
        """
        console = self.folder / "console.log"
        return console.exists() and "Oops: int3" in console.read_text(errors="replace")

    def _command(self, clock: str, words: str, doors: Ports, entrances: Ports, cables: Ports) -> list[str]:
        here, image = self.folder, self.image
        network, hidden = _network("network", NETWORK, doors, entrances), _network("cables", CABLES, cables, {})
        return [
            *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", PROCESSOR),
            *("-smp", str(PROCESSORS), "-m", str(MEMORY_MB), "-nodefaults", "-display", "none", "-no-reboot"),
            *("-rtc", f"base={clock}"),
            *("-kernel", f"{image}/vmlinuz", "-initrd", f"{image}/initrd"),
            *("-append", f"{WORDS} {words}"),
            *("-drive", f"file={self.disk},if=virtio,format=qcow2"),
            *("-drive", f"file={here}/parcel,if=virtio,format=raw,readonly=on,file.locking=off"),
            *("-serial", f"file:{here}/console.log"),
            *("-device", "virtio-serial-pci", "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"),
            *("-chardev", f"socket,id=agent,path={here}/agent.sock,server=on,wait=off"),
            *("-netdev", network, "-device", "virtio-net-pci,netdev=network,id=card,mac=52:54:00:00:00:02,romfile="),
            *("-netdev", hidden, "-device", "virtio-net-pci,netdev=cables,mac=52:54:00:00:00:03,romfile="),
            *("-device", "virtio-rng-pci", "-qmp", f"unix:{here}/qmp.sock,server=on,wait=off"),
        ]

    def _wait(self, holds: Callable[[], bool], patience_s: float, what: str) -> None:
        deadline = time.monotonic() + patience_s
        while True:
            with contextlib.suppress(OSError, GuestError):
                if holds():
                    return
            if not self.is_running:
                raise GuestError(f"QEMU has ended: {_tail(self.folder / 'qemu.log')}")
            if time.monotonic() > deadline:
                self.cut_the_power()
                raise GuestError(
                    f"waited {patience_s:.0f} s in vain until {what}: {_tail(self.folder / 'console.log')}"
                )
            time.sleep(LOOK_AGAIN_S)

    def _gone(self) -> None:
        self.agent.close()
        if self._process is not None:
            self._process.wait(timeout=30.0)
            self._process = None


def _network(name: str, prefix: str, doors: Ports, entrances: Ports) -> str:
    """User-mode network that lets nothing through but the named ports."""
    relay = f"{shlex.quote(sys.executable)} {shlex.quote(str(Path(__file__).with_name('relay.py')))}"
    network = f"user,id={name},restrict=on,net={prefix}.0/24"
    for inside, outside in doors.items():
        network += f",guestfwd=tcp:{prefix}.100:{inside}-cmd:{relay} {outside}"
    for outside, inside in entrances.items():
        network += f",hostfwd=tcp:127.0.0.1:{outside}-:{inside}"
    return network


def _tail(file: Path) -> str:
    return file.read_text(errors="replace")[-1500:] if file.exists() else "(nothing)"
