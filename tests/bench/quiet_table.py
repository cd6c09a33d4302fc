"""What a quiet room costs: chimein beside the least that could do the job, on the same card of software, in one run.

The floor is google-genai and PyAudio in one process that sends everything it hears, 100 ms at a time: no gate, no
process of its own for the sound, nothing that would come back after a fault. Memory is PSS, the share of each page that
a process has, summed over all processes; the processor's time is user and system, of one core.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from helpers.soundcard import SoundCard

SETTLE_S = 8.0
MEASURE_S = 30.0
RATE_HZ = 16_000
HISS_DBFS = -62.0

FLOOR = """
import asyncio, os
import pyaudio
from google import genai
from google.genai import types

async def main():
    client = genai.Client(api_key=os.environ["GOOGLE_API_KEY"], http_options=types.HttpOptions(api_version="v1alpha"))
    config = types.LiveConnectConfig(
        response_modalities=["AUDIO"], proactivity=types.ProactivityConfig(proactive_audio=True)
    )
    audio = pyaudio.PyAudio()
    names = [audio.get_device_info_by_index(i) for i in range(audio.get_device_count())]
    index = next(info["index"] for info in names if info["maxInputChannels"])
    loop, heard = asyncio.get_running_loop(), asyncio.Queue()
    def keep(pcm, *_):
        loop.call_soon_threadsafe(heard.put_nowait, pcm)
        return None, pyaudio.paContinue
    audio.open(
        format=pyaudio.paInt16, channels=1, rate=16000, input=True, input_device_index=index, frames_per_buffer=1600,
        stream_callback=keep,
    )
    async with client.aio.live.connect(model="gemini-3.8-live", config=config) as session:
        async def read():
            while True:
                async for message in session.receive():
                    pass
        reading = asyncio.create_task(read())
        while True:
            pcm = await heard.get()
            await session.send_realtime_input(audio=types.Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

asyncio.run(main())
"""


def table(_scenes: Path | None) -> Iterator[str]:
    """The table's lines, each as soon as it is measured."""
    yield f"A quiet room: {MEASURE_S:.0f} s of hiss at {HISS_DBFS:.0f} dBFS from a card of software; all processes"
    yield ""
    yield f"{'':28} | {'PSS MB':>7} {'cpu %':>6} {'up kB/s':>8} {'processes':>9}"
    floor = _measured([sys.executable, "-c", FLOOR])
    yield _row("floor: google-genai + PyAudio", floor)
    ours = _measured([sys.executable, "-m", "chimein", "run", "--config", "config.yaml"])
    yield _row("chimein", ours)
    yield _ratios(ours, floor)


class Figures:
    """What one program cost over the measured time."""

    def __init__(self, pss_mb: float, cpu_percent: float, up_kb_s: float, processes: int) -> None:
        self.pss_mb, self.cpu_percent, self.up_kb_s, self.processes = pss_mb, cpu_percent, up_kb_s, processes


def _row(name: str, figures: Figures) -> str:
    return f"{name:28} | {figures.pss_mb:7.1f} {figures.cpu_percent:6.2f} {figures.up_kb_s:8.1f} {figures.processes:9d}"


def _ratios(ours: Figures, floor: Figures) -> str:
    return f"{'chimein / floor':28} | {ours.pss_mb / floor.pss_mb:7.2f} {ours.cpu_percent / floor.cpu_percent:6.2f}"


def _measured(command: list[str]) -> Figures:
    with tempfile.TemporaryDirectory() as name, _service(Path(name)) as (env, sent_bytes):
        folder = Path(name)
        card = SoundCard(folder)
        hiss = np.random.default_rng(3).normal(0.0, 32768 * 10 ** (HISS_DBFS / 20), RATE_HZ * 10)
        card.microphone("mic", hiss.astype(np.int16)[:, None], rate_hz=RATE_HZ)
        card.speaker("loud", channels=2, rate_hz=48_000)
        (folder / "config.yaml").write_text("microphone: {device: mic}\nspeaker: {device: loud}\n")
        with card.plugged_in():
            env = {**os.environ, **env, "XDG_RUNTIME_DIR": name, "XDG_STATE_HOME": name}
            program = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL)
            try:
                time.sleep(SETTLE_S)
                began_s, began_cpu_s, began_bytes = time.monotonic(), _cpu_s(program.pid), sent_bytes()
                time.sleep(MEASURE_S)
                length_s = time.monotonic() - began_s
                assert program.poll() is None, f"{command[0]} ended by itself"
                return Figures(
                    sum(map(_pss_mb, _family(program.pid))),
                    100 * (_cpu_s(program.pid) - began_cpu_s) / length_s,
                    (sent_bytes() - began_bytes) / length_s / 1000,
                    len(_family(program.pid)),
                )
            finally:
                program.terminate()
                program.wait(timeout=10)


@contextmanager
def _service(folder: Path) -> Iterator[tuple[dict[str, str], Callable[[], int]]]:
    """The rehearsal service, deaf to words; its environment, and how many bytes of sound it has been sent."""
    script = folder / "script.json"
    script.write_text(json.dumps({"ears": "none", "answers": "never"}))
    sound = folder / "sent.wav"
    command = [sys.executable, "-m", "chimein", "rehearse", "--script", script, "--wav", sound]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert service.stdout is not None
    try:
        yield json.loads(service.stdout.readline())["env"], lambda: sound.stat().st_size if sound.exists() else 0
    finally:
        service.terminate()
        service.wait(timeout=10)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _cpu_s(pid: int) -> float:
    ticks = 0
    for member in _family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
