"""A script makes the rehearsal service behave in a set way, or misbehave on cue. YAML or JSON, one mapping:

    ears: real            # real: recognises speech; none: any stretch of sound is a line whose words are not known
    answers: judge        # judge (by the setup's instruction), always, never, or a list used line by line and over
                          # again, e.g. [silent, silent, answer]
    words: ["pizza"]      # what `ears: none` writes down, line by line and over again; "" for nothing
    voice: auto           # auto (the assistant's), flite:rms, espeak-ng:en-gb …, or tone (no program needed)
    reply: null           # a fixed text instead of an invented one
    reply_s: null         # a tone of this length instead of a voice (implies voice: tone)
    speed: 5              # audio is sent so many times faster than it plays; 0: all of it at once
    usage: turn           # turn: usageMetadata counts what is new; context: every turn re-bills all before it
    api_key: null         # the only key accepted; null accepts every key that does not start with "bad"
    faults: []            # what goes wrong, see below

A fault is a mapping: when it strikes (`on`, and optionally `nth`, `connection`, `after_s`) and what happens (`do`).

    on: connect           # the connection attempt, before the WebSocket handshake
        setup             # setup has arrived and setupComplete has not been sent
        ready             # setupComplete has been sent (the default)
        audio             # the nth audio message has arrived
        stream_end        # the nth audioStreamEnd has arrived
        line              # the nth line has been heard: the fault comes in place of the answer for silent_turn,
                          # empty_turn, tool_call, endless_reply, quiet_reply, say and swallow; before it for all others
        reply             # the first audio of the nth reply has been sent
        turn              # the nth turnComplete has been sent
        text              # the nth text has arrived
    nth: 1                # counted per connection; omitted: the first
    connection: 2         # only on the 2nd connection; omitted: on every connection
    times: 1              # strike so often in the whole life of the service; omitted: without limit
    after_s: 0.5          # wait so long first

    do: close             # code: 1011, reason: "…"
        drop              # cuts TCP without a goodbye
        hang              # no setupComplete ever (on: setup); afterwards: reads on and never answers again
        blackhole         # stops reading and writing, keeps TCP open
        refuse            # for_s: closes the listening socket for so long (and drops this connection)
        http              # status, headers, body: answers the handshake with them (on: connect only)
        slow              # every message from now on is delayed by delay_s
        go_away           # time_left: "5s", or null
        send              # message: {…} or a string, sent as it is
        malformed         # a frame that is not JSON
        unknown           # {"somethingNew": {…}}, which the service may invent tomorrow
        error             # {"error": {"code": code, "message": reason, "status": "INTERNAL"}}
        expire_handles    # handles issued so far are no longer good
        interrupt         # interrupted, as if someone had spoken
        silent_turn       # a turn without audio
        empty_turn        # a turn without audio and without transcription
        swallow           # nothing at all: the turn never ends
        say               # text: answers with it
        endless_reply     # a tone that never ends
        quiet_reply       # for_s: a reply 75 dB below full scale
        tool_call         # name, args: calls this function
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from chimein.core.errors import ConfigError

TRIGGERS: Final = ("connect", "setup", "ready", "audio", "stream_end", "line", "reply", "turn", "text")
INSTEAD: Final = ("silent_turn", "empty_turn", "swallow", "say", "endless_reply", "quiet_reply", "tool_call")
"""On a line these take the place of the answer."""
ACTIONS: Final = (
    *INSTEAD,
    "close",
    "drop",
    "hang",
    "blackhole",
    "refuse",
    "http",
    "slow",
    "go_away",
    "send",
    "malformed",
    "unknown",
    "error",
    "expire_handles",
    "interrupt",
)


@dataclass
class Fault:
    """One thing that goes wrong; `details` are the action's own keys."""

    do: str
    on: str = "ready"
    nth: int = 1
    connection: int | None = None
    times: int | None = None
    after_s: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def strikes(self, on: str, nth: int, connection: int) -> bool:
        """Whether it strikes now; counts it if so."""
        wanted = self.on == on and self.nth == nth and self.connection in (None, connection)
        if not wanted or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True


@dataclass
class Script:
    """How the service behaves; the defaults are the faithful service."""

    ears: str = "real"
    answers: str | list[str] = "judge"
    words: list[str] = field(default_factory=list)
    voice: str = "auto"
    reply: str | None = None
    reply_s: float | None = None
    speed: float = 5.0
    usage: str = "turn"
    api_key: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def strike(self, on: str, nth: int, connection: int) -> list[Fault]:
        """The faults that strike at this moment, in the script's order."""
        return [fault for fault in self.faults if fault.strikes(on, nth, connection)]


def load(path: Path) -> Script:
    """Reads a script. Raises ConfigError that names what is wrong."""
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as cause:
        why = getattr(cause, "strerror", None) or cause
        raise ConfigError(f"{path}: the script cannot be read: {why}") from cause
    try:
        return parse(raw or {})
    except ConfigError as cause:
        raise ConfigError(f"{path}: {cause}") from cause


def parse(raw: Any) -> Script:
    """A script from plain data. Raises ConfigError."""
    if not isinstance(raw, dict):
        raise ConfigError("a script is a mapping")
    settings = dict(raw)
    faults = settings.pop("faults", None) or []
    _only(settings, set(Script.__dataclass_fields__), "script")
    script = Script(**settings, faults=[_fault(item) for item in faults])
    _one_of(script.ears, ("real", "none"), "ears")
    _one_of(script.usage, ("turn", "context"), "usage")
    if isinstance(script.answers, str):
        _one_of(script.answers, ("judge", "always", "never"), "answers")
    else:
        for answer in script.answers:
            _one_of(answer, ("silent", "answer"), "answers")
    return script


def _fault(raw: Any) -> Fault:
    if not isinstance(raw, dict) or "do" not in raw:
        raise ConfigError(f"a fault is a mapping with `do`: {raw!r}")
    known = set(Fault.__dataclass_fields__) - {"details", "struck"}
    # YAML 1.1 reads a bare `on` as true; ruamel's 1.2 does not, JSON from elsewhere may.
    own = {("on" if key is True else str(key)): value for key, value in raw.items()}
    fault = Fault(
        **{key: value for key, value in own.items() if key in known},
        details={key: value for key, value in own.items() if key not in known},
    )
    _one_of(fault.on, TRIGGERS, "on")
    _one_of(fault.do, ACTIONS, "do")
    if fault.do == "http" and fault.on != "connect":
        raise ConfigError("`do: http` needs `on: connect`")
    return fault


def _only(given: dict[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise ConfigError(f"{where} knows no {', '.join(strange)}; it knows {', '.join(sorted(known))}")


def _one_of(value: Any, known: tuple[str, ...], where: str) -> None:
    if value not in known:
        raise ConfigError(f"{where}: {value!r} is none of {', '.join(known)}")
