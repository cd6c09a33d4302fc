"""The demo's run, with a daemon that only tells what would have happened."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from chimein import app
from chimein.cli.evening import TRIES, Evening
from chimein.core.audio import UP_HZ
from chimein.core.config import Config
from chimein.core.errors import ChimeinError
from chimein.core.live.facts import EarReport
from chimein.core.machines import events as e
from chimein.core.panel.lights import MUTED, QUIET
from chimein.demo.scene import Line, kitchen
from chimein.demo.stage import Stage
from helpers import clock

AWAKE = (e.Woke(), e.Dialling(), e.Connected(False), e.SoundCame("file"))
LOST = e.SoundStopped("its process ended")


def ear(heard_s: float) -> EarReport:
    return EarReport(heard_s, -50.0, -60.0, -45.0, False)


Observe = Callable[[float, object], None]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the daemon tells, one thing after another; a number is a time to wait, in seconds."""
    script: list[object] = []

    async def run(_config: Config, *, panel: object, observe: Observe, stop: asyncio.Event) -> int:
        for what in script:
            if isinstance(what, float):
                await asyncio.sleep(what)
            else:
                observe(asyncio.get_running_loop().time(), what)
        await stop.wait()
        return 0

    monkeypatch.setattr(app, "run", run)
    return script


def evening(*, stage: Stage | None = None, lines: tuple[Line, ...] = (), recording_s: float = 0.0) -> Evening:
    return Evening(
        Config(),
        lines=lines,
        stage=stage,
        recording_s=recording_s,
        hearings=list,
        stop=asyncio.Event(),
        output=io.StringIO(),
        keys=io.StringIO(),
    )


@clock.jumping
async def test_a_recording_that_begins_again_in_the_middle_is_no_report(told: list[object]) -> None:
    told += [*AWAKE, ear(3.2), LOST]
    with pytest.raises(ChimeinError, match=r"ended after 3\.2 s, .* from its beginning.* Run the demo again"):
        await evening(recording_s=20.0).run()


@clock.jumping
async def test_before_anything_was_heard_it_may_begin_again(told: list[object]) -> None:
    told += [*AWAKE[:-1], *[LOST] * (TRIES - 1), AWAKE[-1], ear(0.1), 20.0, ear(20.0)]
    assert await evening(recording_s=20.0).run() == 0


@clock.jumping
async def test_a_recording_that_is_never_heard_is_given_up(told: list[object]) -> None:
    told += [*AWAKE[:-1], *[LOST] * TRIES]
    assert await evening(recording_s=20.0).run() == 1


@clock.jumping
async def test_guests_mind_only_while_they_talk(told: list[object], tmp_path: Path) -> None:
    stage = Stage(tmp_path / "scene.wav", 1.0)
    line = Line("anna", "Well.", kitchen(3 * UP_HZ))
    told += [*AWAKE, ear(0.1), 0.5, LOST, 0.5, e.SoundCame("file"), ear(1.0), 3.0, LOST]
    with pytest.raises(ChimeinError, match="Run the demo again"):
        await evening(stage=stage, lines=(line,)).run()
    assert told[-1] is LOST


@clock.jumping
async def test_a_lamp_that_shows_muted_says_when_nobody_muted() -> None:
    demo = evening()
    assert "not open yet" in demo._remark(MUTED)
    assert demo._remark(QUIET) == ""
    demo._observe(1.0, e.MuteAsked(e.Muter.SOFTWARE, True))
    assert demo._remark(MUTED) == ""
