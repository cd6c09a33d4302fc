"""A command's end of the control socket; the daemon's is control.py. No asyncio: a command must start fast."""

import contextlib
import errno
import json
import os
import socket
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Final

from chimein.core.errors import ChimeinError, ConfigError, NotAllowedError, NotRunningError, UsageError
from chimein.edge.places import control_sockets

Answer = dict[str, object]

ANSWER_S: Final = 15.0
"""Longer than the daemon allows itself, so that its own word comes first."""
_ANSWER_BYTES: Final = 1 << 20
_NOT_RUNNING: Final = "the daemon is not running; start it with `sudo systemctl start chimein`, or `chimein run`"
_NOT_ALLOWED: Final = (
    "you may not talk to chimein: add yourself to its group with `sudo adduser {user} chimein` and log in again"
)
_ERRORS: Final = {error.exit_status: error for error in (UsageError, NotRunningError, NotAllowedError, ConfigError)}


def ask(
    command: str, *, sockets: Sequence[Path] | None = None, timeout_s: float = ANSWER_S, **fields: object
) -> Answer:
    """The daemon's answer to one command, without its "ok".

    Raises NotRunningError (69), NotAllowedError (77), or the error that the daemon answered with.
    """
    with connect(sockets, timeout_s) as line:
        send(line, command, fields)
        for answer in _answers(line):
            return answer
    raise NotRunningError("chimein went away before it answered")


def stream(command: str, *, sockets: Sequence[Path] | None = None, **fields: object) -> Iterator[Answer]:
    """The daemon's answers to one command as they come; ends when the daemon goes away. Errors as for `ask`."""
    with connect(sockets, ANSWER_S) as line:
        send(line, command, fields)
        line.settimeout(None)  # a quiet kitchen has nothing to report
        yield from _answers(line)


def converse(
    command: str,
    say: Callable[[Answer], Answer | None],
    *,
    sockets: Sequence[Path] | None = None,
    **fields: object,
) -> Generator[Answer, None, None]:
    """The daemon's answers as they come; `say(answer)` is what to say to each, None for nothing. Errors as for `ask`.

    Closing the iterator hangs up.
    """
    with connect(sockets, ANSWER_S) as line:
        send(line, command, fields)
        line.settimeout(ANSWER_S)
        for answer in _answers(line):
            words = say(answer)
            yield answer
            if words is not None:
                with contextlib.suppress(NotRunningError):  # gone: what it said last is still to be read
                    send(line, command, words)


def connect(sockets: Sequence[Path] | None, timeout_s: float) -> socket.socket:
    """The first daemon that answers. One that is there and refuses us counts more than one that is not there."""
    refused: OSError | None = None
    for path in control_sockets() if sockets is None else sockets:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(timeout_s)
        try:
            line.connect(str(path))
        except TimeoutError:
            line.close()
            raise deaf() from None
        except OSError as error:
            line.close()
            if error.errno in (errno.EACCES, errno.EPERM):
                refused = error
            elif error.errno == errno.EAGAIN:  # its queue of callers is full
                raise deaf() from error
            continue
        return line
    if refused is not None:
        raise NotAllowedError(_NOT_ALLOWED.format(user=os.environ.get("USER") or "$USER")) from refused
    raise NotRunningError(_NOT_RUNNING)


def send(line: socket.socket, command: str, fields: dict[str, object]) -> None:
    try:
        line.sendall(json.dumps({**fields, "command": command}).encode() + b"\n")
    except TimeoutError:
        raise deaf() from None
    except OSError as error:
        raise NotRunningError("chimein went away before it was asked") from error


def _answers(line: socket.socket) -> Iterator[Answer]:
    waiting = b""
    while True:
        try:
            block = line.recv(65536)
        except TimeoutError:
            raise deaf() from None
        except ConnectionError:
            return
        if not block:
            return
        waiting += block
        *complete, waiting = waiting.split(b"\n")
        for text in complete:
            yield read(text)
        if len(waiting) > _ANSWER_BYTES:
            raise ChimeinError("what answers on the control socket is not chimein")


def read(text: bytes) -> Answer:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChimeinError("what answers on the control socket is not chimein")
    if answer.pop("ok", False) is True:
        return answer
    error = _ERRORS.get(answer.get("exit_status", 1), ChimeinError)
    raise error(str(answer.get("error", "chimein refused without a reason")))


def deaf() -> ChimeinError:
    return ChimeinError("chimein is running and does not answer; see `journalctl -u chimein`")
