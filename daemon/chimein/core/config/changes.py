"""Which parts of the house a new configuration touches. Everything else goes on as if nothing had happened."""

from enum import Enum, auto

from chimein.core.config.config import Config


class Part(Enum):
    """What has to be told, or made anew."""

    SERVICE = auto()
    """Another set-up of the session: the conversation goes on with it over a new connection."""
    GATE = auto()
    MICROPHONE = auto()
    SPEAKER = auto()
    VOLUME = auto()
    RESTART = auto()
    """Pins and buffers are taken at the start and at no other time."""


def changed_parts(old: Config, new: Config) -> frozenset[Part]:
    """The parts for which `old` and `new` differ."""
    differs = {
        Part.SERVICE: _set_up(old) != _set_up(new),
        Part.GATE: old.gate != new.gate,
        Part.MICROPHONE: (old.microphone, old.echo) != (new.microphone, new.echo),
        Part.SPEAKER: (old.speaker.device, old.echo) != (new.speaker.device, new.echo),
        Part.VOLUME: old.speaker.volume != new.speaker.volume,
        Part.RESTART: old.panel != new.panel or old.session.buffer_s != new.session.buffer_s,
    }
    return frozenset(part for part, is_different in differs.items() if is_different)


def _set_up(config: Config) -> tuple[object, ...]:
    """What the service is told."""
    session = config.session
    return (
        config.assistant,
        config.live,
        config.tools,
        session.resume,
        session.compress_at_tokens,
        session.keep_tokens,
    )
