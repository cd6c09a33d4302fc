"""The sound of an answer, as its label says it is. The service sends 24 kHz mono PCM16; a label that says otherwise is
believed, for an answer at the wrong speed frightens a kitchen."""

from typing import Final

import numpy as np

from chimein.core.audio import DOWN_HZ, samples
from chimein.core.live.facts import Oddity, ReplyAudio

_PCM: Final = ("audio/pcm", "audio/l16")
"""The latter with Google's meaning, little endian: RFC 2586 has it the other way round."""
_LIKELY_HZ: Final = range(4_000, 192_001)
_LIKELY_CHANNELS: Final = range(1, 9)


def reply_audio(data: bytes, mime: str) -> ReplyAudio | Oddity:
    """A piece of an answer for who plays 24 kHz mono PCM16, or why nobody can."""
    kind, _, rest = mime.partition(";")
    if kind.strip().lower() not in _PCM:
        return Oddity("an answer that is no PCM, not played")
    said = dict(part.strip().partition("=")[::2] for part in rest.lower().split(";"))
    hz, channels = _number(said.get("rate"), _LIKELY_HZ, DOWN_HZ), _number(said.get("channels"), _LIKELY_CHANNELS, 1)
    if (hz, channels) == (DOWN_HZ, 1):
        return ReplyAudio(data)
    whole = len(data) // (2 * channels) * (2 * channels)
    mono = samples(data[:whole]).reshape(-1, channels).mean(axis=1)
    if not len(mono):
        return ReplyAudio(b"")
    # Plainly, between neighbours: nobody has seen the service do this, and it is speech.
    at = np.arange(len(mono) * DOWN_HZ // hz) * (hz / DOWN_HZ)
    return ReplyAudio(np.interp(at, np.arange(len(mono)), mono).astype("<i2").tobytes())


def _number(said: str | None, likely: range, otherwise: int) -> int:
    number = int(said) if said is not None and said.isascii() and said.isdigit() and len(said) < 10 else otherwise
    return number if number in likely else otherwise
