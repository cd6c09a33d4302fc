"""The tests' hands in the machine: QEMU's guest agent, over a serial line that needs no network."""

import base64
import json
import time
from pathlib import Path
from typing import Any

from appliance.machine.json_socket import GuestError, JsonSocket

ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root", "LANG=C.UTF-8"]
LOOK_AGAIN_S = 0.02


class Agent:
    """QEMU serves one connection at a time, so there is one of these for a machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line: JsonSocket | None = None

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def answers(self) -> bool:
        """Whether the agent is there; takes up to a second. A number tells its answer from an older one."""
        self.close()
        number = time.monotonic_ns() & 0xFFFFFFF
        try:
            line = JsonSocket(self._path, 1.0)
            self._line = line
            line.send({"execute": "guest-sync-delimited", "arguments": {"id": number}}, prefix=b"\xff")
            while line.receive(1.0).get("return") != number:
                pass
        except (OSError, ValueError, GuestError):
            self.close()
            return False
        return True

    def call(self, command: str, patience_s: float = 60.0, /, **arguments: Any) -> Any:
        if self._line is None:
            raise GuestError(f"{command}: the machine is not running")
        return self._line.call(command, patience_s, **arguments)

    def run(self, command: str, *, stdin: bytes = b"", patience_s: float = 120.0, check: bool = True) -> "Result":
        """Runs a shell command as root. Raises GuestError when it fails (if `check`) or is not done in time."""
        arguments: dict[str, Any] = {
            "path": "/bin/bash",
            "arg": ["-c", command],
            "capture-output": True,
            "env": ENVIRONMENT,
        }
        if stdin:
            arguments["input-data"] = base64.b64encode(stdin).decode()
        pid = self.call("guest-exec", **arguments)["pid"]
        status = self._ended(pid, command, patience_s)
        out, err = (
            base64.b64decode(status.get(name, "")).decode(errors="replace") for name in ("out-data", "err-data")
        )
        code = int(status.get("exitcode", -status.get("signal", 0)))
        if check and code:
            raise GuestError(f"exit status {code} of: {command}\n{out}{err}")
        return Result(code, out, err)

    def _ended(self, pid: int, command: str, patience_s: float) -> dict[str, Any]:
        deadline, pause_s = time.monotonic() + patience_s, LOOK_AGAIN_S
        while True:
            status: dict[str, Any] = self.call("guest-exec-status", pid=pid)
            if status["exited"]:
                return status
            if time.monotonic() > deadline:
                self.call("guest-exec", path="/bin/kill", arg=["-9", str(pid)])
                raise GuestError(f"not done in {patience_s:.0f} s: {command}")
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.25)


class Result:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        return json.loads(self.out)
