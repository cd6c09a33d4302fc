"""What hears and what speaks, together: an echo canceller that is installed and does not work, or dies."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, UP_HZ
from chimein.core.config import Config
from chimein.core.machines.events import Event, ReplyBegan, ReplyEnded, SoundCame, SpeakerCame
from chimein.core.status.picture import EchoPicture
from chimein.flow.crossing import Latch
from chimein.flow.live.outbox import Outbox
from chimein.sound.wav import WavWriter
from chimein.wiring.room import Room

BROKEN = 'raise OSError("liblivekit_ffi.so: wrong ELF class")\n'
PATIENCE_S = 60


def noise(seconds: float, rate_hz: int) -> np.ndarray:
    return np.random.default_rng(3).integers(-3000, 3000, round(seconds * rate_hz)).astype(np.int16)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def open_room(tmp_path: Path, outbox: Outbox, events: list[Event]) -> AsyncIterator[tuple[Room, Config]]:
    """One in which somebody talks all the time, and echo is to be cancelled."""
    scene = WavWriter(tmp_path / "talk.wav", UP_HZ, append=False)
    scene.write(noise(120, UP_HZ).tobytes())
    scene.close()
    config = Config.model_validate(
        {
            "microphone": {"device": f"file:{tmp_path / 'talk.wav'}"},
            "speaker": {"device": f"file:{tmp_path / 'said.wav'}"},
            "echo": {"mode": "webrtc"},
            "gate": {"enabled": False},
        }
    )
    room = Room(config, outbox, happened=events.append, report=lambda report: None, latch=Latch())
    flows = [asyncio.create_task(room.listener.run()), asyncio.create_task(room.mouth.run())]
    try:
        yield room, config
    finally:
        room.listener.shut()
        room.mouth.kill()
        for flow in flows:
            flow.cancel()
        await asyncio.wait(flows)


def a_livekit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """In place of the real one; the children look where we look."""
    (tmp_path / "livekit").mkdir()
    (tmp_path / "livekit" / "__init__.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)


async def test_without_its_canceller_the_ear_is_deaf_while_it_speaks_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_livekit(tmp_path, monkeypatch, BROKEN)
    outbox, events = Outbox(60.0), list[Event]()
    async with open_room(tmp_path, outbox, events) as (room, config):
        ear, mouth = room.listener, room.mouth
        with caplog.at_level(logging.WARNING):
            ear.open()
            await until(lambda: outbox.waiting_s > 0.0)
        told = [record.getMessage() for record in caplog.records]
        assert told == [
            "echo.mode: webrtc needs pip install 'chimein[echo]' and a restart; half-duplex until then:"
            " livekit cannot be used: liblivekit_ffi.so: wrong ELF class"
        ]
        room.hands(config)  # a file that was read again, and says the same
        mouth.say(noise(3, DOWN_HZ).tobytes())
        mouth.finish()
        await until(lambda: ReplyBegan() in events)
        outbox.wipe()
        before = ear.heard_bytes
        await until(lambda: ear.heard_bytes > before + UP_HZ * SAMPLE_BYTES // 2)
        assert outbox.waiting_s == 0.0
        await until(lambda: outbox.waiting_s > 0.0)
        assert ReplyEnded() in events


async def test_a_canceller_that_this_processor_cannot_run_costs_nothing_but_the_canceller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_livekit(tmp_path, monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    outbox, events = Outbox(60.0), list[Event]()
    async with open_room(tmp_path, outbox, events) as (room, _):
        with caplog.at_level(logging.WARNING):
            room.listener.open()
            await until(lambda: outbox.waiting_s > 0.0)
        assert [type(event) for event in events if not isinstance(event, SpeakerCame)][:1] == [SoundCame], "no fault"
    told = [record.getMessage() for record in caplog.records]
    assert [line for line in told if line.endswith("the process that cancels echo died of SIGILL")] == told
    assert len(told) == 1
    assert room.echo.picture.way == "half-duplex"


async def test_a_canceller_that_dies_later_is_done_without_from_then_on(tmp_path: Path) -> None:
    outbox, events = Outbox(60.0), list[Event]()
    async with open_room(tmp_path, outbox, events) as (room, _):
        room.listener.open()
        await until(lambda: outbox.waiting_s > 0.0)
        assert room.echo.picture == EchoPicture("webrtc", "webrtc", None)
        pid = room.ear_pid
        assert pid is not None
        os.kill(pid, signal.SIGSEGV)
        await until(lambda: sum(isinstance(event, SoundCame) for event in events) == 2)
        outbox.wipe()
        await until(lambda: outbox.waiting_s > 0.0)
        assert room.ear_pid != pid
    assert room.echo.picture == EchoPicture("webrtc", "half-duplex", "the process that cancels echo died of SIGSEGV")
