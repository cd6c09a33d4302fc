"""One value changes; every other character stays."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chimein.edge.config.yaml_edit import scalar, with_value
from chimein.edge.config.yaml_file import read, read_value


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("gate: {a: 1, b: 2} # x\n", "gate.a", 10, "gate: {a: 10, b: 2} # x\n"),
        ("gate:\n    a:   1   # one\n    b: 2\n", "gate.b", 3, "gate:\n    a:   1   # one\n    b: 3\n"),
        ("gate:\n  a: low      # one\n", "gate.a", "normal", "gate:\n  a: normal   # one\n"),
        ("gate:\n  a: 'old'\n", "gate.a", "new: one", 'gate:\n  a: "new: one"\n'),
        ("gate:\n  a:\n  b: 2\n", "gate.a", 1, "gate:\n  a: 1\n  b: 2\n"),
        ("a: >-\n  some\n  words\n\n# next\nb: 1\n", "a", "x", "a: x\n\n# next\nb: 1\n"),
        ("a: |\r\n  some\r\nb: 1\r\n", "a", "x", "a: x\r\nb: 1\r\n"),
        ("gate:\n  a: 1\n", "gate.b", 2, "gate:\n  b: 2\n  a: 1\n"),
        ("gate:\n\n  # first\n  a: 1\n", "gate.b", 2, "gate:\n\n  # first\n  b: 2\n  a: 1\n"),
        ("gate: {}\n", "gate.b", 2, "gate: {b: 2}\n"),
        ("gate: {a: 1}\n", "gate.b", 2, "gate: {b: 2, a: 1}\n"),
        ("panel: {a: 1}\n", "panel.lamp.red", 2, "panel: {lamp: {red: 2}, a: 1}\n"),
        ("panel:\n  a: 1\n", "panel.lamp.red", 2, "panel:\n  lamp:\n    red: 2\n  a: 1\n"),
        ("", "gate.a", True, "gate:\n  a: true\n"),
        ("# mine\n", "gate.a", None, "# mine\ngate:\n  a: null\n"),
        ("live: {}", "gate.a", 1.5, "live: {}\ngate:\n  a: 1.5\n"),
        ("a: [1, 2] # x\n", "a", [3], "a: [3] # x\n"),
        ("a: &x 1\nb: 2\n", "b", 3, "a: &x 1\nb: 3\n"),
    ],
)
def test_one_value_changes_and_nothing_else(before: str, key: str, value: Any, after: str) -> None:
    assert with_value(before, tuple(key.split(".")), value) == after


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ("gate:\n  # all of it is a comment\n  # a: 1\nlive: {}\n", "gate.a"),
        ("---\ngate:\n  a: 1\n...\n", "live.b"),
        ("gate:\n  a: &x 1\n  b: *x\n", "gate.a"),
        ("\ufeffgate: {a: 1}\n", "gate.a"),
        ("{gate: {a: 1}}", "live.a"),
        ("gate:\n- 1\n", "gate"),
    ],
)
def test_an_unusual_file_still_says_what_was_wanted(before: str, key: str) -> None:
    path = tuple(key.split("."))
    changed: Any = read(with_value(before, path, 7)).data
    for step in path:
        changed = changed[step]
    assert changed == 7


@pytest.mark.parametrize("before", ["gate: [", "gate: {a: 1}\ngate: {a: 2}\n", "- a\n", "x"])
def test_a_file_that_is_wrong_is_not_changed(before: str) -> None:
    with pytest.raises(ValueError, match="file"):
        with_value(before, ("gate", "a"), 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Puck", "Puck"),
        ("a b", "a b"),
        ("yes", '"yes"'),
        ("1", '"1"'),
        ("", '""'),
        (15.0, "15"),
        (True, "true"),
        (None, "null"),
    ],
)
def test_values_are_plain_where_nobody_could_misread_them(value: object, text: str) -> None:
    assert scalar(value) == text


PLAIN = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
SAYABLE = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@given(value=PLAIN | SAYABLE | st.lists(SAYABLE, max_size=3))
@settings(deadline=None)
def test_what_is_written_is_what_is_read(value: object) -> None:
    back = read_value(scalar(value))
    if isinstance(value, float):
        assert isinstance(back, int | float)
        assert math.isclose(back, value)
    else:
        assert back == value
