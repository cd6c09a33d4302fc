"""The bill over restarts, midnights, clocks that jump and disks that fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.live.facts import Usage
from chimein.core.money.ledger import Page, Tally
from chimein.flow.money.account import Account


class Book:
    """A store, a calendar, and how often somebody wrote."""

    def __init__(self) -> None:
        self.pages: dict[str, Tally] = {}
        self.day = "2026-11-23"
        self.writes = 0
        self.is_full = False
        self.slate: Page | None = None
        self.account = self.opened()

    def opened(self) -> Account:
        """As after a restart."""
        return Account(
            today=lambda: self.day,
            load=lambda day: Tally() if self.is_full else self.pages.get(day, Tally()),
            keep=self._keep,
            prices={},
            slate=self,
            context_tokens=lambda: 25_600,
        )

    def read(self) -> Page | None:
        return self.slate

    def write(self, page: Page) -> None:
        self.slate = page

    def _keep(self, day: str, more: Tally) -> bool:
        if self.is_full:
            return False
        self.writes += 1
        self.pages[day] = self.pages.get(day, Tally()) + more
        return True


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


def test_a_daemon_that_is_killed_loses_nothing_and_counts_nothing_twice() -> None:
    book = Book()
    for _ in range(3):  # killed each time before it has written a word
        book.account.add(TURN)
        book.account = book.opened()
    assert (book.account.tally().input_tokens, book.pages["2026-11-23"].input_tokens) == (300, 300)
    book.account.add(TURN)
    noted = book.slate
    book.account.write()
    book.slate = noted  # killed after the card was written and before the slate was
    book.account = book.opened()
    assert book.account.tally().input_tokens == book.pages["2026-11-23"].input_tokens == 400
    book.account.sent(32_000)
    book.account.note()
    book.day = "2026-11-24"  # and back only after midnight
    book.account = book.opened()
    assert book.account.tally() == Tally()
    assert book.pages["2026-11-23"].sent_bytes == 32_000


def test_a_slate_fits_no_other_disk_than_its_own() -> None:
    book = Book()
    book.account.add(TURN)
    book.account.write()
    book.account.add(TURN)
    book.pages["2026-11-23"] += Tally(messages=5)  # another card, or an older copy of this one
    before = book.pages["2026-11-23"]
    book.account = book.opened()
    assert book.account.tally() == before


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
    again = book.opened()
    again.add(TURN)
    assert again.tally().input_tokens == 200


def test_sound_is_counted_beside_the_bill_and_is_due_until_it_is_billed() -> None:
    book = Book()
    book.account.sent(32_000 * 3600)
    book.account.received(48_000)
    assert (book.account.tally().sent_s, book.account.tally().spoken_s) == (3600, 1)
    assert book.account.due_usd() == pytest.approx(0.27 + 25 * 12 / 1e6)
    assert book.account.unwritten()["2026-11-23"].sent_s == 3600


def test_a_bill_in_doubt_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    book = Book()
    book.account.sent(32_000 * 3600)
    for _ in range(3):
        book.account.add(TURN)
        book.account.write()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "compare with Google's own bill" in caplog.text


DAYS = st.sampled_from(["1970-01-01", "2026-11-23", "2026-11-24"])


@given(
    st.lists(st.one_of(DAYS, st.sampled_from(["turn", "write", "restart", "disk full", "disk mended"])), max_size=40)
)
def test_whatever_the_clock_and_the_disk_do_no_token_is_lost_or_doubled(happened: list[str]) -> None:
    book, turns = Book(), 0
    for what in happened:
        match what:
            case "turn":
                book.account.add(TURN)
                turns += 1
            case "write":
                book.account.write()
            case "restart" if not book.is_full:
                book.account.write()
                book.account = book.opened()
            case "disk full" | "disk mended":
                book.is_full = what == "disk full"
            case day if day[0].isdigit():
                book.day = day
    book.is_full = False
    book.account.write()
    assert sum(page.input_tokens for page in book.pages.values()) == 100 * turns
