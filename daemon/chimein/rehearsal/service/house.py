"""What all connections of one rehearsal service share."""

import secrets
from dataclasses import dataclass, field

from chimein.rehearsal.mind.process import Mind
from chimein.rehearsal.service.context import Handles
from chimein.rehearsal.service.record import Record
from chimein.rehearsal.service.script import Script


@dataclass
class House:
    script: Script
    record: Record
    ears: Mind = field(default_factory=Mind)
    """Recognises. A process beside the one that judges, so that nobody waits for WordNet to be read."""
    wits: Mind = field(default_factory=Mind)
    handles: Handles = field(default_factory=Handles)
    refuse_until_s: float = 0.0
    """Monotonic time up to which the door is shut."""
    lines: int = 0
    """Lines heard since the start, for what the script lists line by line."""
    hearings: int = 0
    """Stretches of sound listened to since the start: what ties a `turn` of the record to its `heard`."""

    def secret(self) -> str:
        return secrets.token_hex(8)
