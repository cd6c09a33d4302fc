"""The first usage: put into a kitchen and given power. A Raspberry Pi has no clock: it wakes in some other year."""

import time

from appliance import lamp
from appliance.conftest import Opens

DIALOGUE = (
    ("anna", "I really love cooking!"),
    ("ben", "My favorite is French cuisine."),
    ("anna", "I really like Italian food; do you know how to make a pizza?"),
)


def test_it_wakes_listens_and_chimes_in_once(open_kitchen: Opens) -> None:
    home = open_kitchen()  # the faithful service: it recognises words and judges by the packaged instruction
    home.power_on(clock="2020-01-01T00:00:00")
    home.waits_until(lambda: "is the clock right?" in home.journal(), "it says why it is not online yet")
    home.sets_the_clock(time.time())
    home.waits_until_it_hears()
    assert lamp.colours(home.lamp_record())[:2] == ["dark", "white"], "the lamp woke before anything else"
    assert home.look_at_the_lamp() == ["dark"], "ready, and nobody talks"
    assert home.hears_s() == 0

    began_s = home.uptime_s()
    home.say(*DIALOGUE, pause_s=3.0)
    home.waits_until(lambda: len(home.service.told("turn")) == 3, "three lines were judged")
    home.waits_until(lambda: home.picture()["last_turn"] == "answered", "it answered")
    home.waits_until(lambda: home.picture()["voice"] == "silent", "it has finished")

    assert [turn["speaks"] for turn in home.service.told("turn")] == [False, False, True]
    assert home.hears_s() > 1.0
    shown = lamp.colours(home.lamp_record(), began_s)
    assert {"blue", "cyan", "green"} <= set(shown), "somebody talks, it thinks, it speaks"
    assert "red" not in shown
    assert home.look_at_the_lamp() == ["dark"]
    assert home.unit("NRestarts") == "0"
    assert "Traceback" not in home.journal()
    assert "pizza" not in home.journal().lower(), "what was said is nobody's business"
