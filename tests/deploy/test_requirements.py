"""The locked lists are in step with pyproject.toml and with each other, and send nobody to a registry of our choice."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

SETS = {"demo": ["rehearsal"], "test": ["dev"], "bench": ["dev", "bench"]}
"""What each list holds besides the daemon's own dependencies; each is part of the next."""


def _locked(name: str) -> dict[str, str]:
    """Package name to version, as the list says."""
    text = (ROOT / "deploy" / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def _wanted(extras: list[str]) -> list[Requirement]:
    """What pyproject.toml asks for, with extras that name other extras opened."""
    asked = [Requirement(line) for line in PROJECT["dependencies"]]
    for extra in extras:
        for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
            asked += _wanted(sorted(requirement.extras)) if requirement.name == "chimein" else [requirement]
    return asked


@pytest.mark.parametrize("name", SETS)
def test_everything_asked_for_is_locked_at_a_version_that_fits(name: str) -> None:
    locked = _locked(name)
    for requirement in _wanted(SETS[name]):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {name}.txt; run `make lock`"
        assert requirement.specifier.contains(version), f"{name}.txt has {version}, asked is {requirement}; `make lock`"


def test_a_smaller_set_is_part_of_the_larger() -> None:
    assert _locked("demo").items() <= _locked("test").items() <= _locked("bench").items()


@pytest.mark.parametrize("name", [*SETS, "tools"])
def test_a_list_holds_packages_and_their_hashes_and_nothing_else(name: str) -> None:
    lines = (ROOT / "deploy" / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    package, hash_line = r"[a-z0-9-]+==[\w.]+( ; [^/]+)? \\", r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    strange = [line for line in lines if not re.fullmatch(rf"#.*|{package}|{hash_line}", line)]
    assert strange == []
    assert all("--hash" in after for line, after in itertools.pairwise(lines) if "==" in line)
