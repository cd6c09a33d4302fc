"""What the doctor asks of the house: name service, TLS, clock, key, unit, disk, power, pins. Changes nothing."""

import glob
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from chimein.core.config import LiveSettings
from chimein.core.errors import ChimeinError
from chimein.edge import places
from chimein.edge.clock import SYNCHRONISED

PATIENCE_S: Final = 5.0
ETC: Final = Path("/etc")
THROTTLED: Final = "sys/devices/platform/soc/soc:firmware/get_throttled"


def host(live: LiveSettings, environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """Whom the daemon talks to: name and port."""
    if live.service == "vertex":
        usual = f"https://{live.location or 'us-central1'}-aiplatform.googleapis.com"
        url = environ.get("GOOGLE_VERTEX_BASE_URL") or usual
    else:
        url = environ.get("GOOGLE_GEMINI_BASE_URL") or "https://generativelanguage.googleapis.com"
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.hostname or url, parts.port or 443


@dataclass(frozen=True)
class Names:
    addresses: tuple[str, ...]
    trouble: str
    took_s: float


def resolve(name: str) -> Names:
    """Asks the name service as any program here does; the system's own patience counts."""
    began_s = time.monotonic()
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as error:
        return Names((), error.strerror or str(error), time.monotonic() - began_s)
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    return Names(addresses, "", time.monotonic() - began_s)


@dataclass(frozen=True)
class Handshake:
    version: str | None
    """None when it failed."""
    trouble: str
    took_s: float
    clock_off_s: float | None
    """Our clock minus theirs, by the header of an answer; None when there was none."""


def shake_hands(name: str, port: int) -> Handshake:
    """TLS as the daemon's own, with the certificates of this system or of SSL_CERT_FILE; then the time is asked for."""
    began_s = time.monotonic()
    try:
        with (
            socket.create_connection((name, port), PATIENCE_S) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=name) as safe,
        ):
            took_s = time.monotonic() - began_s
            return Handshake(safe.version() or "TLS", "", took_s, _clock_off_s(safe, name))
    except ssl.SSLCertVerificationError as error:
        return Handshake(None, f"its certificate is refused: {error.verify_message}", time.monotonic() - began_s, None)
    except OSError as error:
        return Handshake(None, error.strerror or str(error), time.monotonic() - began_s, None)


def _clock_off_s(line: ssl.SSLSocket, name: str) -> float | None:
    try:
        line.settimeout(PATIENCE_S)
        line.sendall(f"HEAD / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        answer = line.recv(8192).decode("latin-1")
        now_s = time.time()
        date = next(row.partition(":")[2] for row in answer.splitlines() if row.lower().startswith("date:"))
        return now_s - parsedate_to_datetime(date.strip()).timestamp()
    except (OSError, ValueError, StopIteration):
        return None


def is_synchronised() -> bool | None:
    """Whether systemd's clock has met a time server since the start; None where systemd does not keep the time."""
    said = _ask("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if said in ("yes", "no"):
        return said == "yes"
    return True if SYNCHRONISED.exists() else None


def key_source(environ: Mapping[str, str] = os.environ, etc: Path = ETC) -> tuple[str | None, str]:
    """Where a key is kept, without looking at it; or why that cannot be seen."""
    try:
        if places.api_key(environ) is not None:
            return "the environment", ""
    except ChimeinError as error:
        return None, str(error)
    for store in ("credstore.encrypted", "credstore"):
        try:
            if (etc / store / places.CREDENTIAL).stat():
                return str(etc / store), ""
        except PermissionError:
            return None, f"{etc / store} may be seen by root alone"
        except OSError:
            continue
    return None, ""


def unit() -> tuple[str | None, str | None]:
    """What systemctl says of chimein.service: active, enabled; None without systemd."""
    if not Path("/run/systemd/system").is_dir():
        return None, None
    return _ask("systemctl", "is-active", "chimein"), _ask("systemctl", "is-enabled", "chimein")


def free_mb(directory: Path) -> tuple[float | None, str]:
    """Where `directory` is, or will be."""
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent
    try:
        return shutil.disk_usage(directory).free / 1e6, ""
    except OSError as error:
        return None, error.strerror or str(error)


def throttled(root: Path = Path("/")) -> int | None:
    """The Pi firmware's word on power and heat; None on other machines."""
    try:
        return int((root / THROTTLED).read_text(), 16)
    except (OSError, ValueError):
        return None


def gpio_chips() -> tuple[list[str], list[str]]:
    """Those there are, and those of them that we may not use."""
    chips = sorted(glob.glob("/dev/gpiochip*"))
    return chips, [chip for chip in chips if not os.access(chip, os.R_OK | os.W_OK)]


def _ask(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else None
