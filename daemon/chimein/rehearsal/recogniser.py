"""Speech to text without the internet: pocketsphinx with the English model that its wheel carries. Blocks; CPU-bound.

Everything comes back in small letters without punctuation; "" when nothing was understood.
"""

from typing import Final

import numpy as np
from pocketsphinx import Decoder

from chimein.core.audio import UP_HZ, samples

_PAD_S: Final = 0.25
_PEAK: Final = 0.5


class Recogniser:
    """One decoder; about half a second to build, a quarter of the spoken time to use."""

    def __init__(self) -> None:
        self._decoder = Decoder(loglevel="FATAL")

    def words(self, pcm: bytes) -> str:
        """What is said in 16 kHz mono PCM."""
        sound = samples(pcm)
        if not len(sound):
            return ""
        loudest = max(1, int(np.max(np.abs(sound.astype(np.int32)))))
        level = (sound.astype(np.float32) * (_PEAK * 32767.0 / loudest)).astype(np.int16)
        pad = np.zeros(int(_PAD_S * UP_HZ), np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(np.concatenate([pad, level, pad]).tobytes(), full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return str(best.hypstr) if best is not None else ""
