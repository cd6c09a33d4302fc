"""Carries sound from the microphone through the gate into the outbox, and brings a lost microphone back.

Nothing here decides what speech is (core.gate) or what muted means (core.machines). The half-duplex guard stands here
because it needs both ends: what the speaker lets be heard never goes up.
"""

import asyncio
from collections.abc import Callable

from chimein.core.audio import SAMPLE_BYTES, UP_HZ, duration_s, samples
from chimein.core.errors import MicrophoneError, MicrophoneShut
from chimein.core.gate import Closed, Forward, Gate, GateStep, Opened
from chimein.core.live.backoff import device_waits_s
from chimein.core.live.facts import EarReport
from chimein.core.machines.events import (
    ArrayMuted,
    ArrayUnmuted,
    Event,
    GateClosed,
    GateOpened,
    SoundCame,
    SoundStopped,
)
from chimein.flow.crossing import Latch
from chimein.flow.live.outbox import Outbox
from chimein.flow.ports import Block, Microphone, Plugged

TalkAcross = Callable[[float, bool], None]

GRACE_S = 0.4
"""How long a closed gate may open again as if nothing had been: the gate lets go of a faint word sooner than a person
has ended a sentence, and an end of the stream in its middle would make two turns of it. Costs nothing: the sound of a
gate that opens again begins with what was missed."""
_GRACE_BYTES = int(GRACE_S * UP_HZ) * SAMPLE_BYTES
AFTER_CHIME_S = 0.6
"""A microphone that has been opened under a short sound of our own counts as open when that has died away, so that the
lamp does not turn before a word can be heard. For an answer, which goes on for longer, nobody waits."""


class Listener:
    """One microphone, one gate, one outbox."""

    def __init__(
        self,
        microphone: Microphone,
        gate: Gate,
        outbox: Outbox,
        *,
        happened: Callable[[Event], None],
        report: Callable[[EarReport], None],
        is_own_voice: Callable[[float], bool],
        plugged: Plugged = asyncio.sleep,
        latch: Latch | None = None,
        talk_across: TalkAcross = lambda seconds, is_talk: None,
    ) -> None:
        """`is_own_voice(captured_s)` says that what the microphone caught then is the speaker's and must not go up.

        `latch` is the one that the outbox knows, too. `talk_across(seconds, is_talk)` hears of every block that was
        judged whether somebody talks in it.
        """
        self._microphone = microphone
        self._gate = gate
        self._outbox = outbox
        self._happened = happened
        self._report = report
        self._is_own_voice = is_own_voice
        self._latch = latch or Latch()
        self._plugged = plugged
        self._talk_across = talk_across
        self._may_open = asyncio.Event()
        self._openings = 0  # how often it was allowed: a late word of an earlier shutting does not undo the latest
        self._is_open = False  # the gate, as the appliance knows it
        self._ends_at_bytes: int | None = None  # of what was heard: then a closed gate has closed for good
        self._array_muted = False
        self._opened_s = 0.0
        self.device: str | None = None
        """The microphone's name while it delivers; None while it does not, muted included."""
        self.latest: EarReport | None = None
        self.heard_bytes = 0
        self.lost_samples = 0
        self.losses = 0
        """How often some were lost."""
        self.moves = 0
        """Counts every block and every attempt: what the watchdog looks at."""

    @property
    def is_gate_open(self) -> bool:
        """What is heard goes up."""
        return self._is_open

    def open(self) -> None:
        """The loop's alone: from now on there may be a microphone."""
        self._openings += 1
        self._may_open.set()

    def shut(self) -> None:
        """Nothing hears when this returns, and nothing opens it again but `open`. The loop's."""
        self._may_open.clear()
        self._microphone.shut()

    def shut_now(self) -> None:
        """From any thread: nothing hears and nothing goes up when this returns, until `heed` and then `open`."""
        self._latch.drop()  # first: whoever is about to open looks at it after having made ready
        self._microphone.shut()

    def heed(self) -> None:
        """The loop's: it has heard of one `shut_now`, and decides now what comes of it."""
        self._latch.lift()
        self._outbox.wake()

    def forget(self) -> None:
        """Wipe what was heard and not sent, here and in the outbox."""
        self._gate.wipe()
        self._outbox.wipe()
        self._is_open = self._array_muted = False
        self._ends_at_bytes = None
        self.latest = None

    @property
    def may_hear(self) -> bool:
        """Nobody has shut it."""
        return self._may_open.is_set() and not self._latch.is_down

    def change(
        self,
        *,
        microphone: Microphone | None = None,
        gate: Gate | None = None,
        cause: str = "the configuration names another microphone",
    ) -> None:
        """Another microphone or gate from the next block on; `cause` says why the one so far falls silent."""
        self._close_gate()
        if gate is not None:
            self._gate = gate
        if microphone is not None:
            self._lost(cause, is_wanted=True)
            old, self._microphone = self._microphone, microphone
            old.shut()

    async def run(self) -> None:
        """For ever. Raises nothing of a microphone's."""
        waits = device_waits_s()
        while True:
            await self._may_open.wait()
            microphone, openings = self._microphone, self._openings
            self.moves += 1
            try:
                device = await microphone.open(unless=self._must_stay_shut)
                self._opened_s = _now_s()
                while True:
                    self._take(await microphone.read(), device)
            except MicrophoneShut:
                # Shut by a press in another thread, before the loop has heard of it: only `open` opens again.
                if (microphone, openings) == (self._microphone, self._openings):
                    self._may_open.clear()
            except MicrophoneError as error:
                if microphone is not self._microphone:
                    continue
                self._lost(str(error))
                await self._plugged(next(waits))
            finally:
                self.device = None

    def _must_stay_shut(self) -> bool:
        """A finger has shut it; or what had woken us has been taken back before we ran."""
        return self._latch.is_down or not self._may_open.is_set()

    def _lost(self, cause: str, *, is_wanted: bool = False) -> None:
        if not self._may_open.is_set():
            return
        self._close_gate()
        self._array_muted = False
        self.latest = None
        self._happened(SoundStopped(cause, is_wanted))

    def _take(self, block: Block, device: str) -> None:
        if not self._may_open.is_set() or self._latch.is_down:
            return
        self.moves += 1
        self.heard_bytes += len(block.pcm)
        self.lost_samples += block.lost_samples
        self.losses += block.lost_samples > 0
        is_own_voice = block.is_own_voice or self._is_own_voice(block.captured_s)
        if self.device is None:
            if is_own_voice and _now_s() < self._opened_s + AFTER_CHIME_S:
                return
            self.device = device
            self._happened(SoundCame(device))
        if is_own_voice:
            self._close_gate()
            return
        played = samples(block.played) if block.played else None
        step = self._gate.push(samples(block.pcm), played, is_in_time=block.is_in_time)
        is_talk = step.is_open and step.level_dbfs > step.threshold_dbfs and not step.hardware_muted
        self._talk_across(duration_s(len(block.pcm), UP_HZ), is_talk)
        self._follow_array(step.hardware_muted)
        if not self._array_muted:
            self._carry(step)
        self._tell(step)

    def _carry(self, step: GateStep) -> None:
        for item in step.items:
            match item:
                case Opened():
                    self._ends_at_bytes = None
                    if not self._is_open:
                        self._is_open = True
                        self._happened(GateOpened())
                case Forward(pcm=pcm):
                    self._outbox.say(pcm)
                case Closed():
                    self._ends_at_bytes = self.heard_bytes + _GRACE_BYTES
        if self._ends_at_bytes is not None and self.heard_bytes >= self._ends_at_bytes:
            self._end()

    def _follow_array(self, is_muted: bool) -> None:
        if is_muted is self._array_muted:
            return
        self._array_muted = is_muted
        if is_muted:
            self._outbox.wipe()
            if self._is_open:
                self._end()
        self._happened(ArrayMuted() if is_muted else ArrayUnmuted())

    def _close_gate(self) -> None:
        """Shut the gate from outside, keeping what it knows of the room."""
        self._gate.pause()
        if self._is_open:
            self._end()

    def _end(self) -> None:
        self._is_open, self._ends_at_bytes = False, None
        self._outbox.end()
        self._happened(GateClosed())

    def _tell(self, step: GateStep) -> None:
        heard_s = duration_s(self.heard_bytes, UP_HZ)
        self.latest = EarReport(heard_s, step.level_dbfs, step.floor_dbfs, step.threshold_dbfs, step.is_open)
        self._report(self.latest)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
