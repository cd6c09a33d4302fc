"""The slate: what was noted comes back whole, and what makes no sense is nothing."""

from pathlib import Path

import pytest

from chimein.core.live.facts import Usage
from chimein.core.money.ledger import Page, Tally
from chimein.edge.slate import Slate

KEPT = Tally().plus(Usage({"AUDIO": 100, "TEXT": 7}, {"AUDIO": 10}, 3), {}).with_sent(3200)
PAGE = Page("2026-11-26", KEPT, KEPT.plus(Usage({"AUDIO": 50}, {"THOUGHTS": 1}), {}).with_spoken(48))


def test_what_was_noted_comes_back_whole_and_is_nobody_elses(tmp_path: Path) -> None:
    slate = Slate(tmp_path / "bill.json")
    assert slate.read() is None
    slate.write(Page("2026-11-25", Tally(), KEPT))
    slate.write(PAGE)
    assert slate.read() == PAGE
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("bill.json", 0o600)]


@pytest.mark.parametrize("text", ["", "[]", '{"day": "2026-11-26"}', '{"day": 1, "kept": [], "whole": {}}', "\x00"])
def test_nonsense_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "bill.json").write_text(text)
    assert Slate(tmp_path / "bill.json").read() is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    slate = Slate(tmp_path / "missing" / "bill.json")
    slate.write(PAGE)
    assert slate.read() is None
