"""The exam that every microphone and every speaker sits, fake or real. What the flows count on is written here."""

import asyncio
from typing import Protocol

import pytest

from chimein.core.audio import DOWN_HZ, FRAME_SAMPLES, SAMPLE_BYTES, UP_HZ
from chimein.core.errors import MicrophoneError, MicrophoneShut, SpeakerError
from chimein.flow.ports import Microphone, Progress, Speaker


class Plug(Protocol):
    """The hand at the cable."""

    def unplug(self) -> None: ...
    def replug(self) -> None: ...


async def examine_microphone(microphone: Microphone, plug: Plug) -> None:
    """Opens, shuts, unplugs and replugs it; about four seconds of its time. Leaves it shut."""
    microphone.shut()
    with pytest.raises(MicrophoneError):
        await microphone.read()

    assert await microphone.open()
    captured_s = 0.0
    for _ in range(5):
        block = await microphone.read()
        assert block.pcm
        assert len(block.pcm) % (FRAME_SAMPLES * SAMPLE_BYTES) == 0
        assert len(block.pcm) <= UP_HZ // 10 * SAMPLE_BYTES
        assert block.captured_s > captured_s
        captured_s = block.captured_s

    waiting = asyncio.ensure_future(_read_on(microphone))
    await asyncio.sleep(0.1)
    microphone.shut()
    microphone.shut()
    with pytest.raises(MicrophoneShut):
        await waiting
    with pytest.raises(MicrophoneShut):
        await microphone.read()

    await microphone.open()
    await microphone.read()
    loop = asyncio.get_running_loop()
    plug.unplug()
    gone_s = loop.time()
    with pytest.raises(MicrophoneError) as lost:
        await _read_on(microphone)
    assert not isinstance(lost.value, MicrophoneShut)
    assert 0.9 < loop.time() - gone_s < 5.0  # a second, on a machine that is not busy
    with pytest.raises(MicrophoneError):
        await microphone.open()
    plug.replug()
    await microphone.open()
    assert (await microphone.read()).pcm
    microphone.shut()


async def _read_on(microphone: Microphone) -> None:
    while True:
        await microphone.read()


async def examine_speaker(speaker: Speaker) -> None:
    """Lets it speak, be silenced, and die; about two seconds of its time."""
    speaker.set_volume(100)
    speaker.play(b"\1\0")  # nobody there yet: no error, no sound
    with pytest.raises(SpeakerError):
        await speaker.heard()

    assert await speaker.open()
    sound = b"\0\x10\0\xf0" * (DOWN_HZ // 8)
    given = len(sound) // SAMPLE_BYTES
    speaker.play(sound)
    speaker.finish()
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    reports = await _until_idle(speaker)
    assert loop.time() - began_s >= 0.24  # a quarter of a second takes its time
    assert [report.played_samples for report in reports] == sorted(report.played_samples for report in reports)
    assert len(reports) >= 4
    assert (reports[-1].played_samples, reports[-1].dropped_samples) == (given, 0)

    speaker.play(sound * 8)
    while (await speaker.heard()).played_samples < given + DOWN_HZ // 10:
        pass
    speaker.silence()
    last = (await _until_idle(speaker))[-1]
    assert last.played_samples + last.dropped_samples == 9 * given
    assert last.dropped_samples > 6 * given

    speaker.play(sound)
    speaker.finish()
    assert (await _until_idle(speaker))[-1].played_samples == last.played_samples + given

    waiting = asyncio.ensure_future(_for_ever(speaker))
    await asyncio.sleep(0)
    speaker.kill()
    speaker.kill()
    with pytest.raises(SpeakerError):
        await waiting
    await speaker.open()
    speaker.play(sound)
    assert (await _until_idle(speaker))[-1].played_samples == given  # counted anew, and whole without finish()
    speaker.kill()


async def _until_idle(speaker: Speaker) -> list[Progress]:
    reports = [await speaker.heard()]
    while not reports[-1].is_idle:
        reports.append(await speaker.heard())
    return reports


async def _for_ever(speaker: Speaker) -> None:
    while True:
        await speaker.heard()
