"""The recording that the daemon hears, written while it is being heard.

Real guests wait while somebody thinks or speaks, and nobody knows beforehand for how long. So the file is laid out at
full length with the noise of the kitchen, and each line is put into it just before its turn comes. The daemon's
microphone reads it as it reads any other file: in real time.
"""

import wave
from pathlib import Path
from typing import Final

from chimein.core.audio import SAMPLE_BYTES, UP_HZ, Samples
from chimein.demo.scene import kitchen, mixed

_HEADER_BYTES: Final = 44  # what the standard library writes before PCM16


class Stage:
    """A WAV file of `seconds` of kitchen, 16 kHz mono, that lines can be put into."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = path
        self._kitchen = kitchen(int(seconds * UP_HZ))
        with wave.open(str(path), "wb") as wav:
            wav.setparams((1, SAMPLE_BYTES, UP_HZ, 0, "NONE", ""))
            wav.writeframes(self._kitchen.tobytes())

    def put(self, line: Samples, at_s: float) -> None:
        """`line` is heard at `at_s` seconds of the file; what lies beyond its end is not."""
        start = int(at_s * UP_HZ)
        background = self._kitchen[start : start + len(line)]
        self._write(start, mixed(background, line[: len(background)]))

    def clear(self) -> None:
        """Nobody has said anything yet."""
        self._write(0, self._kitchen)

    def _write(self, start: int, sound: Samples) -> None:
        with self.path.open("r+b") as file:
            file.seek(_HEADER_BYTES + start * SAMPLE_BYTES)
            file.write(sound.tobytes())
