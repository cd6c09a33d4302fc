"""What goes wrong in a soak: one fault and one end for every connection, all of it out of one seed."""

from random import Random
from typing import Any

Fault = dict[str, Any]

CONNECTION_S = (15.0, 60.0)
"""Connections live between a sixth and a fortieth of their ten minutes."""

ENDS: tuple[Fault, ...] = (
    {"do": "go_away", "time_left": "10s"},
    {"do": "go_away", "time_left": "2s"},
    {"do": "go_away", "time_left": None},
    {"do": "drop"},
    {"do": "close", "code": 1000, "reason": ""},
    {"do": "close", "code": 1008, "reason": "The operation was aborted."},
    {"do": "close", "code": 1011, "reason": "Deadline expired before operation could complete."},
    {"do": "close", "code": 1012, "reason": "Service restart."},
)
"""A goAway that nobody obeys is followed by a cut, as with the real service: see `plan`."""

OUTAGES: tuple[Fault, ...] = (
    {"on": "ready", "do": "refuse", "for_s": 3.0},
    {"on": "ready", "do": "refuse", "for_s": 10.0},
    {"on": "connect", "do": "http", "status": 503},
    {"on": "connect", "do": "http", "status": 500},
    {"on": "connect", "do": "drop"},
    {"on": "connect", "do": "hang"},
    {"on": "setup", "do": "hang"},
    {"on": "setup", "do": "drop"},
    {"on": "setup", "do": "close", "code": 1011, "reason": "Internal error encountered."},
    {"on": "setup", "do": "close", "code": 1013, "reason": "Try again later."},
)
"""Of these a connection dies before anybody has talked over it: the next one has a life of its own."""

NUISANCES: tuple[Fault, ...] = (
    {"on": "audio", "do": "malformed"},
    {"on": "audio", "do": "unknown"},
    {"on": "audio", "do": "error", "code": 500, "reason": "Internal error encountered."},
    {"on": "audio", "do": "send", "message": {"goAway": {"timeLeft": {"seconds": 5}}}},
    {"on": "audio", "do": "send", "message": {"serverContent": {"turnComplete": "perhaps"}}},
    {"on": "audio", "do": "send", "message": {"serverContent": {"modelTurn": {"parts": None}}}},
    {"on": "audio", "do": "interrupt"},
    {"on": "audio", "do": "slow", "delay_s": 1.0},
    {"on": "audio", "do": "expire_handles"},
    {"on": "line", "do": "silent_turn"},
    {"on": "line", "do": "empty_turn"},
    {"on": "line", "do": "swallow"},
    {"on": "line", "do": "quiet_reply", "for_s": 3.0},
    {"on": "line", "do": "endless_reply"},
    {"on": "line", "do": "tool_call", "name": "nobody_declared_this", "args": {}},
    {"on": "audio", "do": "hang"},
    {"on": "audio", "do": "blackhole"},
)
"""These a connection has to live with, or to notice that it cannot."""


FIRST: tuple[Fault, ...] = (
    {"on": "line", "do": "endless_reply", "nth": 1},
    {"on": "ready", "do": "drop", "after_s": 100.0},
)
"""What the first connection is for: the longest answer that the daemon keeps is kept before anybody measures memory."""


def name(fault: Fault) -> str:
    """As the table calls it."""
    particulars = (str(fault[key]) for key in ("code", "status", "for_s", "time_left") if fault.get(key) is not None)
    return " ".join([fault.get("on", "ready"), fault["do"], *particulars])


def plan(seed: int, hours: float) -> list[Fault]:
    """Faults in the rehearsal service's own words, enough for so many hours."""
    chance = Random(seed)
    faults = [{**fault, "connection": 1} for fault in FIRST]
    for number in range(2, int(hours * 3600 / CONNECTION_S[0]) + 20):
        here = {"connection": number}
        if chance.random() < 0.3:
            faults.append({**chance.choice(OUTAGES), **here})
            continue
        lives_s = chance.uniform(*CONNECTION_S)
        end = chance.choice(ENDS)
        faults.append({"on": "ready", "after_s": lives_s, **end, **here})
        if end["do"] == "go_away":
            faults.append({"on": "ready", "after_s": lives_s + 30.0, "do": "drop", **here})
        if chance.random() < 0.7:
            nuisance = chance.choice(NUISANCES)
            nth = chance.randint(1, 60) if nuisance["on"] == "audio" else 1
            faults.append({**nuisance, "nth": nth, **here})
    return faults
