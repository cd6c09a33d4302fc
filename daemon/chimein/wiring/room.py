"""What hears and what speaks in the room, and what keeps them apart. Made here, and wired to the daemon for app."""

import logging
from collections.abc import Callable, Mapping

from chimein.core.config import Config
from chimein.core.config.changes import Part
from chimein.core.doctor.sound import Measured
from chimein.core.errors import MicrophoneShut, NotAllowedError
from chimein.core.gate import Gate
from chimein.core.live.facts import EarReport
from chimein.core.machines.events import Event
from chimein.core.sound.echo import Echo, echo_way
from chimein.edge.extras import CANCELLER, how_to_install, is_installed
from chimein.edge.sound.microphone import EchoWay, Microphone
from chimein.edge.sound.plugs import plugged
from chimein.edge.sound.probe import Probe
from chimein.edge.sound.speaker import Speaker
from chimein.edge.sound.vad import second_stage
from chimein.flow.crossing import Latch
from chimein.flow.live.outbox import Outbox
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth

_log = logging.getLogger(__name__)


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
        self._config = config
        self._use_echo(config)
        self._microphone = self._new_microphone(config)
        self.mouth = Mouth(self._new_speaker(config), happened=happened, plugged=plugged)
        self.listener = Listener(
            self._microphone,
            Gate(config.gate, second_stage(config.gate)),
            outbox,
            happened=happened,
            report=report,
            is_own_voice=self._is_own_voice,
            plugged=plugged,
            latch=latch,
            talk_across=self._talked_across,
        )

    def hands(self, new: Config) -> dict[Part, Callable[[], None]]:
        """What each part of the room does about a configuration that was read again."""
        if new.echo != self._config.echo:  # else what is known of the canceller stays known
            self._use_echo(new)
        self._config = new
        return {
            Part.MICROPHONE: lambda: self._change_microphone(new),
            Part.SPEAKER: lambda: self.mouth.change(self._new_speaker(new)),
            Part.VOLUME: lambda: self.mouth.set_volume(new.speaker.volume),
        }

    async def examine(self, chirps: int) -> Measured:
        """The doctor has the microphone for some seconds, unless it is muted. Raises NotAllowedError, ChimeinError."""
        if not self.listener.may_hear:
            raise NotAllowedError("muted: not even the doctor may hear")
        config = self._config
        microphone, speaker = config.microphone, config.speaker
        probe = Probe(microphone.device, microphone.channel, speaker.device, self.mouth.volume, chirps=chirps)
        self.listener.change(microphone=probe, cause="`chimein doctor` has the microphone, for some seconds")
        try:
            return await probe.result()
        except MicrophoneShut:
            raise NotAllowedError("muted meanwhile: not even the doctor may hear") from None
        finally:
            self.listener.change(microphone=self._microphone)

    def _use_echo(self, config: Config) -> None:
        self._is_said = False
        self._way = echo_way(config.echo.mode, has_canceller=is_installed(CANCELLER))
        if self._way is Echo.DEAF and config.echo.mode == "webrtc":
            self._cannot_cancel("the package livekit is not installed")

    def _cannot_cancel(self, why: str) -> None:
        """Said once: the child that finds out that the package is broken finds out at each opening."""
        level = logging.DEBUG if self._is_said else logging.WARNING
        self._way, self._is_said = Echo.DEAF, True
        how = how_to_install("echo", CANCELLER)
        _log.log(level, "echo.mode: webrtc needs %s and a restart; half-duplex until then: %s", how, why)

    def _change_microphone(self, config: Config) -> None:
        self._microphone = self._new_microphone(config)
        self.listener.change(microphone=self._microphone)

    def _new_microphone(self, config: Config) -> Microphone:
        microphone, way = config.microphone, _CHILDREN[self._way]
        return Microphone(microphone.device, microphone.channel, echo=way, cannot_cancel=self._cannot_cancel)

    def _new_speaker(self, config: Config) -> Speaker:
        is_told = _CHILDREN[self._way] != "plain"
        tell_played = (lambda reference: self._microphone.tell_played(reference)) if is_told else None
        return Speaker(config.speaker.device, config.speaker.volume, tell_played=tell_played)

    def _is_own_voice(self, captured_s: float) -> bool:
        return self._way is Echo.DEAF and self.mouth.is_audible(captured_s)

    def _talked_across(self, seconds: float, is_talk: bool) -> None:
        if self._way in (Echo.FOLLOW, Echo.CANCEL):
            self.mouth.talked_across(seconds, is_talk)


_CHILDREN: Mapping[Echo, EchoWay] = {
    Echo.DEAF: "plain",
    Echo.FOLLOW: "follow",
    Echo.CANCEL: "cancel",
    Echo.NOTHING: "plain",
}
