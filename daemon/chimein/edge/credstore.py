"""Where the API key waits for the service: systemd's stores of credentials, from which the unit imports it by its name.

The key travels by pipe, never in a command line. What is written replaces the old key whole or not at all, and of the
two stores only one holds a key, so that it is no riddle which one counts.
"""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chimein.core.errors import NotAllowedError
from chimein.core.secret import Secret, masked
from chimein.edge.places import CREDENTIAL

ETC: Final = Path("/etc")
PATIENCE_S: Final = 30.0
"""For systemd-creds: a Pi makes its host key in a second."""


@dataclass(frozen=True)
class Kept:
    """Where the key is now. `why_plain` says why it could not be encrypted, "" when it was."""

    file: Path
    why_plain: str = ""


class _CannotEncryptError(Exception):
    """systemd-creds is missing, or said no; the message is its own."""


def keep(key: Secret, *, name: str = CREDENTIAL, etc: Path = ETC, program: str = "systemd-creds") -> Kept:
    """Puts the key, under its credential's name, in the encrypted store, or plainly for root alone where this machine
    cannot encrypt.

    Raises NotAllowedError when neither can be written.
    """
    encrypted = etc / "credstore.encrypted" / name
    plain = etc / "credstore" / name
    try:
        content = _encrypted(key, name, program)
    except _CannotEncryptError as error:
        kept, other = Kept(plain, str(error)), encrypted
        content = key.reveal().encode()
    else:
        kept, other = Kept(encrypted), plain
    _replace(kept.file, content)
    with suppress(FileNotFoundError):
        other.unlink()
    return kept


def _encrypted(key: Secret, name: str, program: str) -> bytes:
    """The key as only this machine can read it, under this name only."""
    try:
        done = subprocess.run(
            [program, "encrypt", f"--name={name}", "-", "-"],
            input=key.reveal().encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except FileNotFoundError:
        raise _CannotEncryptError(f"there is no {program} here") from None
    except (OSError, subprocess.TimeoutExpired):  # the exception would carry what went in
        raise _CannotEncryptError(f"{program} does not answer") from None
    if done.returncode or not done.stdout:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise _CannotEncryptError(masked(lines[-1], [key]) if lines else f"{program} ended with {done.returncode}")
    return done.stdout


def _replace(file: Path, content: bytes) -> None:
    """The whole file anew, for root alone from its first byte on, and on the disk when this returns."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, file)
        directory = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise NotAllowedError(f"{file} cannot be written: {error.strerror}") from error
