"""What is remembered and written down of each mute."""

import asyncio
import logging
from dataclasses import replace

import pytest

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Ear, Life
from chimein.core.status.proof import Capture, Counters
from chimein.flow.panel.witness import Witness
from helpers import clock

OPEN = Appliance(life=Life.AWAKE, ear=Ear.QUIET)
BUTTON = replace(OPEN, ear=Ear.MUTED, mutes=frozenset({Muter.HARDWARE}))
BOTH = replace(BUTTON, mutes=frozenset({Muter.HARDWARE, Muter.SOFTWARE}))


class House:
    def __init__(self, since: str | None = None) -> None:
        self.up = Counters(1000, 5000)
        self.now = "2026-11-26T12:00:00+01:00"
        self.kept = since
        self.witness = Witness(
            self,
            wall=lambda: self.now,
            count=lambda: self.up,
            capture=lambda: Capture() if self.witness._by else Capture((7,)),
        )

    def muted_since(self) -> str | None:
        return self.kept

    def keep_muted_since(self, since: str | None) -> None:
        self.kept = since


@clock.jumping
async def test_a_mute_is_proved_from_its_beginning(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.witness.saw(OPEN)
    assert house.witness.proof().to_json()["since"] is None
    with caplog.at_level(logging.INFO):
        house.witness.saw(BUTTON)
        await asyncio.sleep(60)
        house.now, house.up = "2026-11-26T12:01:00+01:00", Counters(1000, 5096)
        house.witness.saw(BUTTON)
        house.witness.saw(BOTH)
    assert house.witness.proof().to_json() == {
        "by": ["hardware", "software"],
        "since": "2026-11-26T12:00:00+01:00",
        "for_s": 60.0,
        "capture": "none",
        "sound_bytes": 0,
        "socket_bytes": 96,
    }
    assert house.witness.up == Counters(0, 96)
    with caplog.at_level(logging.INFO):
        house.witness.saw(OPEN)
    assert [record.message for record in caplog.records] == [
        "muted by hardware: capture handle none",
        "muted by hardware and software: capture handle none",
        "unmuted by hardware and software: capture handle process 7, 0 bytes of sound up in 60.0 s of mute",
    ]
    assert vars(caplog.records[2])["socket_bytes_while_muted"] == 96
    assert house.witness.up == Counters()
    assert house.kept is None


@clock.jumping
async def test_a_mute_that_was_kept_keeps_its_beginning() -> None:
    house = House(since="2026-11-25T08:00:00+01:00")
    house.witness.saw(BUTTON)
    assert house.witness.proof().since == "2026-11-25T08:00:00+01:00"


@clock.jumping
async def test_an_array_that_is_muted_is_a_mute() -> None:
    house = House()
    house.witness.saw(replace(OPEN, ear=Ear.ARRAY_MUTED))
    assert house.witness.proof().by == ("array",)
