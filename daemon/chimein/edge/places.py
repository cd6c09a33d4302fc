"""Where things live: systemd's directories under systemd, the XDG ones otherwise; and where the API key is found.

Configuration files are the business of settings.py.
"""

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chimein.core.errors import ConfigError, NotAllowedError
from chimein.core.secret import Secret, is_key

CREDENTIAL: Final = "gemini-api-key"
TOKENS: Final = "chimein."
"""What the credentials of other servers begin with: the unit imports them all."""
SYSTEM_STATE: Final = Path("/var/lib/chimein")
SYSTEM_RUNTIME: Final = Path("/run/chimein")
_CONTROL_SOCKET: Final = "control.sock"


@dataclass(frozen=True)
class Places:
    """Two directories and the files in them. Nothing is made or opened by naming it."""

    state: Path
    """Survives a reboot."""
    runtime: Path
    """Survives a restart, not a reboot."""

    @property
    def database(self) -> Path:
        return self.state / "chimein.sqlite"

    @property
    def control_socket(self) -> Path:
        return self.runtime / _CONTROL_SOCKET

    @property
    def slate(self) -> Path:
        return self.runtime / "bill.json"

    @property
    def metrics(self) -> Path:
        return self.runtime / "metrics.prom"

    def make(self) -> None:
        """Makes what is missing. Raises NotAllowedError when a directory cannot be made or belongs to somebody else."""
        for directory in (self.state, self.runtime):
            _make(directory)


def places(environ: Mapping[str, str] = os.environ) -> Places:
    """Where the daemon with this environment keeps its files."""
    return Places(state=_state(environ), runtime=_runtime(environ))


def control_sockets(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where a command looks for the daemon, in this order: one's own daemon first, then the machine's."""
    if _first(environ, "RUNTIME_DIRECTORY"):
        return [places(environ).control_socket]
    directories = [_runtime(environ), _temporary_runtime(), SYSTEM_RUNTIME]
    return [directory / _CONTROL_SOCKET for directory in dict.fromkeys(directories) if not _is_foreign(directory)]


def databases(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Those that there are, in the order in which a command looks for the daemon that left them.

    Raises NotAllowedError when it cannot be seen whether there is one.
    """
    states = [_state(environ)] if _first(environ, "STATE_DIRECTORY") else [_state(environ), SYSTEM_STATE]
    found = []
    for state in dict.fromkeys(states):
        database = Places(state, state).database
        try:
            database.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise NotAllowedError(f"{state} may not be looked into: only chimein itself and root may") from error
        found.append(database)
    return found


def api_key(environ: Mapping[str, str] = os.environ) -> Secret | None:
    """The Gemini API key: systemd's credential, else GOOGLE_API_KEY, else GEMINI_API_KEY (the SDK's order), else None.

    Raises NotAllowedError when the credential is there and cannot be read, ConfigError when what is there is no key.
    """
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory:
        key = _read_credential(Path(directory) / CREDENTIAL, "API key")
        if key is not None:
            return key
    for variable in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        if environ.get(variable, "").strip():
            return _secret(environ[variable], f"${variable}", "API key")
    return None


def token(name: str, environ: Mapping[str, str] = os.environ) -> Secret | None:
    """The token of this name: systemd's credential chimein.NAME, else CHIMEIN_TOKEN_NAME in the environment, else None.

    Raises as api_key does.
    """
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and (found := _read_credential(Path(directory) / f"{TOKENS}{name}", "token")) is not None:
        return found
    variable = f"CHIMEIN_TOKEN_{name.upper().replace('-', '_')}"
    return _secret(environ[variable], f"${variable}", "token") if environ.get(variable, "").strip() else None


def _read_credential(path: Path, what: str) -> Secret | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotAllowedError(f"the {what} in {path} cannot be read: {error.strerror}") from error
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        text = "\0"  # the error must not carry the bytes
    return _secret(text, str(path), what) if text.strip() else None


def _secret(text: str, source: str, what: str) -> Secret:
    word = text.strip()
    if not is_key(word):
        raise ConfigError(f"{source} does not hold the {what}: that is one word of plain characters")
    return Secret(word)


def _state(environ: Mapping[str, str]) -> Path:
    given = _first(environ, "STATE_DIRECTORY")
    if given:
        return given
    return (_absolute(environ, "XDG_STATE_HOME") or Path.home() / ".local" / "state") / "chimein"


def _runtime(environ: Mapping[str, str]) -> Path:
    given = _first(environ, "RUNTIME_DIRECTORY")
    if given:
        return given
    session = _absolute(environ, "XDG_RUNTIME_DIR")
    return session / "chimein" if session else _temporary_runtime()


def _temporary_runtime() -> Path:
    """For a shell without a session (su, cron): anybody could have taken the name first, hence the checks in _make."""
    return Path(tempfile.gettempdir()) / f"chimein-{os.getuid()}"


def _first(environ: Mapping[str, str], variable: str) -> Path | None:
    """systemd gives a list separated by colons when a unit names several."""
    first = environ.get(variable, "").split(":")[0]
    return Path(first) if first else None


def _absolute(environ: Mapping[str, str], variable: str) -> Path | None:
    """The XDG specification: a relative path is invalid and is to be ignored."""
    path = Path(environ.get(variable, ""))
    return path if path.is_absolute() else None


def _is_foreign(directory: Path) -> bool:
    """Whether the directory under /tmp was made by somebody else, who would then answer instead of the daemon."""
    if directory != _temporary_runtime():
        return False
    try:
        found = directory.lstat()
    except OSError:
        return False
    return not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid()


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        raise NotAllowedError(f"{directory} cannot be made: {error.strerror}") from error
    if directory != _temporary_runtime():
        return
    if _is_foreign(directory) or found.st_mode & 0o077:
        raise NotAllowedError(
            f"{directory} belongs to somebody else or is open to others: remove it, or set XDG_RUNTIME_DIR"
        )
