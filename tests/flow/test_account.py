"""The bill: by day, written rarely, and never lost over midnight."""

from chimein.core.facts import Usage
from chimein.core.ledger import Tally
from chimein.flow.account import Account


class Book:
    """A store, a calendar, and how often somebody wrote."""

    def __init__(self) -> None:
        self.pages: dict[str, Tally] = {}
        self.day = "2026-11-23"
        self.writes = 0
        self.account = Account(
            today=lambda: self.day, load=lambda day: self.pages.get(day, Tally()), keep=self._keep, prices={}
        )

    def _keep(self, day: str, tally: Tally) -> None:
        self.writes += 1
        self.pages[day] = tally


TURN = Usage({"AUDIO": 100}, {"AUDIO": 10})


def test_turns_add_up_and_are_written_when_asked() -> None:
    book = Book()
    book.account.add(TURN)
    book.account.add(TURN)
    assert book.writes == 0
    book.account.write()
    book.account.write()
    assert book.writes == 1
    assert book.pages["2026-11-23"].input_tokens == 200


def test_after_midnight_a_new_page_begins_and_the_old_one_is_whole() -> None:
    book = Book()
    book.account.add(TURN)
    book.day = "2026-11-24"
    assert book.account.tally() == Tally()
    assert book.pages["2026-11-23"].output_tokens == 10


def test_a_restart_goes_on_with_the_page() -> None:
    book = Book()
    book.account.add(TURN)
    book.account.write()
    again = Account(today=lambda: book.day, load=book.pages.__getitem__, keep=book._keep, prices={})
    again.add(TURN)
    assert again.tally().input_tokens == 200
