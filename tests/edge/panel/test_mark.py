"""Marks of presses that nobody has heard of yet."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chimein.edge.panel.mark import PressMarks


class Later:
    """What is to be done aside, and when it is."""

    def __init__(self) -> None:
        self._work: list[Callable[[], None]] = []

    def do(self, in_s: float, work: Callable[[], None]) -> None:
        self._work.append(work)

    def comes(self) -> None:
        for work in self._work:
            work()


def marks_in(folder: Path) -> PressMarks:
    return PressMarks(folder, aside=Later().do)


def test_a_mark_stays_until_its_own_press_has_been_heard_of(tmp_path: Path) -> None:
    marks = marks_in(tmp_path)
    marks.set()
    marks.set()
    marks.unset()
    assert marks_in(tmp_path).left_over(), "the second press is still to be heard of"
    marks.unset()
    marks.unset()
    assert not marks_in(tmp_path).left_over()


def test_those_of_an_earlier_life_are_cleared_and_ones_own_are_not(tmp_path: Path) -> None:
    marks_in(tmp_path).set()
    marks = marks_in(tmp_path)
    assert marks.left_over()
    marks.clear()
    assert not marks.left_over()
    marks.set()
    marks.clear()
    assert marks.left_over()


def test_where_nothing_can_be_written_a_press_costs_the_mark_and_nothing_else(tmp_path: Path) -> None:
    later = Later()
    marks = PressMarks(tmp_path / "not there", aside=later.do)
    marks.set()
    later.comes()
    marks.unset()
    marks.clear()
    assert not marks.left_over()


def test_only_a_mark_that_the_loop_has_not_heard_of_takes_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe: list[Path] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        safe.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    later = Later()
    marks = PressMarks(tmp_path, aside=later.do)
    marks.set()
    marks.set()
    marks.unset()
    assert safe == [], "neither the finger nor the loop waits for it"
    later.comes()
    (left,) = tmp_path.iterdir()
    assert safe == [left, tmp_path]
