"""The real microphone and speaker, with the real PyAudio and PortAudio, on a sound card made of software."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from chimein.core.audio import DOWN_HZ, Samples, samples
from chimein.core.errors import MicrophoneError, MicrophoneShut, SpeakerError
from chimein.edge.sound import child
from chimein.edge.sound.child import Keeper
from chimein.edge.sound.microphone import Microphone
from chimein.edge.sound.speaker import Progress, Speaker
from helpers.sound_exam import examine_microphone, examine_speaker
from helpers.soundcard import SoundCard

ARRAY_HZ = 16_000


def tone(hz: float, rate_hz: int, seconds: float) -> Samples:
    return (10_000 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.int16)


def pitch(sound: Samples, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * rate_hz / len(sound))


@pytest.fixture
def card(tmp_path: Path) -> Iterator[SoundCard]:
    """An array of six channels that count samples (each from another number), a cheap microphone, a loudspeaker."""
    card = SoundCard(tmp_path)
    count = np.arange(ARRAY_HZ)
    card.microphone("array", np.stack([count + 1000 * channel for channel in range(6)], axis=1), rate_hz=ARRAY_HZ)
    card.microphone("cheap", tone(440, 44_100, 1.0)[:, None], rate_hz=44_100)
    card.speaker("loud", channels=2, rate_hz=48_000)
    with card.plugged_in():
        yield card


@pytest.fixture(autouse=True)
async def _no_child_is_left(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A test that fails on its way leaves no child behind, which some other test would be blamed for."""
    made: list[Keeper] = []
    begin = Keeper.__init__

    def noted(keeper: Keeper) -> None:
        made.append(keeper)
        begin(keeper)

    monkeypatch.setattr(Keeper, "__init__", noted)
    yield
    for keeper in made:
        assert isinstance(keeper, Microphone | Speaker)
        keeper.shut() if isinstance(keeper, Microphone) else keeper.kill()


async def hear(microphone: Microphone, blocks: int) -> Samples:
    return samples(b"".join([(await microphone.read()).pcm for _ in range(blocks)]))


def is_gone(pid: int) -> bool:
    """No process and no zombie."""
    return not Path(f"/proc/{pid}").exists()


async def test_the_microphone_sits_the_exam(card: SoundCard) -> None:
    await examine_microphone(Microphone("array"), card)


async def test_the_speaker_sits_the_exam(card: SoundCard) -> None:
    await examine_speaker(Speaker("loud", 60))


async def test_the_speaker_that_is_a_file_sits_the_exam(tmp_path: Path) -> None:
    await examine_speaker(Speaker(f"file:{tmp_path / 'out.wav'}", 60))


# --- hearing


@pytest.mark.parametrize(("channel", "first"), [("auto", 0), (4, 4000), ("mix", 2500)])
async def test_one_channel_of_the_array_comes_sample_for_sample(
    card: SoundCard, channel: str | int, first: int
) -> None:
    microphone = Microphone("array", channel, period_ms=100)
    await microphone.open()
    heard = await hear(microphone, 5)
    microphone.shut()
    steps = np.diff(heard)
    assert np.count_nonzero(steps != 1) <= 1  # the room begins anew after a second
    assert heard.min() >= first


async def test_another_rate_is_brought_to_sixteen_kilohertz(card: SoundCard) -> None:
    microphone = Microphone("cheap")
    await microphone.open()
    heard = await hear(microphone, 10)
    microphone.shut()
    assert pitch(heard[1000:], ARRAY_HZ) == pytest.approx(440, abs=3)
    assert np.abs(heard[1000:]).max() == pytest.approx(10_000, rel=0.02)


async def test_blocks_carry_the_time_of_their_last_sample(card: SoundCard) -> None:
    microphone = Microphone("array")
    await microphone.open()
    captured = [(await microphone.read()).captured_s for _ in range(8)]
    now_s = time.monotonic()
    microphone.shut()
    assert captured[-1] < now_s < captured[-1] + 5  # the same clock; how late we read is the machine's business
    assert np.median(np.diff(captured)) == pytest.approx(0.08, abs=0.01)


async def test_what_is_not_there_is_said_with_what_is(card: SoundCard) -> None:
    with pytest.raises(MicrophoneError, match=r"no microphone fits 'piano'; there is array; cheap"):
        await Microphone("piano").open()
    with pytest.raises(MicrophoneError, match=r"microphone\.channel is 7, but"):
        await Microphone("array", 7).open()
    with pytest.raises(SpeakerError, match=r"no speaker fits 'piano'; there is loud"):
        await Speaker("piano", 60).open()


async def test_a_pulled_cable_is_noticed_and_leaves_nothing_behind(
    card: SoundCard, capfd: pytest.CaptureFixture[str]
) -> None:
    microphone = Microphone("array")
    await microphone.open()
    pid = microphone.child_pid
    assert pid
    card.unplug()
    with pytest.raises(MicrophoneError, match="array delivers no sound any more; was it unplugged"):
        await hear(microphone, 1000)
    assert is_gone(pid)
    assert microphone.child_pid is None
    with pytest.raises(MicrophoneError):
        await microphone.read()
    assert capfd.readouterr() == ("", "")  # PortAudio has written megabytes by now


async def test_what_got_lost_is_counted(card: SoundCard) -> None:
    microphone = Microphone("array")
    await microphone.open()
    await hear(microphone, 20)  # the meter looks back over a second
    assert microphone.child_pid
    began_s = time.monotonic()
    os.kill(microphone.child_pid, signal.SIGSTOP)
    await asyncio.sleep(0.6)
    os.kill(microphone.child_pid, signal.SIGCONT)
    stopped_s = time.monotonic() - began_s
    lost = sum([(await microphone.read()).lost_samples for _ in range(25)])
    microphone.shut()
    assert lost == pytest.approx((stopped_s - 0.1) * ARRAY_HZ, rel=0.4)  # the card can keep 0.16 s of it


async def test_a_stopped_child_is_shut_as_fast_as_any_other(card: SoundCard) -> None:
    microphone = Microphone("array")
    await microphone.open()
    pid = microphone.child_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    microphone.shut()
    assert is_gone(pid)
    with pytest.raises(MicrophoneShut):
        await microphone.read()


async def test_it_can_be_shut_while_the_loop_is_stuck_and_nothing_unread_survives(card: SoundCard) -> None:
    microphone = Microphone("array")
    await microphone.open()
    await microphone.read()
    pid = microphone.child_pid
    assert pid
    finger = threading.Timer(0.2, microphone.shut)
    finger.start()
    finger.join()  # the loop stands still meanwhile, as if something had blocked it
    assert is_gone(pid)
    with pytest.raises(MicrophoneShut):
        await microphone.read()


async def test_shutting_ends_an_opening(card: SoundCard) -> None:
    microphone = Microphone("array")
    opening = asyncio.ensure_future(microphone.open())
    await asyncio.sleep(0)
    pid = microphone.child_pid
    assert pid
    microphone.shut()
    with pytest.raises(MicrophoneShut):
        await opening
    assert is_gone(pid)


async def test_the_oldest_goes_when_nobody_reads_and_it_is_counted(card: SoundCard) -> None:
    microphone = Microphone("array", period_ms=20)
    await microphone.open()
    await asyncio.sleep(2.5)
    first = await microphone.read()
    later = [await microphone.read() for _ in range(49)]
    microphone.shut()
    assert first.lost_samples + sum(block.lost_samples for block in later) > 0.3 * ARRAY_HZ


def test_the_child_dies_with_the_daemon(card: SoundCard) -> None:
    daemon = subprocess.Popen(
        [sys.executable, "-c", DAEMON],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert daemon.stdout
    with daemon:
        pid = int(daemon.stdout.readline())
        assert not is_gone(pid)
        daemon.kill()
    deadline_s = time.monotonic() + 5
    while not is_gone(pid) and _state(pid) != "Z" and time.monotonic() < deadline_s:  # init may be slow to reap
        time.sleep(0.01)
    assert is_gone(pid) or _state(pid) == "Z"


DAEMON = """
import asyncio
from chimein.edge.sound.microphone import Microphone

async def main():
    microphone = Microphone("array")
    await microphone.open()
    print(microphone.child_pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


# --- speaking


async def speak(speaker: Speaker, sound: Samples) -> int:
    """Until everything has been heard; the samples reported by then."""
    speaker.play(sound.tobytes())
    speaker.finish()
    return (await until_idle(speaker)).played_samples


async def until_idle(speaker: Speaker) -> Progress:
    while not (report := await speaker.heard()).is_idle:
        pass
    return report


async def test_what_was_given_leaves_the_loudspeaker_whole(card: SoundCard) -> None:
    speaker = Speaker("loud", 100)
    await speaker.open()
    given = tone(440, DOWN_HZ, 0.7)
    assert await speak(speaker, given) == len(given)
    heard = card.heard_from("loud")
    speaker.kill()
    assert (heard[:, 0] == heard[:, 1]).all()
    sound = np.flatnonzero(np.abs(heard[:, 0]) > 100)
    assert sound[-1] - sound[0] == pytest.approx(2 * len(given), abs=40)
    middle = heard[sound[0] : sound[-1], 0]
    assert pitch(middle, 48_000) == pytest.approx(440, abs=3)
    assert np.abs(np.diff(middle.astype(int))).max() < 700  # a sine of this height moves 576 at most: not one gap


async def test_the_volume_is_that_of_the_configuration(card: SoundCard) -> None:
    speaker = Speaker("loud", 50)
    await speaker.open()
    await speak(speaker, tone(440, DOWN_HZ, 0.3))
    speaker.kill()
    assert np.abs(card.heard_from("loud")).max() == pytest.approx(1250, rel=0.02)


async def test_silence_falls_within_a_device_buffer(card: SoundCard) -> None:
    speaker = Speaker("loud", 100)
    await speaker.open()
    late_samples = []
    for number in range(1, 4):
        speaker.play(np.full(5 * DOWN_HZ, 10_000, dtype=np.int16).tobytes())
        began = (await speaker.heard()).played_samples
        while (await speaker.heard()).played_samples < began + DOWN_HZ // 4:
            pass
        heard_by_then = len(card.heard_from("loud"))
        speaker.silence()
        report = await until_idle(speaker)
        sound = np.flatnonzero(card.heard_from("loud")[:, 0])
        assert report.played_samples == pytest.approx(len(sound) / 2, abs=150 * number)  # reported is heard, no more
        late_samples.append(sound[-1] - heard_by_then)
    speaker.kill()
    buffer_ms, fade_ms, tick_ms = 2 * 25, 5, 25
    # The best of three: between the look and the silence a busy machine may let us wait.
    assert min(late_samples) < 48 * (buffer_ms + fade_ms + tick_ms)


async def test_a_pulled_loudspeaker_is_noticed(card: SoundCard, capfd: pytest.CaptureFixture[str]) -> None:
    speaker = Speaker("loud", 100)
    await speaker.open()
    pid = speaker.child_pid
    assert pid
    speaker.play(tone(440, DOWN_HZ, 5.0).tobytes())
    await speaker.heard()
    card.unplug()
    with pytest.raises(SpeakerError, match="loud plays nothing any more; was it unplugged"):
        await until_idle(speaker)
    assert is_gone(pid)
    card.replug()
    await speaker.open()
    given = tone(440, DOWN_HZ, 0.2)
    assert await speak(speaker, given) == len(given)
    speaker.kill()
    assert capfd.readouterr() == ("", "")


async def test_a_loudspeaker_that_hesitates_at_the_start_is_not_given_up(
    card: SoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one behind a sound server does after its first block; every wait later on would be too long here."""
    monkeypatch.setattr("chimein.edge.sound.speaker.SPEAKER_STALL_S", 0.0)
    monkeypatch.setattr("chimein.edge.sound.speaker.SPEAKER_START_S", 30.0)
    speaker = Speaker("loud", 100)
    await speaker.open()
    given = tone(440, DOWN_HZ, 0.2)
    assert await speak(speaker, given) == len(given)
    speaker.kill()


async def test_a_loudspeaker_that_went_while_it_was_quiet_is_noticed_when_it_is_needed(card: SoundCard) -> None:
    speaker = Speaker("loud", 100)
    await speaker.open()
    card.unplug()
    speaker.play(tone(440, DOWN_HZ, 0.2).tobytes())
    with pytest.raises(SpeakerError, match="loud cannot be opened"):
        await until_idle(speaker)


async def test_no_process_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "command", lambda *_: ["/nowhere/python"])
    with pytest.raises(MicrophoneError, match="no process could be started"):
        await Microphone("auto").open()
    with pytest.raises(SpeakerError, match="no process could be started"):
        await Speaker("auto", 60).open()


async def test_the_device_is_open_only_while_there_is_something_to_say(card: SoundCard) -> None:
    speaker = Speaker("loud", 100)
    await speaker.open()
    pid = speaker.child_pid
    assert not holds(pid, "loud.wav")
    await speak(speaker, tone(440, DOWN_HZ, 0.1))
    assert holds(pid, "loud.wav")
    async with asyncio.timeout(60):
        while holds(pid, "loud.wav"):
            await asyncio.sleep(0.1)
        before = -1.0
        while busy_s(pid) != before:  # the last thread may still be on its way out; after that it costs nothing
            before = busy_s(pid)
            await asyncio.sleep(0.3)
    given = tone(440, DOWN_HZ, 0.1)
    speaker.play(given.tobytes())
    speaker.finish()
    async with asyncio.timeout(60):  # a late report of the first sound may come before that of the second
        while (await speaker.heard()).played_samples < 2 * len(given):
            pass
    speaker.kill()


def holds(pid: int | None, name: str) -> bool:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(link).endswith(name):
                return True
    return False


def busy_s(pid: int | None) -> float:
    spent_ns = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            spent_ns += int(file.read_text().split()[0])
    return spent_ns / 1e9


# --- manners


def test_a_child_gets_no_key() -> None:
    ours = {"GOOGLE_API_KEY": "secret", "CREDENTIALS_DIRECTORY": "/run/x", "ALSA_CONFIG_PATH": "/a", "HOME": "/root"}
    theirs = child.environment(ours)
    assert "secret" not in theirs.values()
    assert "CREDENTIALS_DIRECTORY" not in theirs
    assert theirs["ALSA_CONFIG_PATH"] == "/a"


def test_the_daemon_never_imports_pyaudio() -> None:
    edges = "chimein.edge.sound.microphone, chimein.edge.sound.speaker, chimein.edge.sound.devices"
    code = f"import sys, {edges}; print({{'pyaudio', 'soxr'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


async def test_a_child_that_breaks_is_explained(card: SoundCard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "command", lambda *_: [sys.executable, "-c", "import sys; sys.exit('no sound today')"])
    with pytest.raises(MicrophoneError, match="no sound today"):
        await Microphone("array").open()
