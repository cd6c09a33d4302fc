"""The rehearsal service as a helper for tests: a process of its own, with the script given as plain data.

with Rehearsal({"ears": "none", "answers": "always", "reply_s": 0.4}) as bench:
    … run something with bench.env in its environment …
    assert bench.record("setup")[0]["setup"]["model"] == "models/gemini-3.8-live"
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import chimein
from chimein.core.errors import ChimeinError

QUICK: Final[dict[str, Any]] = {"ears": "none", "answers": "always", "voice": "tone", "reply_s": 0.4}
"""A script without speech recognition and voices: ready in half a second, answers every stretch of sound."""
_STOP_S: Final = 5.0


class Rehearsal:
    """Serves between entering and leaving."""

    def __init__(self, script: dict[str, Any] | None = None, *, port: int = 0) -> None:
        self._script = script or {}
        self._port = port
        self._scratch = tempfile.TemporaryDirectory(prefix="chimein-bench-")
        self._place = Path(self._scratch.name)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.env: dict[str, str] = {}
        """What a client needs beside its own environment."""
        self.wav = self._place / "received.wav"
        """The sound received; complete when the service has ended."""

    def record(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What has happened so far, see chimein.rehearsal.service.record; only one kind if named."""
        path = self._place / "record.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        facts = [json.loads(line) for line in lines if line.endswith("\n")]
        return [fact for fact in facts if kind in (None, fact["kind"])]

    def start(self) -> None:
        """Blocks until the service is ready. Raises ChimeinError."""
        script = self._place / "script.json"
        script.write_text(json.dumps(self._script), encoding="utf-8")
        home = str(Path(chimein.__file__).parents[1])
        files = ["--script", script, "--record", self._place / "record.jsonl", "--wav", self.wav]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chimein", "rehearse", "--until-eof", "--port", str(self._port), *map(str, files)],
            stdin=subprocess.PIPE,  # ends with us, however we end: so does the service
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ChimeinError("the rehearsal service did not start; its stderr says why")
        ready = json.loads(line)
        self.port, self.env = ready["port"], ready["env"]

    def stop(self) -> None:
        """Ends it; the record stays readable until leaving."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None

    def __enter__(self) -> "Rehearsal":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._scratch.cleanup()
