"""What happened, as JSON lines that a test can read: one object per line, `t_s` seconds since the service started.

Kinds: `connection`, `setup`, `refused` (what the client did wrong: code and reason), `heard`, `turn`, `interrupted`,
`tool_call`, `tool_response`, `stream_end`, `text`, `usage`, `fault`, `failed`, `closed` (with the connection's counts).
"""

import json
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Any

from chimein.core.audio import SAMPLE_BYTES, UP_HZ


class Record:
    """Writes as it happens, so that a killed service leaves everything up to then. Single-threaded."""

    def __init__(self, path: Path | None = None, wav: Path | None = None) -> None:
        self._began_s = time.monotonic()
        self._file = path.open("w", encoding="utf-8") if path else None
        self._wav = _open_wav(wav) if wav else None

    def note(self, kind: str, **facts: Any) -> None:
        """One line. `facts` must be JSON."""
        if self._file is None:
            return
        line = {"t_s": round(time.monotonic() - self._began_s, 3), "kind": kind, **facts}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def heard(self, pcm: bytes) -> None:
        """Audio received, 16 kHz; all connections after one another."""
        if self._wav is not None:
            self._wav.writeframes(pcm)

    def close(self) -> None:
        for file in (self._file, self._wav):
            if file is not None:
                file.close()
        self._file = self._wav = None

    def __enter__(self) -> "Record":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _open_wav(path: Path) -> wave.Wave_write:
    file = wave.open(str(path), "wb")  # noqa: SIM115 - Record closes it
    file.setnchannels(1)
    file.setsampwidth(SAMPLE_BYTES)
    file.setframerate(UP_HZ)
    return file
