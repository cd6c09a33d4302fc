"""The machine's clocks, as timers need them; and the time of day in this house."""

import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from chimein.core.kitchen.timers import Clock

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes it when a server has told the time, once per boot (systemd-timesyncd.service(8))."""
RTC: Final = Path("/sys/class/rtc/rtc0/since_epoch")
RTC_AGREES_S: Final = 5.0


def clock() -> Clock:
    """Now, and by the time zone that the house has now: the C library looks only once by itself. Costs microseconds."""
    time.tzset()
    wall_s = time.time()
    return Clock(
        boot=_boot(),
        boot_s=time.clock_gettime(time.CLOCK_BOOTTIME),
        wall_s=wall_s,
        is_wall_right=SYNCHRONISED.exists() or _rtc_agrees(wall_s),
    )


def next_at(at: str, wall_s: float) -> float:
    """When, after `wall_s`, the clocks of this house next show `at` (HH:MM)."""
    now = datetime.fromtimestamp(wall_s)
    due = now.replace(hour=int(at[:2]), minute=int(at[3:]), second=0, microsecond=0)
    if due <= now:
        due += timedelta(days=1)  # of the calendar: the day on which the clocks change has 23 or 25 hours
    return due.timestamp()


def house_time() -> datetime:
    """Now, as the clocks of this house show it."""
    return datetime.now()


def timestamp() -> str:
    """The same as ISO 8601, with the time zone: 2026-11-26T12:03:10+01:00."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


@cache
def _boot() -> str:
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:  # nothing outlives such a daemon: better a timer that counts anew than one that rings early
        return f"unknown {time.time_ns()}"


def _rtc_agrees(wall_s: float) -> bool:
    """A clock with a battery says the same. The one of a Pi 5 without its battery wakes up in 1970."""
    try:
        return abs(int(RTC.read_text("ascii")) - wall_s) < RTC_AGREES_S
    except (OSError, ValueError):
        return False
