"""Stories about the whole appliance. `tests/appliance/run` prepares the machine and sets CHIMEIN_FURNISHED; without
that nothing here is collected, so that a plain `pytest` stays quick.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from appliance.furnishing import Furnished
from appliance.kitchen import Kitchen, kitchen

FURNISHED = os.environ.get("CHIMEIN_FURNISHED")
collect_ignore_glob = [] if FURNISHED else ["test_*.py"]

CABLES = "cables"
Opens = Callable[..., Kitchen]
Tells = Callable[..., None]
TONE = {"ears": "none", "answers": "always", "reply_s": 1.5, "speed": 0}
"""The service listens for lines and not for words, and answers each with a tone: what is tried is the appliance."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, and not asserted."""
    over = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    told = [line for report in over for name, line in report.user_properties if name == CABLES]
    if told:
        terminalreporter.write_line(f"{CABLES}, by the emulated machine's own clock:")
    for line in told:
        terminalreporter.write_line(f"  {line}")


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tells:
    """A function that takes down how many seconds something took about which cable, for the end of the run."""

    def take_down(cable: str, what: str, **seconds: float) -> None:
        each = "  ".join(f"{name} {length_s:.2f} s" for name, length_s in seconds.items())
        record_property(CABLES, f"{cable + ', ' + what:40} {each}")

    return take_down


def a_kitchen(folder: Path, script: Mapping[str, object]) -> AbstractContextManager[Kitchen]:
    assert FURNISHED is not None
    return kitchen(folder, Furnished(Path(FURNISHED)), script)


@pytest.fixture
def open_kitchen(tmp_path: Path) -> Iterator[Opens]:
    """A function that opens a kitchen with a script for the service; nothing is switched on yet."""
    with ExitStack() as houses:
        yield lambda **script: houses.enter_context(a_kitchen(tmp_path, script))


@pytest.fixture
def home(open_kitchen: Opens) -> Kitchen:
    """A kitchen in which the appliance listens, is online, and answers every line with a tone."""
    home = open_kitchen(**TONE)
    home.moves_in()
    home.waits_until_it_hears()
    return home
