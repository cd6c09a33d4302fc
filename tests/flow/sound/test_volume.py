"""How loud the voice is: what was asked for is kept, until the file says something else."""

from datetime import datetime

from chimein.flow.sound.volume import Volume
from chimein.tools.speaker import speaker_tools


class Mouth:
    volume = 60

    def set_volume(self, percent: int) -> None:
        self.volume = percent

    def repeat(self) -> bool:
        return False


class House:
    """One that remembers over restarts."""

    def __init__(self) -> None:
        self.kept: tuple[int, int] | None = None

    def wakes(self, configured: int) -> tuple[Volume, Mouth]:
        mouth = Mouth()
        mouth.volume = configured
        return Volume(configured, mouth, load=lambda: self.kept, keep=self.keeps), mouth

    def keeps(self, volume: tuple[int, int]) -> None:
        self.kept = volume


def test_what_was_asked_for_lasts_until_the_file_says_something_else() -> None:
    house = House()
    house.wakes(60)[0].ask(25)
    volume, mouth = house.wakes(60)
    assert (volume.percent, mouth.volume, volume.configured) == (25, 25, 60)
    volume.use(70)
    assert mouth.volume == 70
    assert house.wakes(70)[0].percent == 70


def test_a_voice_that_asks_for_more_is_kept_as_well() -> None:
    house = House()
    volume, mouth = house.wakes(90)
    louder = next(one for one in speaker_tools(mouth, volume, datetime.now) if one.name == "set_volume")
    assert louder.do({"change": 20}).says == "The volume is 100 percent."  # type: ignore[union-attr]
    assert house.wakes(90)[0].percent == 100
