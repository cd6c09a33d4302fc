"""Pictures of what was spent: of nothing, of a day, of a year."""

from pathlib import Path

import pytest

from chimein.core.live.facts import Usage
from chimein.core.money.days import days_json, first_day
from chimein.core.money.ledger import Tally
from chimein.edge.plot import PlotError, draw_usage

LAST = "2026-11-26"
DAY = Tally().plus(Usage({"AUDIO": 90_000, "TEXT": 7}, {"AUDIO": 500, "UNHEARD_OF": 3}), {})


@pytest.mark.parametrize("spent", [{}, {LAST: DAY}, {first_day(LAST, 300): DAY, "2026-11-01": DAY}])
@pytest.mark.parametrize("days", [1, 7, 365])
def test_a_picture_is_drawn(tmp_path: Path, spent: dict[str, Tally], days: int) -> None:
    draw_usage(days_json(spent), first_day(LAST, days), LAST, tmp_path / "usage.png")
    assert (tmp_path / "usage.png").read_bytes().startswith(b"\x89PNG")


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(PlotError, match="cannot be drawn"):
        draw_usage([], LAST, LAST, tmp_path / "no such folder" / "usage.png")
