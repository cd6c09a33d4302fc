"""Adds up what the service bills, by day, and writes it down rarely: SD cards wear.

What is written is what was added, never a total, and a page is written before another is turned to. So neither a clock
that jumps, at midnight or by NTP, in whichever direction, nor a disk that fails for a while loses a token or counts one
twice: at worst it stands under the day that the clock said. What is not on the disk yet stands on a slate, which
outlives the daemon and not the power.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from chimein.core.live.facts import Usage
from chimein.core.money.ledger import Page, Tally
from chimein.core.money.prices import Prices

_log = logging.getLogger(__name__)


class Slate(Protocol):
    """Where what is not written yet outlives a daemon that is killed."""

    def read(self) -> Page | None: ...

    def write(self, page: Page) -> None: ...


class Account:
    """The bill of today. `today()` gives the ISO date of now; `load` and `keep` are the store's."""

    def __init__(
        self,
        *,
        today: Callable[[], str],
        load: Callable[[str], Tally],
        keep: Callable[[str, Tally], bool],
        prices: Prices,
        slate: Slate | None = None,
        context_tokens: Callable[[], int] = lambda: 131_072,
    ) -> None:
        """`keep` adds to a page, and says whether that succeeded. `context_tokens()` is the most that a turn can bill
        again of the conversation before it."""
        self.prices = prices
        self.latest: Tally | None = None
        """What the latest message bills: a turn, and the conversation before it once more."""
        self._day = today()
        self._today = today
        self._load = load
        self._keep = keep
        self._context_tokens = context_tokens
        self._kept = load(self._day)
        self._tally = self._kept
        self._loose: dict[str, Tally] = {}  # what other days have cost and could not be written
        self._is_in_doubt = False
        self._slate = slate
        self._noted = self._tally
        self._take_up()

    @property
    def day(self) -> str:
        """Today."""
        self._turn_page()
        return self._day

    def change_prices(self, prices: Prices) -> None:
        """What is counted from now on costs this. What was counted stays as it is."""
        self.prices = prices

    def add(self, usage: Usage) -> None:
        """One more message on the bill of the day it came on."""
        self._turn_page()
        self._tally = self._tally.plus(usage, self.prices)
        self.latest = Tally().plus(usage, self.prices)
        self.note()

    def sent(self, pcm_bytes: int) -> None:
        """So much sound went up, by our own count."""
        self._turn_page()
        self._tally = self._tally.with_sent(pcm_bytes)

    def received(self, pcm_bytes: int) -> None:
        """So much sound came down."""
        self._turn_page()
        self._tally = self._tally.with_spoken(pcm_bytes)

    def tally(self) -> Tally:
        """The bill of today so far."""
        self._turn_page()
        return self._tally

    def due_usd(self) -> float:
        """What today has cost, with what the service has not billed yet."""
        return self.tally().due_usd(self.prices)

    def doubt(self) -> str | None:
        """Whether today's bill is far off from our own seconds, in a sentence."""
        return self.tally().doubt(self._context_tokens())

    def unwritten(self) -> dict[str, Tally]:
        """By day, what has been counted and is not on the disk."""
        self._turn_page()
        return {**self._loose, self._day: self._tally - self._kept}

    def note(self) -> None:
        """Brings the slate up to date. Costs nothing where nothing has changed."""
        if self._slate is not None and self._tally != self._noted:
            self._slate.write(Page(self._day, self._kept, self._tally))
            self._noted = self._tally

    def write(self) -> None:
        """Writes what has changed since the last time."""
        self._turn_page()
        self._write_page()
        for day, more in list(self._loose.items()):
            if self._keep(day, more):
                del self._loose[day]
        doubt = self.doubt()
        if doubt and not self._is_in_doubt:
            _log.warning("%s", doubt, extra={"EVENT": "UsageInDoubt"})
        self._is_in_doubt = bool(doubt)

    def _take_up(self) -> None:
        """What a daemon before this one had no time to write."""
        page = self._slate.read() if self._slate is not None else None
        if page is None:
            return
        if page.day == self._day:
            self._tally += page.missing(self._kept)
        elif (more := page.missing(self._load(page.day))) != Tally():
            self._loose[page.day] = more
        self.write()

    def _write_page(self) -> None:
        if self._tally != self._kept and self._keep(self._day, self._tally - self._kept):
            self._kept = self._tally
            if self._slate is not None:
                self._slate.write(Page(self._day, self._kept, self._tally))

    def _turn_page(self) -> None:
        today = self._today()
        if today == self._day:
            return
        self._write_page()
        if self._tally != self._kept:
            self._loose[self._day] = self._tally - self._kept
        self._day, self._kept = today, self._load(today)
        self._tally = self._kept + self._loose.pop(today, Tally())
