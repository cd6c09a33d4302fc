"""The software sound card (softcard.c): a room to be heard, a WAV of what was played, unplug and replug on command.

    card = SoundCard(tmp_path)
    card.microphone("array", sound, rate_hz=16000)     # sound: int16, shape (frames, channels), played over and over
    card.speaker("loud", channels=2, rate_hz=48000)
    with card.plugged_in(): ...                        # children started in here find it, and no other card

It is compiled once per run of the tests. Without a compiler or ALSA's headers the tests fail, and say what is missing.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chimein.sound.wav import WavReader

SOURCE = Path(__file__).with_name("softcard.c")
HERE = "ALSA_CONFIG_PATH"


class SoundCard:
    """One card with as many microphones and speakers as are asked for; they are unplugged together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._flag = folder / "unplugged"
        self._configuration = f'pcm_type.softcard {{ lib "{_library()}" }}\n'
        self._configuration += "pcm.default { type hw card 0 }\n"  # not there, but PortAudio asserts that it is named

    def microphone(
        self, name: str, sound: NDArray[np.int16], *, rate_hz: int, ppm: int = 0, hears: str = "", late_ms: int = 0
    ) -> None:
        """A device that hears `sound`, shape (frames, channels), over and over in real time.

        And besides, half as loud and `late_ms` later (60 or more), what the speaker called `hears` lets be heard.
        """
        frames, channels = sound.shape
        data = sound.astype("<i2").tobytes()
        header = np.zeros(44, dtype=np.uint8).tobytes()  # the card looks only at what follows it
        assert frames
        self._wav(name).write_bytes(header + data)
        echo = f'hears "{self._wav(hears)}" late {late_ms} ' if hears else ""
        self._define(name, "capture", channels, rate_hz, ppm, echo)

    def speaker(self, name: str, *, channels: int, rate_hz: int) -> None:
        """A device that writes down what has really left it."""
        self._define(name, "playback", channels, rate_hz, 0)

    def heard_from(self, name: str) -> NDArray[np.int16]:
        """What the speaker has let be heard so far, shape (frames, channels)."""
        if not self._wav(name).exists():
            return np.zeros((0, 1), dtype=np.int16)
        with self._wav(name).open("rb") as file:
            reader = WavReader(file)
            return reader.read(1 << 28)

    def began(self, name: str) -> tuple[float, int]:
        """When the device was last started, CLOCK_MONOTONIC seconds, and with which frame of its recording."""
        start_s, first = self._wav(name).with_name(f"{name}.wav.clock").read_text().split()
        return float(start_s), int(first)

    def unplug(self) -> None:
        self._flag.touch()

    def replug(self) -> None:
        self._flag.unlink()

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """ALSA knows this card and no other, for children started meanwhile."""
        configuration = self._folder / "asound.conf"
        configuration.write_text(self._configuration)
        before = os.environ.get(HERE)
        os.environ[HERE] = str(configuration)
        try:
            yield
        finally:
            if before is None:
                del os.environ[HERE]
            else:
                os.environ[HERE] = before

    def _wav(self, name: str) -> Path:
        return self._folder / f"{name}.wav"

    def _define(self, name: str, way: str, channels: int, rate_hz: int, ppm: int, more: str = "") -> None:
        self._configuration += (
            f"pcm.{name} {{ type softcard way {way} channels {channels} rate {rate_hz} ppm {ppm} {more}"
            f'wav "{self._wav(name)}" unplugged "{self._flag}" }}\n'
        )


@cache
def _library() -> Path:
    """The compiled plugin."""
    place = tempfile.mkdtemp(prefix="softcard-")
    atexit.register(shutil.rmtree, place)
    library = Path(place) / "libasound_module_pcm_softcard.so"
    done = subprocess.run(
        ["gcc", "-shared", "-fPIC", "-DPIC", "-O1", "-Wall", "-o", library, SOURCE, "-lasound"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the software sound card needs gcc and libasound2-dev:\n{done.stderr}"
    assert not done.stderr, done.stderr
    return library
