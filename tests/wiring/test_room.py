"""What hears and what speaks, together: an echo canceller that is installed and does not work."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES, UP_HZ
from chimein.core.config import Config
from chimein.core.machines.events import Event, ReplyBegan, ReplyEnded
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


async def test_without_its_canceller_the_ear_is_deaf_while_it_speaks_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "livekit").mkdir()
    (tmp_path / "livekit" / "__init__.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)  # the children look where we look
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
    outbox, events = Outbox(60.0), list[Event]()
    room = Room(config, outbox, happened=events.append, report=lambda report: None, latch=Latch())
    ear, mouth = room.listener, room.mouth
    flows = [asyncio.create_task(ear.run()), asyncio.create_task(mouth.run())]
    try:
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
    finally:
        ear.shut()
        mouth.kill()
        for flow in flows:
            flow.cancel()
        await asyncio.wait(flows)
