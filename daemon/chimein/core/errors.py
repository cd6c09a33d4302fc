"""Every error of chimein, one tree.

A message says what is wrong and what to do next; `exit_status` is what a command ends with.
"""

from chimein.core.live.goodbye import Failure


class ChimeinError(Exception):
    """Something chimein can explain. Never shown with a traceback."""

    exit_status = 1


class UsageError(ChimeinError, ValueError):
    """The command line does not fit."""

    exit_status = 2


class NotRunningError(ChimeinError, ConnectionError):
    """No daemon answers on the control socket."""

    exit_status = 69


class NotAllowedError(ChimeinError, PermissionError):
    """Asked for something the hardware, the group or the configuration forbids."""

    exit_status = 77


class ConfigError(ChimeinError, ValueError):
    """The configuration cannot be used; the message lists every problem."""

    exit_status = 78


class MicrophoneError(ChimeinError, OSError):
    """The microphone cannot be opened, or stopped delivering."""


class MicrophoneShut(MicrophoneError):
    """The microphone was shut on purpose, by somebody who may."""


class CancellerError(ChimeinError, ImportError):
    """The echo canceller is missing or cannot be used."""


class SpeakerError(ChimeinError, OSError):
    """The speaker cannot be opened, or stopped playing."""


class PanelError(ChimeinError, OSError):
    """A pin is missing, busy or wrong; the message names it."""


class LinkError(ChimeinError, ConnectionError):
    """The Live service could not be reached or ended the connection; `failure` is what goodbye.judge wants."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.phase.value}: {failure.code or ''} {failure.reason}".strip())
        self.failure = failure
