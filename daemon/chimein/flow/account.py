"""Adds up what the service bills, by day, and writes it down rarely: SD cards wear."""

from collections.abc import Callable

from chimein.core.facts import Usage
from chimein.core.ledger import Prices, Tally


class Account:
    """The bill of today. `today()` gives the ISO date of now; `load` and `keep` are the store's."""

    def __init__(
        self,
        *,
        today: Callable[[], str],
        load: Callable[[str], Tally],
        keep: Callable[[str, Tally], None],
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._today = today
        self._load = load
        self._keep = keep
        self._day = today()
        self._tally = load(self._day)
        self._kept = self._tally

    def add(self, usage: Usage) -> None:
        """One more message on the bill of the day it came on."""
        self._turn_page()
        self._tally = self._tally.plus(usage, self._prices)

    def change_prices(self, prices: Prices) -> None:
        """From the next message on; what has been counted stays as it was."""
        self._prices = prices

    def tally(self) -> Tally:
        """The bill of today so far."""
        self._turn_page()
        return self._tally

    def write(self) -> None:
        """Writes what has changed since the last time."""
        if self._tally != self._kept:
            self._keep(self._day, self._tally)
            self._kept = self._tally

    def _turn_page(self) -> None:
        today = self._today()
        if today != self._day:
            self.write()
            self._day, self._tally = today, self._load(today)
            self._kept = self._tally
