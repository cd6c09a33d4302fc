"""A kitchen with the appliance in it: what a person can do there, and what can be seen and heard.

The appliance is a whole machine under emulation with the Debian package installed. Nothing in it is pretended but the
electricity: USB sound devices and pins are simulated below the kernel's own drivers. The rehearsal service is outside,
and the machine reaches it, the devices and nothing else, through named ports.
"""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from appliance import lamp
from appliance.furnishing import Furnished
from appliance.machine.json_socket import GuestError
from appliance.machine.machine import Machine
from appliance.rehearsal import Rehearsal
from appliance.remote import Remote
from appliance.usb.stream import Samples
from appliance.world import MICROPHONE_DOOR, SPEAKER_DOOR, World
from chimein.rehearsal.sound.voices import say

BUTTON = 17
CABLES = {"microphone": MICROPHONE_DOOR, "speaker": SPEAKER_DOOR}
PATIENCE_S = 120.0
"""For what takes a moment on a busy machine. Nothing here asserts how fast anything is."""
LOOK_AGAIN_S = 0.5
YAML = "/etc/chimein/config.yaml"
SOCKET = "/run/chimein/control.sock"


class Kitchen:
    """`folder` holds the machine's disk, its console and what the service wrote down."""

    def __init__(self, folder: Path, furnished: Furnished, script: Mapping[str, object]) -> None:
        self.service = Rehearsal(folder, script)
        self.machine = Machine(folder, furnished.image)
        self._furnished = furnished
        self._world = World(furnished.folder)
        self._world.door.leads_to(self.service.port, self.service.authority)
        self._ssh_port = _free_port()
        self._remote = Remote(furnished.ssh_key, self._ssh_port, PATIENCE_S)
        self._is_switch_closed = False
        self.microphone = self._world.microphone
        self.speaker = self._world.speaker
        self.package = furnished.package
        self.machine.new_disk(over=furnished.disk)

    # what a person does

    def moves_in(self) -> None:
        """The machine as it was furnished, and the world around it: the quick way to a running appliance."""
        self.machine.start(state=self._furnished.state, **self._connections())
        self.sets_the_clock(time.time())
        self.machine.run("kitchen-arrive")
        if self._is_switch_closed:
            self._pin("close")

    def power_on(self, clock: str = "utc", is_writable: bool = True) -> None:
        """Plugs the power cord in; the machine boots by itself. `clock` as in "2024-01-01T00:00:00"."""
        words = ["rw" if is_writable else "ro"]
        if self._is_switch_closed:
            words.append(f"kitchen.closed={BUTTON}")
        self.machine.start(**self._connections(), clock=clock, words=" ".join(words))

    def cut_the_power(self) -> None:
        self._remote.hang_up()
        self.machine.cut_the_power()

    def say(self, *lines: tuple[str, str], pause_s: float = 2.0) -> None:
        """(voice, words), one after the other, into channel 0 of the array. Returns when the last has been said."""
        for voice, words in lines:
            self.begin_saying(voice, words)
            time.sleep(pause_s)

    def begin_saying(self, voice: str, words: str, until: float = 1.0) -> None:
        """Speaks, and returns when the words are `until` (0..1) over; the rest follows by itself."""
        sound = say(words, voice, self.microphone.rate_hz)
        time.sleep(self.microphone.say(sound) * until)

    def press(self, hold_s: float = 0.2) -> None:
        """The button, once."""
        self.machine.run(f"kitchen-pins close {BUTTON}; sleep {hold_s}; kitchen-pins open {BUTTON}")

    def switch(self, is_closed: bool) -> None:
        """A latching switch in the button's place; it stays as it is over a power cut."""
        self._is_switch_closed = is_closed
        if self.machine.is_running:
            self._pin("close" if is_closed else "open")

    def pull_the_cable(self, cable: str) -> None:
        """Of the "microphone" or the "speaker"."""
        self._world.unplug(CABLES[cable])

    def plug_in(self, cable: str, socket: int | None = None) -> None:
        """Into its own USB socket, or another one: there are eight."""
        self._world.plug_in(self.machine, CABLES[cable], socket)

    def network(self, is_up: bool) -> None:
        """The network cable: the carrier comes and goes."""
        self.machine.monitor("set_link", name="card", up=is_up)

    def sets_the_clock(self, to_s: float) -> None:
        self.machine.run(f"date --set=@{to_s:.3f}")

    def ssh(self, command: str, stdin: str = "") -> str:
        """As the user pi, over the network. Raises GuestError when the command fails."""
        return self._remote.run(command, stdin)

    def edit_the_yaml(self, old: str, new: str) -> None:
        """Over SSH: `new` in the place of `old`, which must be there once."""
        text = self.ssh(f"cat {YAML}")
        assert text.count(old) == 1, f"{old!r} does not stand once in:\n{text}"
        self.ssh(f"sudo tee {YAML} >/dev/null && sync", stdin=text.replace(old, new))

    def installs(self, package: Path) -> None:
        """Another version of the package; returns when dpkg has."""
        self.machine.carry_in(package, "/root")
        self.machine.run(f"dpkg --install /root/{package.name}", patience_s=600.0)

    def systemctl(self, *words: str) -> str:
        return self.machine.run(f"systemctl {' '.join(words)}", patience_s=PATIENCE_S)

    # what can be seen and heard

    def hears(self) -> Samples:
        """What came out of the loudspeaker's left side since the last `forget`, int16, shape (n,), 48 kHz."""
        return self.speaker.played()[:, 0]

    def hears_s(self) -> float:
        """Seconds of it that are not silence."""
        return float(np.count_nonzero(np.abs(self.hears().astype(np.int32)) > 50)) / self.speaker.rate_hz

    def look_at_the_lamp(self, for_s: float = 2.0) -> list[str]:
        """The colours that it shows in the seconds from now on, in order, each once."""
        from_s = self.uptime_s()
        time.sleep(for_s)
        return self.lamp_since(from_s)

    def lamp_since(self, from_s: float) -> list[str]:
        """The same since that uptime, while something else was done."""
        return lamp.colours(self.lamp_record(), from_s)

    def lamp_record(self) -> list[lamp.Glow]:
        """Everything that it showed since the machine was switched on."""
        return lamp.read(self.machine.run("cat /run/kitchen-lamp"), self.uptime_s())

    def uptime_s(self) -> float:
        return float(self.machine.run("cat /proc/uptime").split()[0])

    def status(self) -> dict[str, Any]:
        """What `chimein status --json` says."""
        picture: dict[str, Any] = self.machine.agent.run("chimein status --json").json()
        return picture

    def picture(self) -> dict[str, Any]:
        """The same, asked at the control socket itself: under emulation the command takes two seconds to start."""
        answer = self.machine.run(f'echo \'{{"command": "status"}}\' | socat -t 15 - UNIX-CONNECT:{SOCKET}').strip()
        if not answer:
            raise GuestError("the daemon has hung up")
        picture: dict[str, Any] = json.loads(answer)["picture"]
        return picture

    def journal(self) -> str:
        """The daemon's lines of all boots, oldest first."""
        return self.machine.run("journalctl --unit=chimein --output=cat --no-pager")

    def unit(self, name: str) -> str:
        """A property of the unit, as systemd has it."""
        return self.systemctl("show", "chimein", f"--property={name}", "--value").strip()

    def capture(self) -> list[str]:
        """What the kernel says of every sound device that can hear: "closed" or "state: RUNNING"."""
        return self.machine.run("head -qn1 /proc/asound/card*/pcm*c/sub0/status 2>/dev/null || true").splitlines()

    def who_can_hear(self) -> list[int]:
        """The processes of the daemon's that can hold a microphone."""
        return [int(pid) for pid in self.machine.run("pgrep -f 'chimein.sound.hea[r]' || true").split()]

    def wakeups(self, for_s: float) -> dict[str, float]:
        """How often each thread of the daemon's, by its number, woke up in the seconds from now on; a second."""
        count = (
            "for task in /proc/$(systemctl show chimein -P MainPID)/task/*; do "
            "echo $(basename $task) $(grep ^voluntary $task/status | cut -f2); done"
        )
        told = self.machine.run(f"({count}); sleep {for_s}; echo; ({count})")
        before, after = (dict(line.split() for line in part.splitlines()) for part in told.split("\n\n"))
        return {name: round((int(after[name]) - int(before.get(name, 0))) / for_s, 1) for name in after}

    def waits_until(self, holds: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> None:
        """Looks again and again; fails with `what` when it never holds."""
        assert self.comes_true(holds, patience_s), f"waited in vain until {what}\n{self.evidence()}"

    def comes_true(self, holds: Callable[[], Any], within_s: float) -> bool:
        """Looks again and again."""
        deadline = time.monotonic() + within_s
        while True:
            with contextlib.suppress(GuestError):  # who asks a daemon that is not there gets no answer
                if holds():
                    return True
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_AGAIN_S)

    def waits_until_it_hears(self) -> None:
        """Until sound flows from the microphone and the service is there."""
        self.waits_until(lambda: self.microphone.is_open, "the microphone is open")
        self.waits_until(lambda: self.service.told("setup"), "the service was called")
        self.waits_until(self._is_ready, "it hears and is online")

    def evidence(self) -> str:
        """For whoever reads that a story failed."""
        if not self.machine.is_running:
            return "the machine is off"
        try:
            return self.machine.run(
                "systemctl status chimein --no-pager --lines=0 | head -n 12; cat /proc/asound/cards;"
                "journalctl --unit=chimein --no-pager --output=short-monotonic --lines=40;"
                "journalctl --dmesg --no-pager --output=short-monotonic --lines=12; tail -n 8 /run/kitchen-lamp",
                check=False,
            )
        except (GuestError, OSError) as error:
            return f"the machine does not answer: {error}"

    def is_over(self) -> None:
        self._remote.close()
        self.machine.cut_the_power()
        self._world.close()
        self.service.close()

    def _connections(self) -> dict[str, Any]:
        return {**self._world.connections(), "entrances": {self._ssh_port: 22}}

    def _is_ready(self) -> bool:
        seen = self.picture()
        return bool(seen["link"] == "online" and seen["microphone"]["alive"])

    def _pin(self, what: str) -> None:
        self.machine.run(f"kitchen-pins {what} {BUTTON}")


@contextlib.contextmanager
def kitchen(folder: Path, furnished: Furnished, script: Mapping[str, object]) -> Iterator[Kitchen]:
    """Cleaned up afterwards, whatever happened."""
    home = Kitchen(folder, furnished, script)
    try:
        yield home
    finally:
        home.is_over()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
