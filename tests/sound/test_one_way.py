"""A process that speaks cannot open a microphone, and the other way round: ALSA itself says so."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chimein.core.sound.devices import Way
from chimein.sound.portaudio import ALSA, ONE_WAY

ALSA_SAYS = """
import ctypes, sys
alsa, pcm = ctypes.CDLL("libasound.so.2"), ctypes.c_void_p()
for name in ("hw:7,0", "default"):
    for way in (0, 1):
        print(-alsa.snd_pcm_open(ctypes.byref(pcm), name.encode(), way, 0))
print(-alsa.snd_ctl_open(ctypes.byref(pcm), b"hw:7", 0))
"""
"""Nobody has a card 7: who may look for it does not find it."""


def alsa_says(configuration: Path) -> list[int]:
    """The error of each attempt: card and default, to speak and to hear; and the card's mixer."""
    command = [sys.executable, "-c", ALSA_SAYS]
    done = subprocess.run(
        command, env=os.environ | {ALSA: str(configuration)}, capture_output=True, text=True, check=True
    )
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize("way", Way)
def test_alsa_can_do_nothing_else(way: Way) -> None:
    to_speak, to_hear, *default, mixer = alsa_says(ONE_WAY[way])
    allowed, refused = (to_speak, to_hear) if way is Way.OUT else (to_hear, to_speak)
    assert (allowed, refused) == (errno.ENOENT, errno.EINVAL)
    assert default == [errno.EINVAL, errno.EINVAL], "and what software makes up is no way around it"
    assert mixer == errno.ENOENT
