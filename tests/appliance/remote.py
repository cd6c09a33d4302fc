"""The owner's way in: SSH as the user pi, over the machine's network.

All commands share one connection, as ControlMaster in an owner's own configuration has it: an emulated processor takes
seconds to agree on a key and to log somebody in.
"""

import subprocess
import tempfile
from pathlib import Path

from appliance.machine.json_socket import GuestError

OPTIONS = {
    "StrictHostKeyChecking": "no",
    "UserKnownHostsFile": "/dev/null",
    "LogLevel": "ERROR",
    "ConnectTimeout": "60",
    "ControlMaster": "auto",
    "ControlPersist": "yes",
}


class Remote:
    """`key` is the private key's file, `port` where the machine's port 22 is on loopback here."""

    def __init__(self, key: Path, port: int, patience_s: float) -> None:
        self._patience_s = patience_s
        self._folder = tempfile.TemporaryDirectory(prefix="kitchen-")  # a socket's path may not be long
        options = OPTIONS | {"ControlPath": f"{self._folder.name}/line"}
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        self._ssh = ["ssh", "-i", str(key), "-p", str(port), *words]

    def run(self, command: str, stdin: str = "") -> str:
        """What it prints. Raises GuestError when it fails."""
        done = subprocess.run(
            [*self._ssh, "pi@127.0.0.1", command],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=self._patience_s,
            check=False,
        )
        if done.returncode:
            raise GuestError(f"ssh: exit status {done.returncode} of: {command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def hang_up(self) -> None:
        """Before the machine loses its power: nobody would tell the connection."""
        subprocess.run([*self._ssh, "-O", "exit", "pi@127.0.0.1"], capture_output=True, check=False)

    def close(self) -> None:
        self.hang_up()
        self._folder.cleanup()
