"""Voices for the bench: Debian's flite and espeak-ng, each run as a program. Nothing here needs the internet."""

import functools
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Final

import numpy as np
import soxr

from chimein.core.audio import Samples
from chimein.core.errors import ChimeinError

VOICES: Final[dict[str, tuple[str, str]]] = {
    "anna": ("flite", "slt"),
    "ben": ("flite", "rms"),
    "dave": ("flite", "kal16"),
    "emma": ("espeak-ng", "en-gb+f3"),
    "fred": ("espeak-ng", "en-us"),
    "assistant": ("flite", "awb"),
}
"""A name for people → program and its voice. ben and dave make the best guests: at 30 dB over noise
the bench's ears get about one word in ten of theirs wrong, one in four of anna's, one in two of emma's."""

_DEADLINE_S: Final = 60.0
_QUIETEST_PEAK: Final = 0.5
"""Every voice is brought to this share of full scale, so that none is drowned because its program mumbles."""


class VoiceError(ChimeinError, OSError):
    """A voice that cannot speak; the message says what to install."""


def say(text: str, voice: str, rate_hz: int) -> Samples:
    """`text` spoken as int16 mono of shape (n,) at `rate_hz`. Blocks for a fraction of the spoken time.

    `voice` is a name of VOICES or `program:voice` ("flite:slt", "espeak-ng:en-us"). Raises VoiceError.
    """
    program, variant = _voice(voice)
    sound, native_hz = _spoken(text, program, variant)
    if native_hz != rate_hz:
        sound = soxr.resample(sound, native_hz, rate_hz)
    peak = float(np.max(np.abs(sound), initial=0.0))
    if peak > 0.0:
        sound = sound * (_QUIETEST_PEAK / peak)
    return np.asarray(sound * 32767.0, dtype=np.int16)


def missing() -> list[str]:
    """The Debian packages that must be installed before every voice can speak; empty when all is well."""
    return [program for program in ("flite", "espeak-ng") if shutil.which(program) is None]


def _voice(name: str) -> tuple[str, str]:
    if name in VOICES:
        return VOICES[name]
    program, colon, variant = name.partition(":")
    if colon and program in ("flite", "espeak-ng") and variant:
        return program, variant
    raise VoiceError(f"no voice {name!r}; there are {', '.join(VOICES)}, or flite:NAME and espeak-ng:NAME")


@functools.lru_cache(maxsize=32)
def _spoken(text: str, program: str, variant: str) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], int]:
    if shutil.which(program) is None:
        raise VoiceError(f"the voice needs the program {program}: sudo apt install {program}")
    with tempfile.TemporaryDirectory(prefix="chimein-voice-") as scratch:
        words, out = Path(scratch, "words.txt"), Path(scratch, "out.wav")
        words.write_text(text + "\n", encoding="utf-8")
        if program == "flite":
            command = ["flite", "-voice", variant, "-f", str(words), "-o", str(out)]
        else:
            command = ["espeak-ng", "-v", variant, "-s", "150", "-f", str(words), "-w", str(out)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_DEADLINE_S, stdin=subprocess.DEVNULL)
            return _read(out)
        except (subprocess.SubprocessError, OSError, EOFError, wave.Error) as cause:
            raise VoiceError(f"{program} could not speak with voice {variant}: {cause}") from cause


def _read(path: Path) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], int]:
    with wave.open(str(path), "rb") as file:
        pcm = file.readframes(file.getnframes())
        sound = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32) / 32768.0
        return sound, file.getframerate()
