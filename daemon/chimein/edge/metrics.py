"""Figures for Prometheus in a file: for node_exporter's textfile collector, for `cat`, for whoever looks in."""

import contextlib
import os
from pathlib import Path


class MetricsFile:
    """Replaced whole at each write, so that a reader never sees half of it; gone when the daemon ends.

    The runtime directory is in memory: writing wears no card. Somebody's full disk is not worth an error here.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> None:
        making = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            making.write_text(text, encoding="utf-8")
            making.chmod(0o644)
            making.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                making.unlink(missing_ok=True)

    def close(self) -> None:
        """Figures of a daemon that has gone would be lies."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
