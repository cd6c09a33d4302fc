"""What README and docs print from tables is in step with them, and what they name is there."""

import argparse
import re
from pathlib import Path

import pytest

from chimein.cli import COMMANDS, add_commands
from chimein.core.config import Config
from chimein.core.config.keys import exists, parse
from chimein.core.machines.drawing import machines_markdown
from chimein.core.panel.lights import ladder_markdown
from test_architecture import ROOMS

ROOT = Path(__file__).parents[1]
PAGES = {page: page.read_text() for page in (ROOT / "README.md", *sorted((ROOT / "daemon" / "docs").glob("*.md")))}
README = PAGES[ROOT / "README.md"]


@pytest.mark.parametrize(("name", "printed"), [("ladder", ladder_markdown()), ("machines", machines_markdown())])
def test_a_printed_table_is_in_step(name: str, printed: str) -> None:
    match = re.search(f"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", "\n".join(PAGES.values()), re.DOTALL)
    assert match is not None
    assert match[1] == printed, f"print it anew: {name}_markdown()"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_section_it_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", PAGES[page])
    for name, section in links:
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), name
        assert not section or section in _anchors(target.read_text()), f"{name}#{section}"


def _anchors(text: str) -> set[str]:
    """The names by which the sections of a page can be linked to, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_it_shows_exists(page: Path) -> None:
    shown = set(re.findall(r"`?chimein ([a-z][a-z-]+)", PAGES[page])) - {"in", "is", "speaks"}
    assert shown <= {*COMMANDS, "unmute", "set-key"}, shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_it_shows_belongs_to_its_command(page: Path) -> None:
    commands = add_commands(argparse.ArgumentParser()).choices
    for span in re.findall(r"`(?:sudo )?chimein ([^`]+)`", PAGES[page]):
        name, options = span.split()[0], set(re.findall(r"(?<= )--[a-z-]+", span.partition(" -- ")[0]))
        assert options <= set(commands[name]._option_string_actions), span


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_it_names_exists(page: Path) -> None:
    words = re.findall(r"[a-z_]+(?:\.[a-z_]+)+", " ".join(re.findall(r"`([^`\n]+)`", PAGES[page])))
    keys = [word for word in words if word.partition(".")[0] in Config.model_fields]
    assert [key for key in keys if not exists(parse(key))] == []


def test_the_table_of_commands_has_them_all() -> None:
    table = README.partition("## Commands\n")[2].partition("\n## ")[0]
    rows = [line.removeprefix("| ").partition(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    spans = [span.removeprefix("chimein ") for row in rows for span in re.findall(r"`([^`]+)`", row)]
    assert {span.split()[0] for span in spans} >= set(COMMANDS)


def test_the_rooms_are_those_of_the_plan() -> None:
    shown: dict[str, set[str]] = {}
    for names, knows in re.findall(r"^\| (`[^|]+`) \| (`[^|]+`|nobody) \|", README, re.MULTILINE):
        shown |= {name: set(re.findall(r"`([^`]+)`", knows)) for name in re.findall(r"`([^`]+)`", names)}
    rooms = {name: known for name, known in ROOMS.items() if not name.startswith("__")}
    assert {name: shown.get(name) for name in rooms} == rooms
