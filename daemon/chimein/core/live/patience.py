"""How long the service asks not to be called, in its own words.

Google says it in a google.rpc.RetryInfo (`"retryDelay": "37s"`, AIP-193) beside the error, and in the error's sentence
("Please retry in 44.279s."), which is all that a close reason has room for.
"""

import re
from collections.abc import Iterator

_RETRY_INFO = re.compile(r"""retry_?delay\W{1,6}(?:seconds\W{1,3})?(\d{1,9}(?:\.\d{1,9})?)""", re.IGNORECASE)
_SENTENCE = re.compile(
    r"try(?: again)? (?:in|after) ((?:\d{1,9}(?:\.\d{1,9})?\s?[a-z]{1,7}[ ,]{0,2}){1,4})", re.IGNORECASE
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s?([a-z]+)", re.IGNORECASE)
_UNITS = {
    **dict.fromkeys(("ms", "millis"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
}


def asked_s(words: str) -> float | None:
    """Seconds until the service wants to be called again; None where it does not say."""
    if (told := _RETRY_INFO.search(words)) is not None:
        return float(told[1])
    if (told := _SENTENCE.search(words)) is not None:
        parts = list(_parts(told[1]))
        return sum(parts) if parts else None
    return None


def _parts(duration: str) -> Iterator[float]:
    """ "1h2m3.5s", "20 seconds": up to the first word that is no unit of time."""
    for number, unit in _PART.findall(duration):
        seconds = _UNITS.get(unit.lower())
        if seconds is None:
            return
        yield float(number) * seconds
