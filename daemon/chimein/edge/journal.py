"""Where the daemon's log goes: the journal with fields under systemd, plain short lines anywhere else. Never a key.

Write ``log.info("muted by the button", extra={"EVENT": "MuteAsked", "by": "hardware"})``: the journal then holds
MESSAGE, EVENT=MuteAsked and CHIMEIN_BY=hardware; a terminal shows the message alone. Times are left to who keeps the
lines: the journal has its own, and so have people.

systemd-python's own JournalHandler is not used: it sends the whole record, so that arguments which a filter had masked
in the message still arrived, as CODE_ARGS. Here a record is first made into its final, masked text; only then, and only
that, do handlers see.
"""

import logging
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from enum import Enum
from os import fstat
from types import TracebackType
from typing import Final, TextIO

from chimein.core.secret import Secret, masked
from chimein.edge import service

EVENT: Final = "EVENT"
_PREFIX: Final = "CHIMEIN_"
_MESSAGE_CHARACTERS: Final = 8000
_KEY_TALKERS: Final = ("websockets", "websockets.client", "websockets.server", "google_genai", "google.auth")
"""Print the key's header, or the whole request, at DEBUG (websockets) or might one day."""
_CHATTERERS: Final = ("httpx", "httpx2", "httpcore", "httpcore2", "urllib3", "asyncio", "PIL", "matplotlib")
_OWN_ATTRIBUTES: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FORMATTER: Final = logging.Formatter()

log = logging.getLogger("chimein")


def set_up_logging(*, verbose: bool = False, secrets: Iterable[Secret] = (), stream: TextIO | None = None) -> None:
    """Sends every logger of this process to the journal, or as plain lines to `stream` (stderr).

    `verbose` shows chimein's own DEBUG; libraries stay at WARNING whatever is asked. `secrets` are masked wherever they
    occur, keys of Google's anyway. Calling it again replaces what the last call set up.
    """
    send = service.journal_send() if stream is None else None
    handler = JournalHandler(send) if send else _plain_handler(stream or sys.stderr)
    handler.addFilter(Redaction(secrets))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, (JournalHandler, _PlainHandler))]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    log.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in (*_KEY_TALKERS, *_CHATTERERS):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _log_exception


def wants_debug(environ: Mapping[str, str]) -> bool:
    """CHIMEIN_LOG=debug, the way to say `--verbose` to a unit."""
    return environ.get("CHIMEIN_LOG", "").strip().lower() == "debug"


class Redaction(logging.Filter):
    """Makes a record final: message, exception and extra fields as masked text; the arguments are gone."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._mask(_message(record))[:_MESSAGE_CHARACTERS]
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        record.exc_info = None
        record.exc_text = self._mask(record.exc_text) if record.exc_text else None
        record.stack_info = self._mask(record.stack_info) if record.stack_info else None
        for name in vars(record).keys() - _OWN_ATTRIBUTES:
            setattr(record, name, self._mask(_word(getattr(record, name))))
        return True

    def _mask(self, text: str) -> str:
        return masked(text, self._secrets)


class JournalHandler(logging.Handler):
    """Writes records that Redaction has made final to the journal, with fields. `send` is systemd.journal.send."""

    def __init__(self, send: service.JournalSend) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(
                str(record.msg),
                PRIORITY=_priority(record.levelno),
                SYSLOG_IDENTIFIER="chimein",
                LOGGER=record.name,
                CODE_FILE=record.pathname,
                CODE_LINE=record.lineno,
                CODE_FUNC=record.funcName,
                **_fields(record),
            )
        except Exception:
            self.handleError(record)


class _PlainHandler(logging.StreamHandler[TextIO]):
    """Short lines for people."""


class _PlainLines(logging.Formatter):
    """The message; warnings and worse with their level, debug lines with their room; a time only for a file."""

    def __init__(self, *, with_time: bool, with_priority: bool) -> None:
        super().__init__(datefmt="%Y-%m-%d %H:%M:%S")
        self._with_time = with_time
        self._with_priority = with_priority

    def format(self, record: logging.LogRecord) -> str:
        start = ""
        if self._with_time:
            start = f"{self.formatTime(record, self.datefmt)} "
        if record.levelno >= logging.WARNING:
            start += f"{record.levelname.lower()}: "
        elif record.levelno < logging.INFO:
            start += f"{record.name.removeprefix('chimein.')}: "
        text = "\n".join(part for part in (f"{start}{record.msg}", record.exc_text, record.stack_info) if part)
        if self._with_priority:  # what the journal understands at the start of a line, sd-daemon(3)
            return "\n".join(f"<{_priority(record.levelno)}>{line}" for line in text.splitlines())
        return text


def _plain_handler(stream: TextIO) -> logging.Handler:
    handler = _PlainHandler(stream)
    handler.setFormatter(_PlainLines(with_time=_is_file(stream), with_priority=service.stderr_is_journal()))
    return handler


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a wrong log line must not end what it wanted to report
        return f"{record.msg} (its arguments do not fit)"


def _word(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def _fields(record: logging.LogRecord) -> dict[str, str]:
    fields = {_field_name(name): str(vars(record)[name]) for name in vars(record).keys() - _OWN_ATTRIBUTES}
    if record.exc_text:
        fields["EXCEPTION_TEXT"] = record.exc_text
    if record.stack_info:
        fields["STACK_TEXT"] = record.stack_info
    return fields


def _field_name(name: str) -> str:
    """The journal takes A-Z, 0-9 and _; own fields have a prefix, so that they cannot stand for the journal's."""
    upper = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    return upper if upper == EVENT else _PREFIX + upper


def _priority(level: int) -> int:
    """syslog(3)'s number for a level of logging's."""
    steps = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
    return next((number for least, number in steps if level >= least), 7)


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last word of a daemon that fails: also without keys."""
    log.critical("chimein failed", exc_info=(kind, error, trace))
