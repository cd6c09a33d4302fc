"""What is sent as the model's voice: 24 kHz PCM from an offline voice, or a tone for quick tests."""

import asyncio
from typing import Final

import numpy as np

from chimein.core.audio import DOWN_HZ, Samples
from chimein.rehearsal.service.script import Script
from chimein.rehearsal.sound import voices

_TONE_HZ: Final = 440.0
_TONE_LEVEL: Final = 0.2
_LETTERS_PER_S: Final = 15.0
_ASSISTANT: Final = "assistant"


async def spoken(text: str, script: Script) -> bytes:
    """`text` as PCM, in the script's voice. Raises VoiceError."""
    if script.reply_s is not None:
        return tone(script.reply_s)
    if script.voice == "tone":
        return tone(len(text) / _LETTERS_PER_S)
    voice = _ASSISTANT if script.voice == "auto" else script.voice
    sound = await asyncio.to_thread(voices.say, text, voice, DOWN_HZ)
    return sound.tobytes()


def tone(length_s: float, level: float = _TONE_LEVEL) -> bytes:
    """A sine of that many seconds; `level` is its peak as a share of full scale."""
    at = np.arange(int(length_s * DOWN_HZ)) / DOWN_HZ
    sound: Samples = (np.sin(2 * np.pi * _TONE_HZ * at) * level * 32767.0).astype(np.int16)
    return sound.tobytes()
