"""Watches what the day has cost, and tells the appliance when a mark of its budget is passed, or a new day begins."""

import asyncio
from collections.abc import Callable

from chimein.core.machines.aside import mark
from chimein.core.machines.events import BudgetAmple, Event, MinuteOver
from chimein.flow.money.account import Account

LOOK_EVERY_S = 10.0
"""Besides after every message and piece of sound: midnight comes by itself."""
MINUTE_S = 60.0
"""What a press of the button opens."""


class Budget:
    """The mark that was passed last. Belongs to the loop."""

    def __init__(self, account: Account, daily_usd: float | None, *, happened: Callable[[Event], None]) -> None:
        self.daily_usd = daily_usd
        """The most to spend in a day, None for no limit; `look` after a change."""
        self._account = account
        self._happened = happened
        self._passed: Event = BudgetAmple()
        self._minute: asyncio.TimerHandle | None = None

    def left_usd(self) -> float | None:
        """What may still be spent today; None for no limit, and less than nothing when too much was."""
        return None if self.daily_usd is None else self.daily_usd - self._account.due_usd()

    def look(self) -> None:
        """Says so if another mark holds than before."""
        now = mark(self._account.due_usd(), self.daily_usd)
        if now != self._passed:
            self._passed = now
            self._happened(now)

    def grant_minute(self) -> None:
        """Says when it is over."""
        if self._minute is not None:
            self._minute.cancel()
        self._minute = asyncio.get_running_loop().call_later(MINUTE_S, self._happened, MinuteOver())

    async def run(self) -> None:
        """For ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)
