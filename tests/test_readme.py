"""What the README prints from tables is in step with them, and what it names is there."""

import re
from pathlib import Path

import pytest

from chimein.cli import COMMANDS
from chimein.core.drawing import machines_markdown
from chimein.core.lights import ladder_markdown

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize(("name", "printed"), [("ladder", ladder_markdown()), ("machines", machines_markdown())])
def test_a_printed_table_is_in_step(name: str, printed: str) -> None:
    match = re.search(f"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", README, re.DOTALL)
    assert match is not None
    assert match[1] == printed, f"print it anew: {name}_markdown()"


def test_every_file_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)
    assert len(links) > 4
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_it_shows_exists() -> None:
    shown = set(re.findall(r"`?chimein ([a-z][a-z-]+)", README)) - {"in", "is", "speaks"}
    assert shown <= {*COMMANDS, "unmute", "set-key"}, shown
