"""The rehearsal service as the kitchen has it: a process of this machine, outside of the appliance."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GOODBYE_S = 30.0


class Rehearsal:
    """Starts at once. `authority` is the file with the certificate to trust."""

    def __init__(self, folder: Path, script: Mapping[str, object]) -> None:
        self._record = folder / "record.jsonl"
        self._sound = folder / "heard.wav"
        plan = folder / "script.yaml"
        plan.write_text(json.dumps(script))
        command = [sys.executable, "-m", "chimein", "rehearse", "--script", str(plan)]
        command += ["--record", str(self._record), "--wav", str(self._sound)]
        with (folder / "rehearsal.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=_bare(), text=True)
        assert self._process.stdout is not None
        ready = json.loads(self._process.stdout.readline() or "{}")
        assert ready, f"the rehearsal service did not start: {(folder / 'rehearsal.log').read_text()}"
        self.port: int = ready["port"]
        self.authority = Path(ready["env"]["SSL_CERT_FILE"])

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What it wrote down of this kind, in order."""
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]

    def heard_bytes(self) -> int:
        """Size of the sound that has arrived, as far as it was written: a quarter of a second may be missing."""
        return self._sound.stat().st_size if self._sound.exists() else 0

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=GOODBYE_S)


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "GEMINI_"))}
