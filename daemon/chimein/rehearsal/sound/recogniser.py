"""Speech to text without the internet: pocketsphinx with the English model that its wheel carries. Blocks; CPU-bound.

Everything comes back in small letters without punctuation.
"""

import itertools
import re
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from pocketsphinx import Decoder, get_model_path

from chimein.core.audio import UP_HZ, samples

_PAD_S: Final = 0.25
_PEAK: Final = 0.5
_READINGS: Final = 60
"""Costs a few milliseconds: the search has them at hand."""
_SWEARS: Final = re.compile("shit|fuck|bitch|cunt|asshole")
"""How words begin that nobody says in a rehearsal, and that the model likes to hear in "set a" and "sit"."""


class Recogniser:
    """One decoder; about half a second to build, a quarter of the spoken time to use."""

    def __init__(self) -> None:
        words = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8").splitlines(keepends=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".dict") as polite:
            polite.writelines(word for word in words if not _SWEARS.match(word))
            polite.flush()
            self._decoder = Decoder(loglevel="FATAL", dict=polite.name)

    def readings(self, pcm: bytes) -> list[str]:
        """What is said in 16 kHz mono PCM, and after it what may have been said instead, the likelier first."""
        sound = samples(pcm)
        if not len(sound):
            return []
        loudest = max(1, int(np.max(np.abs(sound.astype(np.int32)))))
        level = (sound.astype(np.float32) * (_PEAK * 32767.0 / loudest)).astype(np.int16)
        pad = np.zeros(int(_PAD_S * UP_HZ), np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(np.concatenate([pad, level, pad]).tobytes(), full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        if best is None or not best.hypstr:
            return []
        others = (str(other.hypstr) for other in itertools.islice(self._decoder.nbest(), _READINGS) if other)
        return list(dict.fromkeys([str(best.hypstr), *filter(None, others)]))
