"""Files in the places of the microphone and the speaker: no sound system is touched."""

import asyncio
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, Samples, samples
from chimein.core.errors import MicrophoneError, SpeakerError
from chimein.edge.sound.microphone import Microphone
from chimein.edge.sound.speaker import Speaker


def write(path: Path, sound: Samples, rate_hz: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(sound.astype("<i2").tobytes())
    return path


def read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, DOWN_HZ)
        return samples(file.readframes(file.getnframes()))


async def test_a_scene_is_heard_in_real_time_and_then_silence_that_is_not_zero(tmp_path: Path) -> None:
    scene = write(tmp_path / "scene.wav", np.full(8000, 1000), 16_000)
    microphone = Microphone(f"file:{scene}")
    assert await microphone.open() == "file scene.wav"
    heard, captured_s = np.zeros(0, np.int16), list[float]()
    while len(heard) < 8000:
        block = await microphone.read()
        assert block.captured_s <= time.monotonic()
        captured_s.append(block.captured_s)
        heard = np.append(heard, samples(block.pcm))
    assert 0.3 < captured_s[-1] - captured_s[0] < 1.5
    assert set(heard[:8000]) == {1000}
    after = samples((await microphone.read()).pcm + (await microphone.read()).pcm)
    assert set(after) == {-1, 0, 1}
    microphone.shut()


async def test_a_scene_that_is_missing_or_no_sound_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MicrophoneError, match=r"no\.wav cannot play the microphone: No such file"):
        await Microphone(f"file:{tmp_path}/no.wav").open()
    (tmp_path / "text.wav").write_text("this is not sound")
    with pytest.raises(MicrophoneError, match=r"text\.wav cannot play the microphone: not a WAV file"):
        await Microphone(f"file:{tmp_path}/text.wav").open()


async def test_a_speaker_that_is_a_file_holds_what_would_be_heard_even_after_kill(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    speaker = Speaker(f"file:{path}", 100)
    assert await speaker.open() == "file out.wav"
    given = np.arange(1, 12_001, dtype=np.int16)
    speaker.play(given.tobytes())
    speaker.finish()
    began_s = time.monotonic()
    while (report := await speaker.heard()).played_samples < 6000:
        pass
    assert time.monotonic() - began_s >= 0.2  # in real time
    assert len(read(path)) >= report.played_samples  # the header is true while it plays
    while not (await speaker.heard()).is_idle:
        pass
    speaker.kill()
    assert read(path)[:12_000].tolist() == given.tolist()

    await speaker.open()  # once more: what was said before stays
    speaker.play(given.tobytes())
    while not (await speaker.heard()).is_idle:
        pass
    speaker.kill()
    assert np.count_nonzero(read(path)) == 24_000
    await asyncio.sleep(0)


async def test_a_speaker_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SpeakerError, match="cannot play the speaker: No such file"):
        await Speaker(f"file:{tmp_path}/nowhere/out.wav", 60).open()


async def test_a_scene_goes_on_while_nobody_hears_it_as_a_room_does(tmp_path: Path) -> None:
    counting = np.arange(32_000, dtype=np.int16)
    microphone = Microphone(f"file:{write(tmp_path / 'scene.wav', counting, 16_000)}")
    await microphone.open()
    first = samples((await microphone.read()).pcm)[0]
    microphone.shut()  # muted
    muted_s = time.monotonic()
    await asyncio.sleep(0.4)
    await microphone.open()
    again = samples((await microphone.read()).pcm)[0]
    microphone.shut()
    assert first == 0
    assert 0.3 < again / 16_000 < time.monotonic() - muted_s + 0.5
