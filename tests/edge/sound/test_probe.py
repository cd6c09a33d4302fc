"""The doctor's ear: muted before it could listen, and with files in the place of devices."""

import asyncio
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from chimein.core.errors import MicrophoneShut
from chimein.edge.sound.probe import Probe


@pytest.mark.parametrize("is_from_elsewhere", [False, True])
async def test_a_mute_before_anybody_opened_it_ends_the_wait_for_its_result(is_from_elsewhere: bool) -> None:
    probe = Probe("auto", "auto", "auto", 50)
    waiting = asyncio.ensure_future(probe.result())
    await asyncio.sleep(0)
    if is_from_elsewhere:
        button = threading.Thread(target=probe.shut)
        button.start()
        button.join()
    else:
        probe.shut()
    async with asyncio.timeout(10):
        with pytest.raises(MicrophoneShut):
            await waiting
    with pytest.raises(MicrophoneShut):
        await probe.open()
    assert probe.child_pid is None


async def test_files_in_the_place_of_devices_are_no_fault(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).normal(0, 200, (2 * 48_000, 8)).astype("<i2")
    sound[:, 0] = 0
    with wave.open(str(tmp_path / "array.wav"), "wb") as wav:
        wav.setparams((8, 2, 48_000, 0, "NONE", ""))
        wav.writeframes(sound.tobytes())
    async with asyncio.timeout(30):
        measured = await Probe(f"file:{tmp_path / 'array.wav'}", "auto", f"file:{tmp_path / 'said.wav'}", 50).measure()
    assert (measured.microphone, measured.rate_hz, len(measured.channels)) == ("file array.wav", 48_000, 8)
    assert measured.heard == "1", "the first that is not dead"
    assert (measured.speaker, measured.chirps) == ("file said.wav", 0)
