"""The simulated hardware sits an exam by itself, with Debian's own tools, so that no story can blame it."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest

from appliance.conftest import TONE, a_kitchen
from appliance.kitchen import BUTTON, Kitchen
from chimein.rehearsal.sound.voices import say

RECORD = "arecord --quiet -D hw:ArrayV2,0 -f S16_LE -r 16000 -c 6 -t raw /run/heard"
PLAY = "aplay --quiet -D hw:Speaker,0 -f S16_LE -r 48000 -c 2 -t raw --buffer-size=24000"
LOUDEST_HISS = 150


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    """A kitchen in which no daemon runs; one for all."""
    with a_kitchen(tmp_path_factory.mktemp("hardware"), TONE) as home:
        home.moves_in()
        home.systemctl("stop", "chimein")
        yield home


def test_what_is_said_arrives_sample_for_sample(bare: Kitchen) -> None:
    bare.machine.run(f"systemd-run --unit=recorder {RECORD}")
    bare.waits_until(lambda: bare.microphone.is_open, "somebody listens")
    words = say("One, two, three, four, five, six, seven.", "anna", 16_000)
    bare.say(("anna", "One, two, three, four, five, six, seven."))
    bare.systemctl("stop", "recorder")
    heard = np.frombuffer(base64.b64decode(bare.machine.run("base64 -w0 /run/heard")), "<i2").reshape(-1, 6)
    voice = heard[:, 0].astype(np.int32)
    at = int(np.argmax(np.correlate(voice.astype(np.float64), words.astype(np.float64), "valid")))
    assert np.max(np.abs(voice[at : at + len(words)] - words)) < LOUDEST_HISS
    assert 0 < np.max(np.abs(heard[:, 1:])) < LOUDEST_HISS, "the other channels only hiss"


def test_what_is_played_is_heard_sample_for_sample(bare: Kitchen) -> None:
    tone = (np.sin(np.arange(48_000) * 0.05) * 12_000).astype("<i2")
    stereo = np.concatenate([np.repeat(tone[:, None], 2, axis=1), np.zeros((24_000, 2), "<i2")])
    bare.machine.run("cat >/run/tone", stdin=stereo.tobytes())
    bare.machine.run(f"{PLAY} /run/tone")
    heard = bare.hears()
    at = int(np.argmax(heard != 0)) - 1  # a sine begins with a zero
    assert np.array_equal(heard[at : at + len(tone)], tone)


def test_pins_are_pressed_and_glow(bare: Kitchen) -> None:
    read = f"gpioget --chip gpiochip0 --bias pull-up --numeric {BUTTON}"
    assert bare.machine.run(read).strip() == "1"
    bare.switch(is_closed=True)
    assert bare.machine.run(read).strip() == "0"
    assert bare.look_at_the_lamp(0.5) == ["dark"]
    bare.machine.run("systemd-run --unit=painter gpioset --chip gpiochip0 22=1 23=1")
    bare.waits_until(lambda: bare.look_at_the_lamp(0.5) == ["magenta"], "red and blue")
