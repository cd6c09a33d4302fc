"""What a soak comes to: a table, and whether it is one to be content with."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, UP_HZ
from soak import kitchen

HEARD_AGAIN_WITHIN_S = 90.0
"""After a fault somebody must have been heard again: a line every few seconds, outages of at most ten, a black hole."""
MOST_GROWTH_KIB_PER_HOUR = 2048.0
SLOPE_FROM_S = 900.0
"""A slope through fewer minutes says nothing: the allocator's own steps are larger."""
TELLING = 0.4
MOST_LOOKS = 500
"""More of them are thinned out: their pairs are many."""
FRAME_S = FRAME_SAMPLES / UP_HZ


@dataclass
class Health:
    """Looks at the daemon: its resident memory, with that of its sound processes, and its open descriptors."""

    at_s: list[float] = field(default_factory=list)
    kib: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    is_alive: bool = True

    def look(self, pid: int, now_s: float) -> None:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self.at_s.append(now_s)
        self.kib.append(_resident_kib(pid) + sum(_resident_kib(int(child)) for child in children))
        self.descriptors.append(len(os.listdir(f"/proc/{pid}/fd")))

    @property
    def kib_per_hour(self) -> float | None:
        """The slope of memory; None where the time was too short for one.

        From the slopes between all pairs of looks (Theil and Sen), the one that two fifths of them do not reach. A
        single step is the latest answer, which is kept to be said again, a minute of it at most: at most half of all
        pairs lie across it, where a line through all looks would be steep. Of what goes on growing, be it in two steps,
        most pairs tell.
        """
        if not self.at_s or self.at_s[-1] - self.at_s[0] < SLOPE_FROM_S:
            return None
        every = 1 + len(self.at_s) // MOST_LOOKS
        at_s, kib = np.array(self.at_s[::every]), np.array(self.kib[::every])
        early, late = np.triu_indices(len(at_s), 1)
        return float(np.quantile((kib[late] - kib[early]) / (at_s[late] - at_s[early]), TELLING)) * 3600


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)


@dataclass(frozen=True)
class Report:
    injected: Counter[str]
    survived: Counter[str]
    connections: int
    attempts: int
    resumed: int
    forwarded_s: float
    arrived_s: float
    too_old_s: float
    """What the daemon says it dropped."""
    health: Health
    tracebacks: int
    never_retrieved: int
    oddities: int
    exit_status: int | None

    @property
    def lost_s(self) -> float:
        """Forwarded by the gate, not arrived, and not said to be too old."""
        return max(0.0, self.forwarded_s - self.arrived_s - self.too_old_s)

    @property
    def is_well(self) -> bool:
        slope = self.health.kib_per_hour
        return (
            self.health.is_alive
            and self.exit_status == 0
            and self.lost_s < FRAME_S
            and self.injected == self.survived
            and self.tracebacks == self.never_retrieved == 0
            and (slope is None or slope < MOST_GROWTH_KIB_PER_HOUR)
        )

    def lines(self) -> Iterator[str]:
        yield f"{'fault':<34} {'injected':>8} {'survived':>8}"
        for fault, count in sorted(self.injected.items()):
            yield f"{fault:<34} {count:>8} {self.survived[fault]:>8}"
        yield f"{'all':<34} {self.injected.total():>8} {self.survived.total():>8}"
        yield ""
        yield f"connections   {self.connections} ({self.resumed} resumed) in {self.attempts} attempts"
        yield f"oddities      {self.oddities} messages that nobody understood, and other surprises"
        yield f"speech        {self.forwarded_s:.2f} s let through by the gate, {self.arrived_s:.2f} s arrived"
        yield f"too old       {self.too_old_s:.2f} s dropped, and said so"
        yield f"lost          {self.lost_s:.2f} s, {round(self.lost_s * UP_HZ)} samples"
        if self.health.kib:
            slope = self.health.kib_per_hour
            told = "too short for a slope" if slope is None else f"{slope:+.0f} KiB an hour"
            yield f"memory        {self.health.kib[0]} KiB at the start, {self.health.kib[-1]} KiB at the end, {told}"
            yield f"descriptors   {self.health.descriptors[0]} at the start, {self.health.descriptors[-1]} at the end"
        yield f"journal       {self.tracebacks} tracebacks, {self.never_retrieved} exceptions never retrieved"
        yield f"process       {'alive' if self.health.is_alive else 'DEAD'}, exit status {self.exit_status}"
        yield "well" if self.is_well else "NOT WELL"


def report(
    scene: Path,
    received: Path,
    record: list[dict[str, Any]],
    status: dict[str, Any],
    health: Health,
    log: str,
    exit_status: int | None,
) -> Report:
    """Puts together what the service wrote down, what it received, and what the daemon says."""
    arrived = set(kitchen.frames(received))
    forwarded = [frame for _, frame in kitchen.forwarded(scene)]
    heard_at = [float(one["t_s"]) for one in record if one["kind"] in ("heard", "stream_end")]
    injected, survived = Counter[str](), Counter[str]()
    over_s = max((float(one["t_s"]) for one in record), default=0.0)
    for one in record:
        if one["kind"] != "fault" or float(one["t_s"]) > over_s - HEARD_AGAIN_WITHIN_S:
            continue  # of what happened at the very end nobody can say what came of it
        name = f"{one['on']}: {one['do']}"
        injected[name] += 1
        survived[name] += any(0 < at - float(one["t_s"]) <= HEARD_AGAIN_WITHIN_S for at in heard_at)
    setups = [one for one in record if one["kind"] == "setup"]
    return Report(
        injected,
        survived,
        connections=len(setups),
        attempts=sum(one["kind"] == "connection" for one in record),
        resumed=sum(bool(one["resumed"]) for one in setups),
        forwarded_s=len(forwarded) * FRAME_S,
        arrived_s=sum(frame in arrived for frame in forwarded) * FRAME_S,
        too_old_s=float(status.get("uplink", {}).get("dropped_s") or 0.0),
        health=health,
        tracebacks=log.count("Traceback"),
        never_retrieved=log.count("never retrieved"),
        oddities=int(status.get("session", {}).get("oddities") or 0),
        exit_status=exit_status,
    )
