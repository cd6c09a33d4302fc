"""Whatever a file holds, the answer is a configuration or a list of problems."""

import json
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chimein.core.config import Config
from chimein.core.config.problems import BadConfig, Problem
from chimein.edge.config.settings import load

WORDS = [*Config.model_fields, "enabled", "pin", "lamp", "button", "models", "proactive", "true", "yes", "null", "17"]
WORDS += ["1e9", ".nan", "0x", "''", '"', "'", "[", "]", "{", "}", "&a", "*a", "!!int", "!", "|", ">-", "---", "..."]
WORDS += ["%YAML 1.1", "<<", "?", ":", ": ", "- ", "#", ",", "\n", "\n  ", "\n    ", "\t", "\r", "\x85", "\x07"]
WORDS += ["\ufeff", "é", "💥", "\u2028"]
LIKELY = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
ANY_FILE = st.one_of(st.binary(max_size=200), LIKELY.map(str.encode), st.text(max_size=100).map(str.encode))
KEYS = st.sampled_from(WORDS) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)

any_file_will_do = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def complaints(file: Path) -> tuple[Problem, ...]:
    """What load has to say about a file; any other error than BadConfig comes through."""
    try:
        load(file)
    except BadConfig as bad:
        return bad.problems or (Problem(str(file), None, "", "raised without a problem"),)
    return ()


@any_file_will_do
@given(raw=ANY_FILE)
@example(raw=b"%YAML 9.9\n---\na: 1")
@example(raw=b"%TAG ! !\n---\n!x a: 1")
@example(raw=b"a: !<tag:yaml.org,2002:map> b")
@example(raw=b"!!set {a, b}")
@example(raw=b"!!omap [a: 1]")
@example(raw=b"gate: !!binary aGk=")
@example(raw=b"gate: {enabled: !!bool soon, preroll_ms: !!float x, hangover_ms: !!null x}")
@example(raw=b"? |\n  block key\n: - one")
@example(raw=b'a: "\\uD800"')
@example(raw=b"!!str gate: !!map {}")
def test_no_file_ever_gives_anything_but_a_list_of_problems(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(raw)
    for problem in complaints(file):
        assert str(problem).isprintable()
        assert problem.message != "raised without a problem"


@any_file_will_do
@given(data=st.dictionaries(st.sampled_from(list(Config.model_fields)), VALUES, max_size=4))
def test_no_values_ever_give_anything_but_a_list_of_problems(data: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert all(str(problem).isprintable() for problem in complaints(file))
