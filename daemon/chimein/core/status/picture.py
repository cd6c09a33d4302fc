"""One picture of the running daemon: what `chimein status --json` prints, key by key.

The daemon fills it in; picture_text.py turns it into words for people. What can be derived from the machines' states is
derived here, so that the lamp, the sentence and the flags cannot disagree. Keys are a promise: add, do not rename.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from chimein.core.machines.appliance import Appliance
from chimein.core.machines.events import Muter
from chimein.core.machines.states import Ear, Speaker
from chimein.core.status.why import LastTurn, lamp, why

Json = dict[str, object]


@dataclass(frozen=True)
class MicrophonePicture:
    device: str | None = None
    """As the system names it; None while nothing is heard from it, muted included."""
    channel: str | None = None
    """Which of its channels is heard, and why, in words; None where it has but one."""
    level_dbfs: float | None = None
    heard_s: float = 0.0
    """Seconds of sound since the daemon began to listen."""
    lost_s: float = 0.0
    """Seconds that the sound device or we were too slow for, by the clock."""
    losses: int = 0
    """How often that happened: overruns, and blocks that nobody fetched."""


@dataclass(frozen=True)
class SpeakerPicture:
    device: str | None = None
    volume: int | None = None
    """Percent."""
    queued_s: float = 0.0
    """Received and not heard yet."""
    dropped_s: float = 0.0
    """Received, and more than could wait."""
    underruns: int = 0
    """How often an answer ran dry before its end."""
    device_underruns: int = 0
    """How often the device ran out of sound because this machine was too slow for it."""


@dataclass(frozen=True)
class GatePicture:
    is_enabled: bool = True
    sensitivity: str | None = None
    """The one in force: a short budget lowers the configured one."""
    is_open: bool = False
    floor_dbfs: float | None = None
    threshold_dbfs: float | None = None


@dataclass(frozen=True)
class EchoPicture:
    mode: str | None = None
    """As configured."""
    way: str | None = None
    """What it comes to here: the same, or half-duplex."""
    trouble: str | None = None
    """Why it is not the same, in plain words."""


@dataclass(frozen=True)
class WindowPicture:
    """What of the conversation the service keeps, and so bills with every turn."""

    used_tokens: int | None = None
    """As its latest bill counted; None before the first."""
    compress_at_tokens: int | None = None
    """Where the oldest part is dropped; None where the service itself decides."""
    keep_tokens: int | None = None
    """How much is then kept."""
    turn_input_tokens: int = 0
    """Of the latest bill."""
    turn_output_tokens: int = 0
    turn_usd: float = 0.0


@dataclass(frozen=True)
class SessionPicture:
    service: str | None = None
    model: str | None = None
    connected_s: float | None = None
    """Age of the connection; None while there is none."""
    resumed: bool = False
    """The connection went on with the conversation before it."""
    reconnects: int = 0
    last_goodbye: str | None = None
    """Why the connection before this one ended, in plain words."""
    oddities: int = 0
    """Messages of the service that nobody understood, and other surprises, survived since the start."""
    attempts: int = 0
    """To reach the service, since the start."""
    without: Collection[str] = ()
    """Parts of the set-up that the service refuses for this model, and that are left out."""
    window: WindowPicture = field(default_factory=WindowPicture)


@dataclass(frozen=True)
class UplinkPicture:
    """What left the house since the daemon started."""

    sent_bytes: int = 0
    """PCM bytes."""
    audio_s: float = 0.0
    dropped_s: float = 0.0
    """Too old to be sent when the connection came back."""
    waiting_s: float = 0.0
    since_mute_bytes: int = 0
    """Sent since the latest mute, while it lasts: 0, or something is badly wrong."""


@dataclass(frozen=True)
class UsagePicture:
    """The day so far."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    """What the service has said so far."""
    due_usd: float = 0.0
    """With what it has not billed yet: what the budget counts."""
    daily_usd: float | None = None
    """The budget; None for no limit."""
    doubt: str | None = None
    """The service's count is far off from our own seconds."""


@dataclass(frozen=True)
class Picture:
    state: Appliance
    version: str
    microphone: MicrophonePicture = field(default_factory=MicrophonePicture)
    speaker: SpeakerPicture = field(default_factory=SpeakerPicture)
    gate: GatePicture = field(default_factory=GatePicture)
    echo: EchoPicture = field(default_factory=EchoPicture)
    session: SessionPicture = field(default_factory=SessionPicture)
    uplink: UplinkPicture = field(default_factory=UplinkPicture)
    usage_today: UsagePicture = field(default_factory=UsagePicture)
    timers: Sequence[Json] = ()
    """As timer_words.as_json has them, the next one first."""
    missed: str = ""
    """A sentence about those that nobody heard."""
    last_turn: LastTurn | None = None
    last_error: str | None = None
    """In plain words."""
    up_s: float = 0.0
    """How long the daemon has been running."""
    has_button: bool = True

    @property
    def is_muted(self) -> bool:
        """Nothing can hear: somebody wants it so, nothing has been opened yet, or the microphone's own mute is on."""
        return self.state.is_muted

    @property
    def why(self) -> str:
        return why(
            self.state,
            last_turn=self.last_turn,
            echo_trouble=self.echo.trouble or "",
            missed=self.missed,
            has_button=self.has_button,
        )

    def to_json(self) -> Json:
        """What status --json prints; plain JSON types only, and no number that JSON does not know."""
        now = self.state
        light = lamp(now)
        return {
            "life": now.life.value,
            "link": now.link.value,
            "ear": now.ear.value,
            "file": now.file.value,
            "voice": now.voice.value,
            "bell": now.bell.value,
            "muted": self.is_muted,
            "muted_by": self._muted_by(),
            "microphone": self._microphone(),
            "speaker": {
                "device": self.speaker.device,
                "alive": now.speaker is Speaker.WELL,
                "volume": self.speaker.volume,
                "queued_s": _number(self.speaker.queued_s, 2),
                "dropped_s": _number(self.speaker.dropped_s, 2),
                "underruns": self.speaker.underruns,
                "device_underruns": self.speaker.device_underruns,
            },
            "gate": {
                "enabled": self.gate.is_enabled,
                "sensitivity": self.gate.sensitivity,
                "open": self.gate.is_open,
                "floor_dbfs": _number(self.gate.floor_dbfs, 1),
                "threshold_dbfs": _number(self.gate.threshold_dbfs, 1),
            },
            "echo": {"mode": self.echo.mode, "way": self.echo.way, "trouble": self.echo.trouble},
            "session": self._session(),
            "uplink": self._uplink(),
            "usage": {
                "today": {
                    "input_tokens": self.usage_today.input_tokens,
                    "output_tokens": self.usage_today.output_tokens,
                    "usd": _number(self.usage_today.usd, 6),
                    "due_usd": _number(self.usage_today.due_usd, 6),
                    "doubt": self.usage_today.doubt,
                },
                "daily_usd": self.usage_today.daily_usd,
                "budget": now.purse.value,
            },
            "timers": list(self.timers),
            "hours": now.hours.value,
            "lamp": {"name": light.name, "meaning": light.meaning},
            "why": self.why,
            "last_turn": self.last_turn.value if self.last_turn else None,
            "last_error": self.last_error,
            "up_s": _number(self.up_s, 1),
            "version": self.version,
        }

    def _muted_by(self) -> list[str]:
        muters = set(self.state.mutes)
        if self.state.ear is Ear.ARRAY_MUTED or Muter.ARRAY in muters:
            muters = muters - {Muter.ARRAY} | {Muter.HARDWARE}
        return sorted(muter.value for muter in muters)

    def _microphone(self) -> Json:
        return {
            "device": self.microphone.device,
            "channel": self.microphone.channel,
            "alive": self.state.ear in (Ear.QUIET, Ear.HEARING),
            "level_dbfs": _number(self.microphone.level_dbfs, 1),
            "heard_s": _number(self.microphone.heard_s, 2),
            "lost_s": _number(self.microphone.lost_s, 3),
            "losses": self.microphone.losses,
        }

    def _session(self) -> Json:
        window = self.session.window
        return {
            "service": self.session.service,
            "model": self.session.model,
            "connected_s": _number(self.session.connected_s, 1),
            "resumed": self.session.resumed,
            "reconnects": self.session.reconnects,
            "last_goodbye": self.session.last_goodbye,
            "oddities": self.session.oddities,
            "attempts": self.session.attempts,
            "without": sorted(self.session.without),
            "window": {
                "used_tokens": window.used_tokens,
                "compress_at_tokens": window.compress_at_tokens,
                "keep_tokens": window.keep_tokens,
            },
            "turn": {
                "input_tokens": window.turn_input_tokens,
                "output_tokens": window.turn_output_tokens,
                "usd": _number(window.turn_usd, 6),
            },
        }

    def _uplink(self) -> Json:
        return {
            "bytes": self.uplink.sent_bytes,
            "audio_s": _number(self.uplink.audio_s, 2),
            "dropped_s": _number(self.uplink.dropped_s, 2),
            "waiting_s": _number(self.uplink.waiting_s, 2),
            "since_mute_bytes": self.uplink.since_mute_bytes,
        }


def _number(value: float | None, digits: int) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value, digits)
