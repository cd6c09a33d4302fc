"""A household around the daemon, all of it real but the sound card: what a person does, and what can be seen.

The rehearsal service runs as a process of its own, the daemon as `chimein run` with a recording for a microphone and a
file for a speaker, and every question is asked through the commands.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from chimein.core.audio import UP_HZ
from chimein.rehearsal.bench import Rehearsal
from chimein.rehearsal.sound.voices import say

PATIENCE_S = 30.0
"""For what takes a moment on a busy machine. Nothing here asserts how fast anything is."""
CHIMEIN = (sys.executable, "-m", "chimein")


class Household:
    """One kitchen. `folder` holds its recording, its YAML and what came out of the speaker."""

    def __init__(self, folder: Path, script: Mapping[str, object] | None = None) -> None:
        self.folder = folder
        self.yaml = folder / "config.yaml"
        self.spoken = folder / "spoken.wav"
        self._scene = folder / "scene.wav"
        self._service = Rehearsal(dict(script or {}))
        self.env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_STATE_HOME": str(folder / "state"),
            "TMPDIR": str(folder),  # where a daemon of whoever runs the tests is not found
        }
        for name in ("run", "state"):
            (folder / name).mkdir(exist_ok=True)
        self.records_s = 0.0
        """How long the recording is."""
        self.daemon: subprocess.Popen[bytes] | None = None
        self.log = folder / "daemon.log"

    # what the household does

    def records(self, *lines: tuple[str, str], pause_s: float = 2.0, lead_s: float = 1.0) -> None:
        """What will be said in the kitchen: (voice, words), over a faint hiss."""
        rng = np.random.default_rng(7)
        pieces = [np.zeros(int(lead_s * UP_HZ), np.int16)]
        for voice, words in lines:
            pieces += [say(words, voice, UP_HZ), np.zeros(int(pause_s * UP_HZ), np.int16)]
        sound = np.concatenate(pieces).astype(np.float64)
        sound += rng.normal(0.0, 20.0, len(sound))
        self.records_s = len(sound) / UP_HZ
        with wave.open(str(self._scene), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(UP_HZ)
            file.writeframes(np.clip(sound, -32768, 32767).astype("<i2").tobytes())

    def edits(self, **sections: object) -> None:
        """Writes the YAML anew (JSON is YAML), with these sections beside the devices."""
        devices: dict[str, Any] = {
            "microphone": {"device": f"file:{self._scene}"},
            "speaker": {"device": f"file:{self.spoken}"},
        }
        for name, section in sections.items():
            devices[name] = {**devices.get(name, {}), **section} if isinstance(section, dict) else section
        self.yaml.write_text(json.dumps(devices))

    def starts_the_service(self) -> None:
        self._service.start()
        self.env.update(self._service.env)

    def has_the_key(self, key: str) -> None:
        """The API key that the daemon finds in its environment from the next start on."""
        self.env["GOOGLE_API_KEY"] = key

    def switches_on(self) -> None:
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen([*CHIMEIN, "run", "--config", self.yaml], stderr=log, env=self.env)
        self.waits_until(lambda: self.asks("status").returncode == 0, "the daemon answers")

    def switches_off(self) -> int:
        """SIGTERM; the exit status."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(timeout=PATIENCE_S)

    def pulls_the_plug(self) -> None:
        assert self.daemon is not None
        self.daemon.kill()
        self.daemon.wait(timeout=PATIENCE_S)

    def reloads(self) -> None:
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGHUP)

    def asks(self, *command: str) -> subprocess.CompletedProcess[str]:
        """`chimein COMMAND`, as in a shell of this household."""
        return subprocess.run(
            [*CHIMEIN, *command], env=self.env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    # what can be seen

    def status(self) -> dict[str, Any]:
        answer = self.asks("status", "--json")
        assert answer.returncode == 0, answer.stderr
        picture: dict[str, Any] = json.loads(answer.stdout)
        return picture

    def waits_until(self, holds: Any, what: str) -> None:
        """Looks again and again; fails with `what` when it never holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain until {what}\n{self.log.read_text()}"
            time.sleep(0.1)  # a person looking again: there is nothing to be woken by

    def told(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What the service wrote down, of this kind or at all."""
        return self._service.record(kind)

    def keeps_what_was_received(self, path: Path) -> None:
        """Ends the service; all sound that reached it is a recording then."""
        self._service.stop()
        shutil.copyfile(self._service.wav, path)

    @property
    def is_alive(self) -> bool:
        """The daemon is running."""
        return self.daemon is not None and self.daemon.poll() is None

    @property
    def pid(self) -> int:
        """The daemon's."""
        assert self.daemon is not None
        return self.daemon.pid

    def who_can_hear(self) -> list[int]:
        """The processes of the daemon's that can hold a microphone."""
        assert self.daemon is not None
        children = Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text().split()
        programs = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        ears = (b"chimein.sound.hear", b"chimein.sound.probe")
        return [int(pid) for pid, program in programs.items() if any(ear in program for ear in ears)]

    def heard_from_the_speaker_s(self) -> float:
        """Seconds of the speaker's file that are not silence."""
        if not self.spoken.exists():
            return 0.0
        with wave.open(str(self.spoken), "rb") as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return float(np.count_nonzero(np.abs(sound) > 50)) / 24_000

    def is_over(self) -> None:
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self._service.__exit__(None, None, None)


@contextmanager
def household(folder: Path, script: Mapping[str, object] | None = None) -> Iterator[Household]:
    """A kitchen that is cleaned up afterwards."""
    home = Household(folder, script)
    try:
        yield home
    finally:
        home.is_over()
