"""How long the appliance takes about a cable, by the machine's own clock. Nothing here is asserted, for under emulation
a second can be ten: the `tell` of conftest.py has it printed when the stories are over.

Kernel, daemon and lamp all write down the same clock, CLOCK_MONOTONIC: what lies between a cable and its lamp is
therefore exact, however late anybody looks.
"""

import json
from dataclasses import dataclass

from appliance.kitchen import Kitchen


@dataclass(frozen=True)
class Line:
    at_s: float
    text: str


def now_s(home: Kitchen) -> float:
    """CLOCK_MONOTONIC of the machine; unlike its uptime it stands where the journal's does."""
    return float(home.machine.run("python3 -c 'import time; print(time.monotonic())'"))


def of_the_kernel(home: Kitchen, since_s: float, word: str) -> float:
    """When it said so first since then."""
    return _first(home, [line for line in _journal(home, "--dmesg") if word in line.text], since_s, word)


def of_the_daemon(home: Kitchen, since_s: float, event: str) -> float:
    return _first(home, _journal(home, f"--unit=chimein EVENT={event}"), since_s, event)


def _first(home: Kitchen, lines: list[Line], since_s: float, what: str) -> float:
    late = [line.at_s for line in lines if line.at_s > since_s]
    assert late, f"no {what} since {since_s:.3f} s, but at {[line.at_s for line in lines]}\n{home.evidence()}"
    return late[0]


def has_happened(home: Kitchen, since_s: float, event: str) -> bool:
    return any(line.at_s > since_s for line in _journal(home, f"--unit=chimein EVENT={event}"))


def of_the_lamp(home: Kitchen, since_s: float, colour: str) -> float:
    return next(glow.from_s for glow in home.lamp_record() if glow.from_s > since_s and glow.colour == colour)


def lines_since(home: Kitchen, since_s: float) -> int:
    """Of the daemon's journal."""
    return sum(line.at_s > since_s for line in _journal(home, "--unit=chimein"))


def zombies(home: Kitchen) -> list[str]:
    """Processes of the unit that nobody has buried."""
    return home.machine.run("ps -eo stat=,args= | grep '^Z.*chimein' || true").splitlines()


def cpu_share(home: Kitchen, for_s: int = 3) -> float:
    """How much of one (emulated) processor the whole unit takes, by its control group."""
    read = "cut -d' ' -f1 /proc/uptime; systemctl show chimein --property=CPUUsageNSec --value"
    up_s, used_ns, later_s, later_ns = map(float, home.machine.run(f"{read}; sleep {for_s}; {read}").split())
    return (later_ns - used_ns) / 1e9 / (later_s - up_s)


def _journal(home: Kitchen, which: str) -> list[Line]:
    out = home.machine.run(f"journalctl --boot --no-pager --output=json {which}")
    lines = [json.loads(line) for line in out.splitlines()]
    return [
        Line(int(one.get("_SOURCE_MONOTONIC_TIMESTAMP") or one["__MONOTONIC_TIMESTAMP"]) / 1e6, str(one["MESSAGE"]))
        for one in lines
    ]
