"""Where the sentence began that is just being said: what has to be said again when it was cut."""

from collections.abc import Sequence
from typing import Final

from chimein.core.audio import level_dbfs, samples

PAUSE_CHUNKS: Final = 2
"""So many quiet pieces in a row are a pause between sentences and not between words."""
QUIET_BELOW_DB: Final = 20.0
"""Below the loudest piece: quiet."""


def cut_sentence(chunks: Sequence[bytes]) -> int:
    """How many of the latest pieces (PCM16, a tenth of a second each) belong to a sentence that is not over.

    0 where it pauses just now; all of them where no pause is found.
    """
    levels = [level_dbfs(samples(chunk)) for chunk in chunks]
    quiet = [level <= max(levels) - QUIET_BELOW_DB for level in levels]
    for count in range(len(quiet) - PAUSE_CHUNKS + 1):
        if all(quiet[len(quiet) - count - PAUSE_CHUNKS : len(quiet) - count]):
            return count
    return len(chunks)
