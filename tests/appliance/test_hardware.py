"""The simulated hardware sits an exam by itself, with Debian's own tools, so that no story can blame it."""

import base64

import numpy as np

from appliance.conftest import TONE, Opens
from appliance.kitchen import BUTTON, Kitchen
from chimein.rehearsal.sound.voices import say

RECORD = "arecord --quiet -D hw:ArrayV2,0 -f S16_LE -r 16000 -c 6 -t raw /run/heard"
PLAY = "aplay --quiet -D hw:Speaker,0 -f S16_LE -r 48000 -c 2 -t raw --buffer-size=24000"
LOUDEST_HISS = 150


def without_daemon(open_kitchen: Opens) -> Kitchen:
    home = open_kitchen(**TONE)
    home.moves_in()
    home.systemctl("stop", "chimein")
    return home


def test_what_is_said_arrives_sample_for_sample(open_kitchen: Opens) -> None:
    home = without_daemon(open_kitchen)
    home.machine.run(f"systemd-run --unit=recorder {RECORD}")
    home.waits_until(lambda: home.microphone.is_open, "somebody listens")
    words = say("One, two, three, four, five, six, seven.", "anna", 16_000)
    home.say(("anna", "One, two, three, four, five, six, seven."))
    home.systemctl("stop", "recorder")
    heard = np.frombuffer(base64.b64decode(home.machine.run("base64 -w0 /run/heard")), "<i2").reshape(-1, 6)
    voice = heard[:, 0].astype(np.int32)
    at = int(np.argmax(np.correlate(voice.astype(np.float64), words.astype(np.float64), "valid")))
    assert np.max(np.abs(voice[at : at + len(words)] - words)) < LOUDEST_HISS
    assert 0 < np.max(np.abs(heard[:, 1:])) < LOUDEST_HISS, "the other channels only hiss"


def test_what_is_played_is_heard_sample_for_sample(open_kitchen: Opens) -> None:
    home = without_daemon(open_kitchen)
    tone = (np.sin(np.arange(48_000) * 0.05) * 12_000).astype("<i2")
    stereo = np.concatenate([np.repeat(tone[:, None], 2, axis=1), np.zeros((24_000, 2), "<i2")])
    home.machine.run("cat >/run/tone", stdin=stereo.tobytes())
    home.machine.run(f"{PLAY} /run/tone")
    heard = home.hears()
    at = int(np.argmax(heard != 0)) - 1  # a sine begins with a zero
    assert np.array_equal(heard[at : at + len(tone)], tone)


def test_pins_are_pressed_and_glow(open_kitchen: Opens) -> None:
    home = without_daemon(open_kitchen)
    read = f"gpioget --chip gpiochip0 --bias pull-up --numeric {BUTTON}"
    assert home.machine.run(read).strip() == "1"
    home.switch(is_closed=True)
    assert home.machine.run(read).strip() == "0"
    assert home.look_at_the_lamp(0.5) == ["dark"]
    home.machine.run("systemd-run --unit=painter gpioset --chip gpiochip0 22=1 23=1")
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["magenta"], "red and blue")
