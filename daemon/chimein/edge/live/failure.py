"""What a foreign error stands for, in goodbye's words. Pure translation; the connection is gemini.py's."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import websockets
from google.auth.exceptions import GoogleAuthError, TransportError
from google.genai import errors

from chimein.core.live.goodbye import Failure, Phase
from chimein.core.live.patience import asked_s

_MOST_DIGITS = 9
"""Of a number of seconds: thirty years."""


def failure_of(error: Exception, phase: Phase, resuming: bool = False) -> Failure:
    """The failure that a foreign error stands for."""
    return replace(_failure_of(error, phase, resuming), retry_after_s=_retry_after_s(error))


def _failure_of(error: Exception, phase: Phase, resuming: bool) -> Failure:
    if isinstance(error, errors.APIError):
        return Failure(phase, error.code, _reason(error), resuming)
    if isinstance(error, websockets.InvalidStatus):
        return Failure(Phase.REACHING, error.response.status_code, _http_reason(error), resuming)
    if isinstance(error, websockets.ConnectionClosed):
        close = error.rcvd or error.sent
        if close is None:
            return Failure(phase, 1006, "the connection broke", resuming)
        return Failure(phase, close.code, close.reason, resuming)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Phase.REACHING, None, f"TLS certificate: {error.verify_message} (is the clock right?)", resuming)
    if isinstance(error, GoogleAuthError):
        code = None if isinstance(error, TransportError) else 401
        return Failure(Phase.REACHING, code, str(error)[:200], resuming)
    if isinstance(error, OSError | websockets.WebSocketException):
        reached = Phase.REACHING if phase is Phase.SETUP else phase
        return Failure(reached, None, str(error) or type(error).__name__, resuming)
    return Failure(phase, None, f"{type(error).__name__}: {error}"[:200], resuming)


def _reason(error: errors.APIError) -> str:
    """The service's own sentence: the SDK puts it into `str(error)` as "1007 None. sentence"."""
    if error.code == 1006:
        return "the connection broke"
    closed = error.__context__
    if isinstance(closed, websockets.ConnectionClosed) and closed.rcvd is not None:
        return closed.rcvd.reason
    return str(error.message or error).removeprefix(f"{error.code} None.").strip()


def _retry_after_s(error: Exception) -> float | None:
    """How long the service asks not to be called: in a header (RFC 9110, 10.2.3), or in its error's words."""
    if isinstance(error, websockets.InvalidStatus):
        headers = error.response.headers
        told = next(iter(headers.get_all("Retry-After")), None)
        asked = _header_s(told, next(iter(headers.get_all("Date")), None)) if told is not None else None
        return asked if asked is not None else asked_s(bytes(error.response.body or b"").decode("utf-8", "replace"))
    if isinstance(error, errors.APIError):
        asked = asked_s(_reason(error))
        return asked if asked is not None else asked_s(str(error))  # its details are in there, as the SDK has read them
    if isinstance(error, websockets.ConnectionClosed):
        close = error.rcvd or error.sent
        return asked_s(close.reason) if close is not None else None
    return None


def _header_s(told: str, now: str | None) -> float | None:
    """Seconds, or a date: counted from the sender's own clock, for ours may be wrong."""
    if told.strip().isascii() and told.strip().isdecimal():
        return float(told.strip()[:_MOST_DIGITS])
    try:
        until = parsedate_to_datetime(told)
        since = parsedate_to_datetime(now) if now else datetime.now(UTC)
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone and one with it
        return None


def _http_reason(error: websockets.InvalidStatus) -> str:
    """What the answer says. A web page is for eyes: of one only what the status means."""
    words = bytes(error.response.body or b"").decode("utf-8", "replace").strip()[:200]
    return error.response.reason_phrase if not words or words.startswith("<") else words
