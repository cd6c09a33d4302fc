"""WebRTC's echo canceller (AEC3), by way of livekit's AudioProcessingModule: the one class of that package in use.

It was chosen because it is the only one found that survives two clocks (a USB microphone and a USB speaker drift
apart) and a speaker that clips. Loaded only with `echo.mode: webrtc`.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from chimein.core.audio import UP_HZ, Samples
from chimein.core.errors import CancellerError

if TYPE_CHECKING:
    from livekit.rtc import AudioFrame

STEP: Final = UP_HZ // 100
"""10 ms: what it takes at a time, no more and no less."""


class Canceller:
    """Takes what was heard and what was played, in step; gives what was heard without the echo."""

    def __init__(self) -> None:
        """Raises CancellerError when the package is missing, or is there and does not work."""
        try:
            from livekit.rtc import AudioFrame, AudioProcessingModule

            self._frame = AudioFrame
            self._module = AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
        except Exception as error:  # a library for another machine, a part that is missing: it says so in many ways
            raise CancellerError(f"livekit cannot be used: {error or type(error).__name__}") from error

    def cancel(self, heard: Samples, played: Samples) -> Samples:
        """Both of STEP samples. Exact zeros come back as exact zeros: they mean a mute, and it would fill them up."""
        self._module.process_reverse_stream(self._of(played))
        frame = self._of(heard)
        self._module.set_stream_delay_ms(0)
        self._module.process_stream(frame)
        if not heard.any():
            return heard
        return np.frombuffer(bytes(frame.data), dtype="<i2")

    def _of(self, sound: Samples) -> "AudioFrame":
        return self._frame(bytearray(sound.tobytes()), UP_HZ, 1, STEP)
