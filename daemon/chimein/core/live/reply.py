"""One turn of the model as it comes down: what of its sound is worth being played.

Not everything is. A service goes on sending an answer that somebody has talked over; some answers have been reported to
be silence at full length, which a kitchen with a half-duplex guard would be deaf for; some never end. Each of these is
an oddity: the caller logs the first of its kind and counts the rest.
"""

from dataclasses import dataclass, field

import numpy as np

from chimein.core.audio import DOWN_HZ, duration_s, samples

LONGEST_ANSWER_S = 180.0
"""An answer without end is cut here. Tones of 14 s have been reported, and nobody wants to hear three minutes."""
AUDIBLE = 64
"""The least peak of a piece that can be heard: 54 dB below full scale. The silent answers of the reports lie lower."""
PAUSE_S = 1.0
"""After so long without a piece of an answer that was talked over, the next piece belongs to another answer, whether or
not the service has said that the turn is over."""

INAUDIBLE = "an answer of nothing but near silence, not played"
TALKED_OVER = "audio of an answer that had been talked over, not played"
ENDLESS = f"an answer of more than {LONGEST_ANSWER_S:.0f} s, cut there"


@dataclass(frozen=True)
class Piece:
    pcm: bytes = field(default=b"", repr=False)
    """What to play: 24 kHz mono PCM16, may be nothing."""
    is_cut: bool = False
    """The answer ends here, whatever else comes."""
    oddity: str = ""


class Reply:
    """Takes the pieces of one turn after the other."""

    def __init__(self) -> None:
        self._void_s: float | None = None  # since when the answer is void, or when the latest piece of that came
        self._has_begun = self._is_audible = False
        self._length_s = 0.0
        self._half = b""  # of a sample that was cut in two, the first byte

    @property
    def has_begun(self) -> bool:
        """The turn has said something, or was talked over: it is no silence."""
        return self._has_begun

    def take(self, pcm: bytes, now_s: float) -> Piece:
        """A piece came: what of it is to be played."""
        pcm = self._half + pcm
        pcm, self._half = pcm[: len(pcm) // 2 * 2], pcm[len(pcm) // 2 * 2 :]
        if self._void_s is not None:
            if now_s - self._void_s < PAUSE_S:
                self._void_s = now_s
                return Piece(oddity=TALKED_OVER)
            self._void_s = None
        self._has_begun = True
        was_too_long = self._length_s >= LONGEST_ANSWER_S
        self._length_s += duration_s(len(pcm), DOWN_HZ)
        if self._length_s >= LONGEST_ANSWER_S:
            return Piece() if was_too_long else Piece(is_cut=True, oddity=ENDLESS)
        self._is_audible = self._is_audible or _is_audible(pcm)
        return Piece(pcm) if self._is_audible else Piece()

    def interrupted(self, now_s: float) -> None:
        """Somebody talked over it: what still comes of this answer is void."""
        self._void_s, self._has_begun, self._is_audible, self._half = now_s, True, True, b""

    def end(self) -> str:
        """The turn is over; an oddity, if there was one."""
        oddity = INAUDIBLE if self._length_s > 0 and not self._is_audible else ""
        self._void_s, self._length_s, self._half = None, 0.0, b""
        self._has_begun = self._is_audible = False
        return oddity


def _is_audible(pcm: bytes) -> bool:
    sound = samples(pcm)
    return len(sound) > 0 and int(np.max(np.abs(sound.astype(np.int32)))) >= AUDIBLE
