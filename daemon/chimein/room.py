"""What hears and what speaks in the room, and what keeps them apart. Made here, and wired to the daemon for app."""

from collections.abc import Callable

from chimein.core.changes import Part
from chimein.core.config import Config
from chimein.core.events import Event
from chimein.core.facts import EarReport
from chimein.core.gate import Gate
from chimein.edge.microphone import Microphone
from chimein.edge.plugs import plugged
from chimein.edge.speaker import Speaker
from chimein.flow.crossing import Latch
from chimein.flow.listen import Listener
from chimein.flow.outbox import Outbox
from chimein.flow.speak import Mouth


class Room:
    """The parts and the lines between them. Decides nothing."""

    def __init__(
        self,
        config: Config,
        outbox: Outbox,
        *,
        happened: Callable[[Event], None],
        report: Callable[[EarReport], None],
        latch: Latch,
    ) -> None:
        self._echo = config.echo
        self.mouth = Mouth(_speaker(config), happened=happened, plugged=plugged)
        self.listener = Listener(
            _microphone(config),
            Gate(config.gate),
            outbox,
            happened=happened,
            report=report,
            is_own_voice=self._is_own_voice,
            plugged=plugged,
            latch=latch,
        )

    def hands(self, new: Config) -> dict[Part, Callable[[], None]]:
        """What each part of the room does about a configuration that was read again."""
        self._echo = new.echo
        return {
            Part.MICROPHONE: lambda: self.listener.change(microphone=_microphone(new)),
            Part.SPEAKER: lambda: self.mouth.change(_speaker(new)),
            Part.VOLUME: lambda: self.mouth.set_volume(new.speaker.volume),
        }

    def _is_own_voice(self, captured_s: float) -> bool:
        return self._echo.mode == "half-duplex" and self.mouth.is_audible(captured_s)


def _microphone(config: Config) -> Microphone:
    return Microphone(config.microphone.device, config.microphone.channel)


def _speaker(config: Config) -> Speaker:
    return Speaker(config.speaker.device, config.speaker.volume)
