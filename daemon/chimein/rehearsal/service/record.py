"""What happened, as JSON lines that a test can read: one object per line, `t_s` seconds since the service started.

Kinds: `connection`, `setup`, `refused` (what the client did wrong: code and reason), `heard`, `turn`, `interrupted`,
`tool_call`, `tool_response`, `stream_end`, `text`, `usage`, `fault`, `failed`, `closed` (with the connection's counts).

A `heard` says where its speech stood: `start_s` to `end_s` in seconds of the sound received over its `connection`. The
`turn` that came of it has the same `line`. `text` is null where no words were found: nothing comes of that.
"""

import json
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from chimein.core.audio import SAMPLE_BYTES, UP_HZ
from chimein.core.errors import ChimeinError


class Record:
    """Writes as it happens, so that a killed service leaves everything up to then. Single-threaded."""

    def __init__(self, path: Path | None = None, wav: Path | None = None) -> None:
        """Raises ChimeinError for a file that cannot be written."""
        self._began_s = time.monotonic()
        self._file = _opened(path) if path else None
        self._sound: BinaryIO | None = None
        self._wav: wave.Wave_write | None = None
        if wav:
            try:
                self._sound = _opened(wav)
            except ChimeinError:
                self.close()
                raise
            self._wav = _sixteen_khz(self._sound)

    def note(self, kind: str, **facts: Any) -> None:
        """One line. `facts` must be JSON."""
        if self._file is None:
            return
        line = {"t_s": round(time.monotonic() - self._began_s, 3), "kind": kind, **facts}
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()

    def heard(self, pcm: bytes) -> None:
        """Audio received, 16 kHz; all connections after one another."""
        if self._wav is not None:
            self._wav.writeframes(pcm)

    def close(self) -> None:
        for file in (self._file, self._wav, self._sound):
            if file is not None:
                file.close()
        self._file = self._wav = self._sound = None

    def __enter__(self) -> "Record":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise ChimeinError(f"{path}: cannot be written: {error.strerror or error}") from error


def _sixteen_khz(target: BinaryIO) -> wave.Wave_write:
    file = wave.open(target, "wb")  # noqa: SIM115 - Record closes it
    file.setnchannels(1)
    file.setsampwidth(SAMPLE_BYTES)
    file.setframerate(UP_HZ)
    return file
