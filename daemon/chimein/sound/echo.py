"""Between the ear and the daemon: what was heard, without its echo where that is wanted, and what was played meanwhile.

The speaking child says what it plays shortly before it is heard; the daemon passes that on. A block from the microphone
waits HOLD_S, so that whatever was played while it was caught is known by then.
"""

from collections import deque
from typing import Final

import numpy as np

from chimein.core.audio import UP_HZ, Samples, samples
from chimein.core.sound.echo import STEP, DelayFinder, Place, Timeline
from chimein.core.sound.echo_trust import Trust
from chimein.sound.cancel import Canceller
from chimein.sound.frames import Reference, Sound

PLAIN, FOLLOW, CANCEL = "plain", "follow", "cancel"
"""What to do about echo: nothing; tell what is played; cancel it, and tell as well."""
HOLD_S: Final = 0.06
LEAD_S: Final = 0.02
"""How much too early the canceller and the gate are told: an echo before its cause is beyond them."""
LEAD_SAMPLES: Final = round(LEAD_S * UP_HZ)

FAR_S: Final = 0.15
"""An echo later than that is brought nearer for the canceller, which looks back for half a second at most."""


class Echo:
    """One microphone's. Blocks go in as they are caught and come out in order, HOLD_S later."""

    def __init__(self, way: str) -> None:
        """Raises CancellerError when `way` is CANCEL and there is no canceller to be had."""
        self.wants_loopback = way == FOLLOW
        """An array that says itself what is played is in time by construction, and comes with its block."""
        self._follows = way != PLAIN
        self._canceller = Canceller() if way == CANCEL else None
        self._played = Timeline()
        self._place = Place()
        self._delay = DelayFinder()
        self._trust = Trust()
        self._nearer = 0  # by how many samples the canceller is told later than the rest of the world
        self._waiting: deque[Sound] = deque()

    def played(self, reference: Reference) -> None:
        """A piece of what is or will be heard from the speaker."""
        self._played.put(reference.first_s, samples(reference.pcm))

    def expect(self, late_samples: int | None) -> None:
        """How late these two devices were before (16 kHz samples). None: another pair, and what was known is void.

        Known, the canceller is relied on from the first word. Found only now, everything is the own voice until then.
        """
        self._delay, self._trust = DelayFinder(), Trust()
        if late_samples is not None:
            self._delay.expect(late_samples + LEAD_SAMPLES)

    @property
    def late_samples(self) -> int | None:
        """By how much the microphone hears the speaker later than reckoned; None while that is not known."""
        return max(0, self._delay.delay_samples - LEAD_SAMPLES) if self._delay.is_known else None

    def caught(self, sound: Sound) -> None:
        """A block from the microphone."""
        self._waiting.append(sound)

    def wait_s(self, now_s: float) -> float | None:
        """How long until the next block is due; None while none waits."""
        return max(0.0, self._due_s - now_s) if self._waiting else None

    def due(self, now_s: float) -> list[Sound]:
        """The blocks that have waited long enough."""
        ready = []
        while self._waiting and self._due_s <= now_s:
            sound = self._waiting.popleft()
            ready.append(self._clean(sound) if self._follows else sound)
        return ready

    @property
    def _due_s(self) -> float:
        return self._waiting[0].captured_s + (HOLD_S if self._follows else float("-inf"))

    def _clean(self, sound: Sound) -> Sound:
        heard = samples(sound.pcm)
        place = self._place.of(sound.captured_s, len(heard)) + LEAD_SAMPLES
        played = self._played.read(place, len(heard))
        for at in range(0, len(heard), STEP):
            self._delay.push(heard[at : at + STEP], played[at : at + STEP])
        late = self.late_samples or 0
        told = self._played.read(place - late, len(heard)) if late else played
        cleaned, is_own = heard, False
        if self._canceller is not None:
            nearer = late if late > FAR_S * UP_HZ else 0
            if nearer != self._nearer:
                self._nearer, self._trust = nearer, Trust()  # it begins anew
            cleaned, is_own = self._cancel(self._canceller, heard, told if nearer else played)
        told_pcm = sound.played or (told.tobytes() if told.any() else b"")
        is_in_time = self._delay.is_known or bool(sound.played)
        return Sound(sound.captured_s, sound.lost_samples, cleaned.tobytes(), told_pcm, is_own, is_in_time)

    def _cancel(self, canceller: Canceller, heard: Samples, played: Samples) -> tuple[Samples, bool]:
        """What is left without the echo, and whether that is still the speaker's own voice."""
        parts = []
        is_own = False
        for at in range(0, len(heard), STEP):
            caught, meant = heard[at : at + STEP], played[at : at + STEP]
            parts.append(self._trust.judge(caught, canceller.cancel(caught, meant), meant))
            is_own = is_own or (self._trust.is_playing and not self._delay.is_known)
        return np.concatenate(parts), is_own
