"""Carries an answer to the speaker, knows what of it can be heard, and brings a lost speaker back.

`say`, `finish` and `silence` take and return at once. What waits is core's Playout; the speaking process is given only
a little ahead of what it has let be heard, so that after a cable was pulled the rest of the sentence can follow.
"""

import asyncio
from collections.abc import Callable

from chimein.core.audio import DOWN_HZ, SAMPLE_BYTES
from chimein.core.errors import SpeakerError
from chimein.core.live.backoff import device_waits_s
from chimein.core.machines.events import Event, ReplyBegan, ReplyEnded, SpeakerCame, SpeakerLost
from chimein.core.sound.echo import BargeIn, Reaction
from chimein.core.sound.playout import Finish, Play, Playing, Playout, Step
from chimein.flow.ports import Plugged, Speaker

STALL_S = 2.0
"""An answer of which nothing has come for so long will not go on: it counts as whole."""
STALE_S = 10.0
"""What has waited so long for a speaker is not said any more."""
LONGEST_REPEAT_BYTES = 60 * DOWN_HZ * SAMPLE_BYTES
"""What is kept of an answer, to be said again."""
DUCK_DB = 15
"""How much quieter it speaks on while somebody talks across it."""
TAIL_S = 0.3
"""How long the room still rings after the last sample, as the guard against hearing oneself takes it."""


class Mouth:
    """One speaker and what it has still to say."""

    def __init__(
        self, speaker: Speaker, *, happened: Callable[[Event], None], plugged: Plugged = asyncio.sleep
    ) -> None:
        self._speaker = speaker
        self._plugged = plugged
        self._playout = Playout()
        self._happened = happened
        self._is_sounding = False
        self._is_speaking = False
        self._is_ringing = False  # what is being played is a round of an alarm
        self._is_along = False  # what is being played is a file that is listened to
        self._volume_before = 0  # of the speaker, before the round
        self._last_answer = bytearray()
        self._barge_in = BargeIn()
        self._is_ducked = False
        self._is_open = False
        self._is_receiving = False  # an answer has begun to come and is not whole
        self._is_stopped = False  # what still comes of it is void
        self._stall: asyncio.TimerHandle | None = None
        self._silent_since = float("-inf")
        self._device_underflows = [0, 0]  # of this opening of the speaker, and of those before
        self.device: str | None = None
        """The speaker's name while it is there."""

    def say(self, pcm: bytes) -> None:
        """A piece of an answer, 24 kHz mono PCM16."""
        if not self._is_receiving:
            self._is_receiving, self._last_answer = True, bytearray()
            self.end_along(at_once=True)
        if len(self._last_answer) < LONGEST_REPEAT_BYTES:
            self._last_answer += pcm
        if not self._is_stopped:
            self.hush()
            self._do(self._playout.push(pcm))
        self._watch_for_stall()

    def finish(self) -> None:
        """The answer is whole."""
        self._is_receiving = self._is_stopped = False
        self._do(self._playout.end())

    def silence(self) -> None:
        """What has not been heard yet is void."""
        self._playout.interrupt()
        if self._is_open:
            self._speaker.silence()
        self._follow()

    def stop(self) -> None:
        """As `silence`, and what still comes of this answer is void, too: somebody has heard enough."""
        self._is_stopped = self._is_receiving
        self.silence()

    def repeat(self) -> bool:
        """Says the latest answer once more, from memory; False when there is none or one is just coming."""
        if self._is_receiving or not self._last_answer:
            return False
        self.silence()
        self._do(self._playout.push(bytes(self._last_answer)))
        self._do(self._playout.end())
        return True

    def forget(self) -> None:
        """There is no latest answer any more."""
        self._last_answer = bytearray()

    def ring(self, pcm: bytes, percent: int) -> None:
        """One round of an alarm, 24 kHz mono PCM16, at its own volume. What is being said is void; an answer that
        begins now cuts the round short."""
        self.stop()
        self._volume_before, self._is_ringing = self._speaker.volume, True
        self._speaker.set_volume(percent)
        self._do(self._playout.push(pcm))
        self._do(self._playout.end())

    def talked_across(self, seconds: float, is_talk: bool) -> None:
        """Somebody talks while this is heard, or does not: quieter at once, and silent when it goes on.

        An alarm does not fall silent for talk: whoever says "stop" to it only has to be understood.
        """
        reaction = self._barge_in.heard(seconds, is_sounding=self._is_sounding, is_talk=is_talk)
        if reaction is Reaction.STOP and not self._is_ringing:
            self.stop()
        elif self._is_sounding:
            self._duck(reaction is not Reaction.GO_ON)

    def _duck(self, is_ducked: bool) -> None:
        if is_ducked is not self._is_ducked:
            self._is_ducked = is_ducked
            self._speaker.duck(DUCK_DB if is_ducked else 0)

    def play_along(self, pcm: bytes) -> None:
        """A piece of a file that is listened to, 24 kHz mono PCM16: heard unless something else is, and no answer."""
        if self._is_receiving or self._is_ringing:
            return
        self._is_along = True
        self._do(self._playout.push(pcm))

    def end_along(self, *, at_once: bool) -> None:
        """No more of the file comes; what of it has not been heard is void, or still to be heard."""
        if self._is_along and at_once:
            self.silence()
        elif self._is_along:
            self._do(self._playout.end())

    def chime(self, pcm: bytes) -> None:
        """A short sound, 24 kHz mono PCM16: now, or not at all. It is no answer, and an answer cuts it short."""
        if self._is_open and self.is_idle and not self._is_receiving:
            self.play_along(pcm)
            self.end_along(at_once=False)

    @property
    def is_answering(self) -> bool:
        """An answer comes, or is being heard."""
        return self._is_receiving or self._is_speaking

    def hush(self) -> None:
        """Ends the round that is being heard, if one is."""
        if self._is_ringing:
            self.silence()

    @property
    def volume(self) -> int:
        """Of the voice, in percent."""
        return self._volume_before if self._is_ringing else self._speaker.volume

    def set_volume(self, percent: int) -> None:
        self._volume_before = percent
        if not self._is_ringing:
            self._speaker.set_volume(percent)

    def change(self, speaker: Speaker) -> None:
        """Another speaker from now on; what was not heard is said through it."""
        if self._is_ringing:
            self._volume_before = speaker.volume
        old, self._speaker = self._speaker, speaker
        old.kill()

    def is_audible(self, at_s: float) -> bool:
        """Whether the room rang with this speaker at that moment (CLOCK_MONOTONIC), its tail included."""
        return self._is_sounding or at_s < self._silent_since + TAIL_S

    @property
    def is_idle(self) -> bool:
        """Nothing waits and nothing is heard."""
        return not self._is_sounding and self._playout.unheard_s == 0

    async def until_idle(self) -> None:
        """Waits until everything that was to be said has been heard."""
        while not self.is_idle:
            await asyncio.sleep(0.02)

    def kill(self) -> None:
        """Ends the process that speaks, now."""
        self._speaker.kill()

    @property
    def unheard_s(self) -> float:
        """Seconds that wait to be heard."""
        return self._playout.unheard_s

    @property
    def dropped_s(self) -> float:
        """Seconds that came while more than anybody would listen to was waiting."""
        return self._playout.overflow_samples / DOWN_HZ

    @property
    def underruns(self) -> int:
        """How often an answer ran dry before its end."""
        return self._playout.underruns

    @property
    def device_underruns(self) -> int:
        """How often the device ran out of sound because this machine was too slow for it."""
        return sum(self._device_underflows)

    async def run(self) -> None:
        """For ever. Raises nothing of a speaker's."""
        loop = asyncio.get_running_loop()
        waits, lost_at = device_waits_s(), loop.time()
        while True:
            speaker = self._speaker
            try:
                self.device = await speaker.open()
                self._is_open = True
                self._device_underflows = [0, sum(self._device_underflows)]
                self._happened(SpeakerCame(self.device))
                self._do(self._playout.replay())
                waits = device_waits_s()
                await self._attend(speaker)
            except SpeakerError as error:
                if self._is_open:
                    lost_at = loop.time()
                self._is_open, self.device = False, None
                if speaker is not self._speaker:
                    continue
                self._happened(SpeakerLost(str(error)))
                if loop.time() - lost_at > STALE_S:
                    self._playout.interrupt()
                self._follow()
                await self._plugged(next(waits))

    async def _attend(self, speaker: Speaker) -> None:
        while True:
            progress = await speaker.heard()
            self._device_underflows[0] = progress.underflows
            self._do(self._playout.heard(progress.played_samples + progress.dropped_samples))

    def _do(self, steps: tuple[Step, ...]) -> None:
        if self._is_open:
            for step in steps:
                match step:
                    case Play(pcm=pcm):
                        self._speaker.play(pcm)
                    case Finish():
                        self._speaker.finish()
        self._follow()

    def _follow(self) -> None:
        """Says when the voice begins and ends to be heard."""
        if not self._playout.is_speaking:
            self._is_along = False
        if self._is_ringing and not self._playout.is_speaking:
            self._is_ringing = False
            self._speaker.set_volume(self._volume_before)
        is_sounding = self._is_open and self._playout.is_speaking
        if self._is_sounding and not is_sounding:
            self._silent_since = asyncio.get_running_loop().time()
        self._is_sounding = is_sounding
        if not is_sounding:
            self._duck(False)
        is_speaking = is_sounding and not (self._is_ringing or self._is_along)
        if is_speaking is not self._is_speaking:
            self._is_speaking = is_speaking
            self._happened(ReplyBegan() if is_speaking else ReplyEnded())

    def _watch_for_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
        self._stall = asyncio.get_running_loop().call_later(STALL_S, self._end_if_stalled)

    def _end_if_stalled(self) -> None:
        if self._is_stopped or self._playout.state is Playing.GATHERING:
            self.finish()
        elif self._playout.state is Playing.PLAYING:
            self._watch_for_stall()
