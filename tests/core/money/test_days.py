"""Days as a table, whatever modality the service comes up with."""

from chimein.core.live.facts import Usage
from chimein.core.money.days import columns, days_json, every_day, first_day, own_count, table
from chimein.core.money.ledger import Tally

DAYS = days_json(
    {
        "2026-11-26": Tally().with_sent(32_000 * 3725).plus(Usage({"AUDIO": 90_000}, {"THOUGHTS": 4}), {}),
        "2026-11-25": Tally().plus(Usage({"TEXT": 10, "VIDEO": 3}, {"AUDIO": 1_000_000}), {}),
        "2026-11-24": Tally(),
    }
)


def test_days_are_counted_over_the_end_of_a_month() -> None:
    assert first_day("2026-12-02", 4) == "2026-11-29"
    assert every_day("2026-11-29", "2026-12-02") == ["2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"]


def test_the_oldest_comes_first_and_an_empty_one_not_at_all() -> None:
    assert [day["day"] for day in DAYS] == ["2026-11-25", "2026-11-26"]


def test_the_usual_columns_come_first() -> None:
    assert columns(DAYS) == [("in", "AUDIO"), ("in", "TEXT"), ("in", "VIDEO"), ("out", "AUDIO"), ("out", "THOUGHTS")]


def test_the_table() -> None:
    assert table(DAYS) == [
        "day         in audio  in text  in video  out audio  out thoughts     sent  received      USD",
        "2026-11-25         0       10         3  1,000,000             0  0:00:00   0:00:00  12.0000",
        "2026-11-26    90,000        0         0          0             4  1:02:05   0:00:00   0.2700",
        "together      90,000       10         3  1,000,000             4  1:02:05   0:00:00  12.2700",
    ]


def test_our_own_count_beside_it() -> None:
    assert own_count(DAYS) == "by our own count 93,125 tokens of sound went up, each once, and 0 came down"


def test_a_daemon_of_another_version_is_read_as_far_as_it_goes() -> None:
    assert table([{"day": "2026-11-26", "tokens": {"in": [], "out": {"X": "?"}}, "usd": None}])[1].split() == [
        "2026-11-26",
        "0",
        "0:00:00",
        "0:00:00",
        "0.0000",
    ]
