"""Marks of presses that nobody has heard of yet."""

from pathlib import Path

from chimein.edge.panel.mark import PressMarks


def test_a_mark_stays_until_its_own_press_has_been_heard_of(tmp_path: Path) -> None:
    marks = PressMarks(tmp_path)
    marks.set()
    marks.set()
    marks.unset()
    assert PressMarks(tmp_path).left_over(), "the second press is still to be heard of"
    marks.unset()
    marks.unset()
    assert not PressMarks(tmp_path).left_over()


def test_those_of_an_earlier_life_are_cleared_and_ones_own_are_not(tmp_path: Path) -> None:
    PressMarks(tmp_path).set()
    marks = PressMarks(tmp_path)
    assert marks.left_over()
    marks.clear()
    assert not marks.left_over()
    marks.set()
    marks.clear()
    assert marks.left_over()


def test_where_nothing_can_be_written_a_press_costs_the_mark_and_nothing_else(tmp_path: Path) -> None:
    marks = PressMarks(tmp_path / "not there")
    marks.set()
    marks.unset()
    marks.clear()
    assert not marks.left_over()
