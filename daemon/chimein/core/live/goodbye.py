"""What to make of a connection that failed: from the close code *and* the reason, before or after the set-up.

The Live API says most things of substance as WebSocket close codes with a sentence (a bad key is 1007 "API key not
valid", an unknown model 1008 "… is not found"), and the same code means different things before and after
setupComplete. The rows were gathered from reports of 2025 and 2026; they are read from the top, and the first that fits
decides. What no row fits is worth another attempt: an appliance that gives up is a brick.
"""

import re
from dataclasses import dataclass
from enum import Enum

from chimein.core.secret import masked


class Phase(Enum):
    """How far the connection had come."""

    REACHING = "reaching"
    """No socket yet: name, route, TLS, HTTP."""
    SETUP = "setup"
    """Socket open, setupComplete not seen."""
    TALKING = "talking"


class Remedy(Enum):
    """What the next attempt needs."""

    KNOCK = "knock"
    """Nobody could be reached: knock every second or so. It costs a packet, and the person waits for the moment."""
    SOON = "soon"
    """Try again, with back-off from a second on."""
    SLOWLY = "slowly"
    """Try again, a minute apart at least: quota."""
    WITHOUT_HANDLE = "without handle"
    """Try again at once, as a new conversation."""
    WITHOUT_FEATURE = "without feature"
    """Try again at once, leaving out the part of the set-up that was named: better without it than not at all."""
    OWNER = "owner"
    """Only the owner can mend it: try every few minutes and when the configuration changes."""


@dataclass(frozen=True)
class Failure:
    """One failed or ended connection, in the service's words."""

    phase: Phase
    code: int | None
    """WebSocket close code or HTTP status; None where there was neither."""
    reason: str
    resuming: bool = False
    """The attempt named a resumption handle."""
    is_hang: bool = False
    """Nothing came in the time that was given."""
    retry_after_s: float | None = None
    """The service asks not to be called for so long."""


@dataclass(frozen=True)
class Verdict:
    remedy: Remedy
    cause: str
    """One plain sentence for status, why and the journal."""
    feature: str | None = None
    """What to leave out, for WITHOUT_FEATURE: a value of FEATURES."""


FEATURES = {
    "proactivity": "proactivity",
    "speechconfig": "speech_config",
    "inputaudiotranscription": "input_audio_transcription",
    "outputaudiotranscription": "output_audio_transcription",
    "contextwindowcompression": "context_window_compression",
    "sessionresumption": "session_resumption",
    "thinkingconfig": "thinking_config",
    "behavior": "behavior",
    "blocking": "behavior",
    "functiondeclarations": "tools",
    "tools": "tools",
}
"""Parts of the set-up that can be left out: what the service may call them, without case and underscores, and the
SDK's name for them."""


@dataclass(frozen=True)
class _Row:
    phases: frozenset[Phase]
    codes: frozenset[int] | None
    pattern: str
    remedy: Remedy
    cause: str
    is_only_for_the_new: bool = False
    """Says nothing against a configuration that has worked: then the service errs, or what stands before it."""


_ANY = frozenset(Phase)
_EARLY = frozenset({Phase.REACHING, Phase.SETUP})
_REACHING = frozenset({Phase.REACHING})

NO_KEY = "no API key"
"""The reason of a failure for want of one: our own words, before anybody was called."""


_ROWS = (
    _Row(_ANY, None, rf"^{NO_KEY}$", Remedy.OWNER,
         "there is no API key yet: give it one with `sudo chimein set-key`, or in GOOGLE_API_KEY"),
    _Row(_ANY, None, rf"^{NO_KEY}", Remedy.OWNER,
         "the API key cannot be used: set it anew with `sudo chimein set-key`"),
    _Row(_ANY, None, r"api[ _]key (not valid|expired|invalid)|invalid api key|API_KEY_INVALID|unregistered caller",
         Remedy.OWNER, "the service does not accept the API key: set a new one with `sudo chimein set-key`"),
    _Row(_ANY, None, r"exceeded your (current )?quota|quota exceeded",  # "…, please check … billing details"
         Remedy.SLOWLY, "the quota of this key is used up for now"),
    _Row(_ANY, None, r"permission[_ ]denied|PERMISSION_DENIED|has been (denied|suspended)|billing",
         Remedy.OWNER, "the service does not allow this key or project: look at its billing and permissions"),
    _Row(_ANY, None, r"default credentials|invalid_grant", Remedy.OWNER,  # the words of google-auth
         "Vertex AI's credentials are missing or no longer good: look at reference.md, Vertex AI", True),
    _Row(_ANY, frozenset({401}), "", Remedy.OWNER,
         "the service does not accept the key or credentials: set a new key with `sudo chimein set-key`", True),
    _Row(_ANY, frozenset({403}), "", Remedy.OWNER,
         "the service does not allow this key or project: look at its billing and permissions", True),
    _Row(_ANY, None, r"quota|RESOURCE_EXHAUSTED|rate limit|too many requests",
         Remedy.SLOWLY, "the quota of this key is used up for now"),
    _Row(_ANY, frozenset({429}), "", Remedy.SLOWLY, "the quota of this key is used up for now"),
    _Row(_EARLY, None, r"handle|resum|session (was )?(not found|expired)", Remedy.WITHOUT_HANDLE,
         "the service no longer knows the old conversation"),
    _Row(_EARLY, None, r"model.{0,160}(not found|was not found|not supported)|not found for API version",
         Remedy.OWNER, "the service does not know this model: look at live.model"),
    _Row(_REACHING, frozenset({404}), "", Remedy.OWNER,
         "the service does not know this address or model: look at live.model", True),
    _Row(frozenset({Phase.SETUP}), frozenset({1007}), "", Remedy.OWNER,
         "the service refuses the set-up: look at `live` and `assistant` in the configuration", True),
)  # fmt: skip


def judge(failure: Failure, *, has_worked: bool = False) -> Verdict:
    """What a failure means and what to do next. `has_worked`: with this very configuration there was a connection."""
    feature = _refused_feature(failure)
    if feature is not None:
        return Verdict(
            Remedy.WITHOUT_FEATURE, f"the service refuses {feature} for this model; going on without", feature
        )
    for row in _ROWS:
        if failure.phase not in row.phases or (row.codes is not None and failure.code not in row.codes):
            continue
        if row.remedy is Remedy.WITHOUT_HANDLE and not failure.resuming:
            continue
        if row.is_only_for_the_new and (has_worked or (failure.resuming and failure.phase is Phase.SETUP)):
            continue
        if row.pattern and not re.search(row.pattern, failure.reason, re.IGNORECASE):
            continue
        return Verdict(row.remedy, _with_words(row.cause + _asked(row.remedy, failure), failure))
    if failure.phase is Phase.REACHING:
        return Verdict(
            Remedy.KNOCK if failure.code is None else Remedy.SOON, _with_words("the service cannot be reached", failure)
        )
    what = "the service ended the connection" if failure.code is not None else "the connection was given up"
    return Verdict(Remedy.SOON, _with_words(what, failure))


def _refused_feature(failure: Failure) -> str | None:
    """The part of the set-up that a refusal names: `Unknown name "proactivity" at 'setup': Cannot find field.`"""
    if failure.phase is not Phase.SETUP or failure.code != 1007:
        return None
    words = re.findall(r"[A-Za-z_]+", failure.reason)
    found = [FEATURES[name] for word in words if (name := word.replace("_", "").lower()) in FEATURES]
    return found[0] if found else None


def _asked(remedy: Remedy, failure: Failure) -> str:
    if remedy is not Remedy.SLOWLY or failure.retry_after_s is None:
        return ""
    return f", and the service asks for {failure.retry_after_s:.0f} s of patience"


def _with_words(cause: str, failure: Failure) -> str:
    if failure.reason == NO_KEY:
        return cause
    # Somebody else's words: a proxy may quote the request, and nobody promises that they can be printed.
    words = masked("".join(letter if letter.isprintable() else " " for letter in failure.reason).strip()[:200])
    if failure.code is None:
        return f"{cause} ({words})" if words else cause
    return f"{cause} ({failure.code}: {words})" if words else f"{cause} ({failure.code})"
