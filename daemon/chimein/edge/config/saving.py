"""A configuration file is replaced whole or not at all: a power cut in a kitchen leaves the old one or the new one."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from chimein.core.config.problems import printable
from chimein.core.errors import ConfigError, NotAllowedError


def save(file: Path, text: str) -> None:
    """Puts `text` in the place of a file, or leaves the old one whole: at no moment is there half a file.

    Mode and owner stay; a symbolic link stays one. Raises NotAllowedError or ConfigError.
    """
    target = file.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.stat() if target.exists() else None
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644), "wb") as stream:
            if before is not None:
                if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(stream.fileno(), before.st_uid, before.st_gid)
                os.fchmod(stream.fileno(), stat.S_IMODE(before.st_mode))
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, target)
        _sync_directory(target.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        why = f"{printable(str(target))} cannot be written: {error.strerror}"
        if isinstance(error, PermissionError):
            raise NotAllowedError(f"{why}; try sudo") from error
        raise ConfigError(why) from error


def _sync_directory(directory: Path) -> None:
    """A new name is only safe from a power cut once its directory has been written."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
