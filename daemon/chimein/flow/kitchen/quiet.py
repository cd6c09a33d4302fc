"""Keeps the quiet hours: by the schedule, and for as long as somebody asks."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from chimein.core.config.kitchen import QuietSettings
from chimein.core.errors import UsageError
from chimein.core.kitchen.quiet import period, quiet_until
from chimein.core.machines.events import Event, QuietBegan, QuietEnded

LOOK_S = 1.0
LONGEST_S = 24 * 3600.0


class QuietHours:
    """`now()` is the time in this house. What somebody asked for runs on the loop's clock, which does not jump."""

    def __init__(
        self, settings: QuietSettings, *, now: Callable[[], datetime], happened: Callable[[Event], None]
    ) -> None:
        self._now = now
        self._happened = happened
        self._asked_until_s: float | None = None
        self._woken_until: datetime | None = None
        self._is_on = False
        self.use(settings)

    def use(self, settings: QuietSettings) -> None:
        """A schedule that was read again."""
        self._periods = [period(text) for text in settings.hours]

    def begin(self, length_s: float) -> None:
        """Quiet, from now, for so long. Raises UsageError."""
        if not 0 < length_s <= LONGEST_S:
            raise UsageError("quiet lasts for a day at most, written as 30m, 2h; for longer there is mute")
        self._asked_until_s = asyncio.get_running_loop().time() + length_s
        self._look()

    def end(self) -> None:
        """No more of it, also if the schedule says so: until the schedule's next time."""
        self._asked_until_s = None
        self._woken_until = quiet_until(self._periods, self._now())
        self._look()

    @property
    def until(self) -> datetime | None:
        """When it will be over; None while it is not quiet."""
        now = self._now()
        ends = [] if self._asked_until_s is None else [now + timedelta(seconds=self._asked_left_s())]
        scheduled = quiet_until(self._periods, now)
        if scheduled is not None and scheduled != self._woken_until:
            ends.append(scheduled)
        return max((end for end in ends if end > now), default=None)

    async def run(self) -> None:
        """For ever."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_S)

    def _look(self) -> None:
        if self._asked_until_s is not None and self._asked_left_s() <= 0:
            self._asked_until_s = None
        is_on = self.until is not None
        if is_on is not self._is_on:
            self._is_on = is_on
            self._happened(QuietBegan() if is_on else QuietEnded())

    def _asked_left_s(self) -> float:
        return (self._asked_until_s or 0.0) - asyncio.get_running_loop().time()
