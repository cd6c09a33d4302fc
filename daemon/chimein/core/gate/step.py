"""What a gate is told and what it answers."""

from dataclasses import dataclass
from typing import Literal, Protocol

Sensitivity = Literal["low", "normal", "high"]


class GateSettings(Protocol):
    """The gate's section of the configuration."""

    @property
    def enabled(self) -> bool:
        """False: everything goes up, except what a microphone muted in hardware delivers."""

    @property
    def sensitivity(self) -> Sensitivity:
        """How faint a voice may be; the higher, the more of a kitchen's noise goes up as well."""

    @property
    def preroll_ms(self) -> int:
        """How much of the sound before an opening goes up; the gate's decision takes about 0.3 s."""

    @property
    def hangover_ms(self) -> int:
        """How long the gate stays open after the last sign of speech."""


@dataclass(frozen=True)
class Opened:
    """From here on sound goes up."""

    frame: int
    """The first 20 ms frame that goes up, counted from 0 at the gate's start or last wipe; pre-roll included."""


@dataclass(frozen=True)
class Forward:
    """Sound to send, which follows the last sent without a gap unless Opened stands between."""

    pcm: bytes
    """One to five whole 20 ms frames: 20 to 100 ms of 16 kHz mono PCM16."""


@dataclass(frozen=True)
class Closed:
    """No more sound until the next Opened: what the service calls the end of the audio stream."""

    frame: int
    """The frame after the last that went up, counted as in Opened."""


Item = Opened | Forward | Closed


@dataclass(frozen=True)
class GateStep:
    """What to do with a push, and what to show of it. Levels are of 150 Hz to 7 kHz and of the last whole 100 ms."""

    items: tuple[Item, ...]
    """In the order in which they are to be done; one push may both close and open."""
    is_open: bool
    hardware_muted: bool
    """The microphone has been delivering exact zeros for half a second or more."""
    level_dbfs: float
    floor_dbfs: float
    """The steady noise of the room, as the gate has learned it."""
    threshold_dbfs: float
    """About where a clear voice is loud enough to open the gate; noise as loud is not, and need not be."""
