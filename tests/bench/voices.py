"""Talkers: whatever of flite and espeak-ng is installed, cut to the sentence, with its speech marked."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench.signals import HZ, Sound
from chimein.core.errors import ChimeinError
from chimein.edge.sound.files import read_sound

FLITE = ("slt", "awb", "rms", "kal16")
ESPEAK = ("en-us+f3", "en-gb+m4", "en-gb-scotland+f2", "en-us+m7", "en-gb-x-rp+f4")
LINES = (
    "Could you pass me the salt, please?",
    "I think the water is nearly boiling.",
    "No.",
    "What shall we have for dinner tomorrow, fish or something with beans?",
    "My grandmother always put a little nutmeg into the potatoes.",
    "Yes, please.",
    "The plumber said he would come at half past nine, but nobody has seen him yet.",
    "Hm, that smells good.",
    "Turn the oven down a bit, the crust is getting dark.",
    "Where did you put the big wooden spoon?",
    "She is running late again.",
    "Do you know how long an egg needs to be soft in the middle?",
)
PAUSE_S = 0.2
"""A shorter gap within a sentence belongs to the speech."""


@dataclass(frozen=True)
class Line:
    """One sentence by one voice, peak 1."""

    sound: Sound
    speech_s: tuple[tuple[float, float], ...]
    """Where in it somebody really speaks, by its energy."""


def talkers() -> list[str]:
    """Their names, flite's first; ChimeinError when there is none."""
    flite = [f"flite {voice}" for voice in FLITE] if shutil.which("flite") else []
    espeak = [f"espeak-ng {voice}" for voice in ESPEAK] if shutil.which("espeak-ng") else []
    if not flite + espeak:
        raise ChimeinError("the bench needs a voice: install flite or espeak-ng")
    return flite + espeak


@cache
def say(talker: str, text: str) -> Line:
    program, voice = talker.split()
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder, "line.wav")
        command = {
            "flite": ["flite", "-voice", voice, "-t", text, "-o", str(wav)],
            "espeak-ng": ["espeak-ng", "-v", voice, "-w", str(wav), text],
        }[program]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        sound = read_sound(wav).astype(np.float64)
    sound = sound / np.abs(sound).max()
    parts = _parts(sound)
    begin, end = round(parts[0][0] * HZ), round(parts[-1][1] * HZ)
    offset = begin / HZ
    return Line(sound[begin:end], tuple((a - offset, b - offset) for a, b in parts))


def _parts(sound: Sound) -> list[tuple[float, float]]:
    """Stretches within 35 dB of the loudest 20 ms, joined over short pauses; s."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    energy = np.mean(frames**2, axis=1)
    loud = np.flatnonzero(energy > energy.max() * 10**-3.5)
    parts: list[tuple[float, float]] = []
    for frame in loud.tolist():
        begin, end = frame * 0.02, (frame + 1) * 0.02
        if parts and begin - parts[-1][1] < PAUSE_S:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((begin, end))
    return parts
