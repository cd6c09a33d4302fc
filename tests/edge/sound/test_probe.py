"""The doctor's ear, muted before it could listen."""

import asyncio
import threading

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
