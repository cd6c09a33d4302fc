"""Each kind of surprise is told once, all are counted, and no service fills the journal or the memory with new ones."""

from chimein.core.status.oddities import KINDS, Oddities


def test_the_first_of_each_kind_is_told_and_all_are_counted() -> None:
    oddities = Oddities()
    assert [oddities.came(what) for what in ("a", "b", "a", "a", "b")] == [True, True, False, False, False]
    assert oddities.total == 5


def test_ever_new_kinds_are_counted_and_not_told() -> None:
    oddities = Oddities()
    told = [oddities.came(f"nonsense {number}") for number in range(10 * KINDS)]
    assert told == [True] * KINDS + [False] * 9 * KINDS
    assert oddities.total == 10 * KINDS
