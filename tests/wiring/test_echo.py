"""What is remembered of how late a speaker is heard, and told to whoever hears next."""

import pytest

from chimein.core.config import EchoSettings
from chimein.core.sound.echo import STEP, DelayFinder
from chimein.wiring.echo import EchoControl

EAR, OTHER_EAR = "Array: USB Audio (hw:1,0) [Array]", "Array: USB Audio (hw:3,0) [Array]"
MOUTH, TELEVISION = "Loud: USB Audio (hw:2,0) [Loud]", "HDMI (hw:0,3)"


class Paper:
    """Remembers the latest pair, as the store does."""

    def __init__(self) -> None:
        self.kept: tuple[str, int] | None = None
        self.writes = 0

    def echo_late(self, devices: str) -> int | None:
        return self.kept[1] if self.kept and self.kept[0] == devices else None

    def keep_echo_late(self, devices: str, late_samples: int) -> None:
        self.kept = (devices, late_samples)
        self.writes += 1


@pytest.fixture
def paper() -> Paper:
    return Paper()


def control(paper: Paper) -> EchoControl:
    echo = EchoControl(EchoSettings(mode="device"))
    echo.memory = paper
    return echo


def test_what_was_found_is_told_after_a_restart_also_under_another_number(paper: Paper) -> None:
    told = list[int | None]()
    first = control(paper)
    first.met(EAR, None, expect=told.append)
    first.met(EAR, MOUTH, expect=told.append)
    assert told == [], "a new pair: it finds out by itself"
    first.found_late(1920)
    control(paper).met(OTHER_EAR, MOUTH, expect=told.append)
    assert told == [1920]


def test_another_speaker_voids_what_was_known_and_the_same_one_does_not(paper: Paper) -> None:
    told = list[int | None]()
    echo = control(paper)
    echo.met(EAR, MOUTH, expect=told.append)
    echo.found_late(1920)
    echo.met(EAR, MOUTH, expect=told.append)
    assert told == [], "it was unplugged and is back"
    echo.met(EAR, TELEVISION, expect=told.append)
    assert told == [None]


def test_the_doctors_chirp_is_as_good(paper: Paper) -> None:
    told = list[int | None]()
    echo = control(paper)
    echo.measured(EAR, MOUTH, 120.0)
    echo.met(EAR, MOUTH, expect=told.append)
    assert told == [1920]


def test_a_card_is_not_written_to_for_nothing(paper: Paper) -> None:
    echo = control(paper)
    echo.met(EAR, MOUTH, expect=lambda late: None)
    for late in (1920, 1930, 1800, 2100, 1920):
        echo.found_late(late)
    assert paper.writes == 1
    echo.found_late(3200)
    assert paper.kept is not None
    assert paper.kept[1] == 3200


def test_a_delay_that_is_expected_is_known(paper: Paper) -> None:
    finder = DelayFinder()
    finder.expect(10 * STEP)
    assert (finder.is_known, finder.delay_samples) == (True, 10 * STEP)
