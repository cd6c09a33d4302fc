"""What the flows need of the edges, as Protocols.

Edges fit them without importing them; mypy checks the fit in app.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chimein.core.live.facts import Down, ToolAnswered

Plugged = Callable[[float], Awaitable[None]]
"""Waits so many seconds, or until a device has been plugged in or pulled."""


class Block(Protocol):
    """A piece of sound from the microphone."""

    @property
    def pcm(self) -> bytes:
        """Whole 20 ms frames of 16 kHz mono PCM16."""

    @property
    def captured_s(self) -> float:
        """CLOCK_MONOTONIC seconds of its last sample."""

    @property
    def lost_samples(self) -> int:
        """Samples that the device delivered and nobody fetched in time, before this block."""

    @property
    def played(self) -> bytes:
        """What the speaker let be heard meanwhile, as long as `pcm`; empty for silence, or where nobody knows."""

    @property
    def is_own_voice(self) -> bool:
        """The speaker was being heard, and its echo could not be told from talk yet."""

    @property
    def is_in_time(self) -> bool:
        """`played` is known to be what is heard here, to 50 ms."""


class Microphone(Protocol):
    async def open(self, *, unless: Callable[[], bool] = lambda: False) -> str:
        """Start to hear; the device's name. Raises MicrophoneError.

        `unless()` is asked at a point from which on every shut() is heeded: when it holds, MicrophoneShut.
        """

    async def read(self) -> Block:
        """The next block. Raises MicrophoneError when there is none for a second; then nothing hears any more."""

    def shut(self) -> None:
        """Nothing hears any more when this returns. From any thread, in any state."""


class Ear(Protocol):
    """What a button may do to the one who listens."""

    def shut_now(self) -> None:
        """Nothing hears and nothing goes up when this returns. From any thread."""

    def heed(self) -> None:
        """The loop's: it has heard of one shut_now, and decides next what comes of it."""


class Progress(Protocol):
    """How far the speaker has come."""

    @property
    def played_samples(self) -> int:
        """24 kHz samples that have been heard, since the speaker was opened."""

    @property
    def dropped_samples(self) -> int:
        """24 kHz samples that were silenced before they could be."""

    @property
    def is_idle(self) -> bool:
        """Nothing is left to play."""

    @property
    def underflows(self) -> int:
        """How often the device ran out of sound because the machine was too slow, since it was opened."""


class Speaker(Protocol):
    @property
    def volume(self) -> int:
        """Percent."""

    async def open(self) -> str:
        """Start the process that speaks; the device's name. Raises SpeakerError."""

    def play(self, pcm: bytes) -> None:
        """24 kHz mono PCM16 to be played after what waits."""

    def finish(self) -> None:
        """No more comes for now: play to the last sample."""

    def silence(self) -> None:
        """Drop everything not yet heard, within one device buffer."""

    def set_volume(self, percent: int) -> None: ...

    def duck(self, db: int) -> None:
        """So many dB quieter than the volume, at once; 0 for as loud as it says."""

    async def heard(self) -> Progress:
        """The next report. Raises SpeakerError when the speaker is gone."""

    def kill(self) -> None:
        """End the process that speaks, now."""


class Session(Protocol):
    """One connection to the Live service, set up."""

    @property
    def setup_s(self) -> float:
        """Seconds that the set-up took, from the first byte."""

    async def send_audio(self, pcm: bytes) -> None:
        """16 kHz mono PCM16, 20 to 100 ms of it. Raises LinkError."""

    async def end_audio(self) -> None:
        """No audio comes for a while: audio_stream_end. Raises LinkError."""

    async def send_text(self, text: str) -> None:
        """A line of text into the conversation. Raises LinkError."""

    async def answer_call(self, answer: ToolAnswered) -> None:
        """What became of a tool call. Raises LinkError."""

    async def pong(self) -> None:
        """Asks for a sign of life, and returns when it has come. Raises LinkError."""

    def wire_bytes(self) -> int:
        """What the socket has sent so far, all of it, by the kernel's count."""

    @property
    def patience_s(self) -> float:
        """How long a healthy connection may take to acknowledge what was just sent."""

    def drop_unsent(self) -> bool:
        """Throw away what was written and has not left this machine, and the connection with it: after that `facts`
        ends. False where nothing waits; then what is on its way still has to arrive. From any thread."""

    def drop_unacknowledged(self) -> bool:
        """Of what was on its way at the last `drop_unsent`, something has not arrived: throw it away likewise. False
        where all has."""

    def facts(self) -> AsyncIterator[Down]:
        """What the service says, over all turns, until the connection ends: then LinkError."""


class Service(Protocol):
    def connect(self, handle: str | None, within_s: float) -> AbstractAsyncContextManager[Session]:
        """A connection, set up within so many seconds; raises LinkError from its beginning."""

    def do_without(self, feature: str) -> bool:
        """Leave a feature out from the next connection on; False where that has been tried already."""

    @property
    def without(self) -> frozenset[str]:
        """The features that are left out because the service refused them."""


class Mouth(Protocol):
    """Who takes an answer. Every method takes and returns at once: a receiver that waits loses its connection."""

    def say(self, pcm: bytes) -> None:
        """A piece of an answer, 24 kHz mono PCM16."""

    def finish(self) -> None:
        """The answer is whole."""

    def silence(self) -> None:
        """What has not been heard of it is void."""
