"""A plug is noticed at once; without one, time passes."""

import asyncio
from pathlib import Path

from chimein.edge.sound.plugs import plugged
from helpers import clock


@clock.jumping
async def test_it_waits_as_long_as_it_may(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    for names in (tmp_path, tmp_path / "no cards"):
        before_s = loop.time()
        await plugged(5.0, names=names)
        assert 5.0 <= loop.time() - before_s < 5.3


@clock.jumping
async def test_a_plug_ends_the_wait(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    names = tmp_path / "snd"
    names.mkdir()
    before_s = loop.time()
    loop.call_later(2.0, (names / "pcmC1D0c").touch)
    await plugged(60.0, names=names)
    assert 2.0 <= loop.time() - before_s < 2.5
