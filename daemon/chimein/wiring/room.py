"""What hears and what speaks in the room, and what keeps them apart. Made here, and wired to the daemon for app."""

from collections.abc import Callable, Mapping

from chimein.core.config import Config
from chimein.core.config.changes import Part
from chimein.core.doctor.sound import Measured
from chimein.core.errors import MicrophoneShut, NotAllowedError
from chimein.core.gate import Gate
from chimein.core.live.facts import EarReport
from chimein.core.machines.events import Event, SoundCame, SoundStopped, SpeakerCame
from chimein.core.sound.echo import Echo
from chimein.core.sound.heard import Heard
from chimein.edge.sound.microphone import EchoWay, Microphone
from chimein.edge.sound.plugs import plugged
from chimein.edge.sound.probe import Probe
from chimein.edge.sound.speaker import Speaker
from chimein.edge.sound.vad import second_stage
from chimein.flow.crossing import Latch
from chimein.flow.live.outbox import Outbox
from chimein.flow.sound.listen import Listener
from chimein.flow.sound.speak import Mouth
from chimein.wiring.echo import EchoControl


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
        self._tell = happened
        self.echo = EchoControl(config.echo)
        self._microphone = self._new_microphone(config)
        self.mouth = Mouth(self._new_speaker(config, config.speaker.volume), happened=self._happened, plugged=plugged)
        self.listener = Listener(
            self._microphone,
            Gate(config.gate, second_stage(config.gate)),
            outbox,
            happened=self._happened,
            report=report,
            is_own_voice=self._is_own_voice,
            plugged=plugged,
            latch=latch,
            talk_across=self._talked_across,
        )

    def hands(self, new: Config) -> dict[Part, Callable[[], None]]:
        """What each part of the room does about a configuration that was read again."""
        if new.echo != self._config.echo:  # else what is known of the canceller stays known
            self.echo.use(new.echo)
        self._config = new
        return {
            Part.MICROPHONE: lambda: self._change_microphone(new),
            Part.SPEAKER: lambda: self.mouth.change(self._new_speaker(new, self.mouth.volume)),
        }

    @property
    def ear_pid(self) -> int | None:
        """The process that hears, None when there is none."""
        return self._microphone.child_pid

    @property
    def heard(self) -> Heard | None:
        """Which channel of the microphone, as the process that hears has said last."""
        return self._microphone.heard

    async def examine(self, chirps: int) -> Measured:
        """The doctor has the microphone for some seconds, unless it is muted. Raises NotAllowedError, ChimeinError."""
        if not self.listener.may_hear:
            raise NotAllowedError("muted: not even the doctor may hear")
        config = self._config
        microphone, speaker = config.microphone, config.speaker
        volume, before = self.mouth.volume, self._microphone.heard
        probe = Probe(microphone.device, microphone.channel, speaker.device, volume, chirps=chirps, before=before)
        self.listener.change(microphone=probe, cause="`chimein doctor` has the microphone, for some seconds")
        try:
            measured = await probe.result()
            if self._is_told:
                self.echo.measured(measured.microphone, measured.speaker, measured.delay_ms)
            return measured
        except MicrophoneShut:
            raise NotAllowedError("muted meanwhile: not even the doctor may hear") from None
        finally:
            self.listener.change(microphone=self._microphone, cause="`chimein doctor` has given it back")

    def _happened(self, event: Event) -> None:
        """Whoever begins to hear or to speak may have met the other before."""
        if isinstance(event, SoundStopped):
            self.echo.parted()
        elif isinstance(event, SoundCame | SpeakerCame) and self._is_told:
            if isinstance(event, SoundCame):
                self.echo.parted()
            self.echo.met(self.listener.device, self.mouth.device, expect=self._microphone.expect_late)
        self._tell(event)

    @property
    def _is_told(self) -> bool:
        """The hearing child is told what is played."""
        return _CHILDREN[self.echo.way] != "plain"

    def _change_microphone(self, config: Config) -> None:
        self._microphone = self._new_microphone(config)
        self.listener.change(microphone=self._microphone)

    def _new_microphone(self, config: Config) -> Microphone:
        return Microphone(
            config.microphone.device,
            config.microphone.channel,
            echo=_CHILDREN[self.echo.way],
            cannot_cancel=self.echo.cannot_cancel,
            found_late=self.echo.found_late,
        )

    def _new_speaker(self, config: Config, volume: int) -> Speaker:
        tell_played = (lambda reference: self._microphone.tell_played(reference)) if self._is_told else None
        return Speaker(config.speaker.device, volume, tell_played=tell_played)

    def _is_own_voice(self, captured_s: float) -> bool:
        is_audible = self.mouth.is_audible(captured_s)
        self._microphone.tell_audible(is_audible)
        return self.echo.way is Echo.DEAF and is_audible

    def _talked_across(self, seconds: float, is_talk: bool) -> None:
        if self.echo.way in (Echo.FOLLOW, Echo.CANCEL):
            self.mouth.talked_across(seconds, is_talk)


_CHILDREN: Mapping[Echo, EchoWay] = {
    Echo.DEAF: "plain",
    Echo.FOLLOW: "follow",
    Echo.CANCEL: "cancel",
    Echo.NOTHING: "plain",
}
