"""The second usage: the mute button, and a switch in its place."""

from appliance.conftest import TONE, Opens
from appliance.kitchen import Kitchen
from appliance.promises import assert_deaf, assert_hears

PULSES_PER_S = 100
"""lgpio's, on a pin that is neither fully on nor off: each is two wake-ups."""


def test_the_button_mutes_and_a_power_cut_does_not_unmute(home: Kitchen) -> None:
    assert_hears(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    assert_deaf(home)
    seen = home.status()
    assert (seen["muted"], seen["muted_by"], seen["uplink"]["since_mute_bytes"]) == (True, ["hardware"], 0)

    home.cut_the_power()
    taken = home.microphone.taken_frames
    home.power_on()
    home.waits_until(lambda: home.unit("ActiveState") == "active", "the daemon runs")
    assert home.microphone.taken_frames == taken, "not even for a moment"
    assert_deaf(home)

    home.press()
    home.waits_until_it_hears()
    assert_hears(home)


def test_the_button_mutes_while_nobody_answers_at_the_other_end(home: Kitchen) -> None:
    home.network(is_up=False)
    home.begin_saying("anna", "This sentence waits for a service that is not there.", until=0.7)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    home.network(is_up=True)
    home.waits_until(lambda: home.picture()["link"] == "online", "the service is back")
    assert_deaf(home)
    home.press()
    home.waits_until_it_hears()
    assert_hears(home)


def test_a_latching_switch_decides_at_boot(open_kitchen: Opens) -> None:
    home = open_kitchen(**TONE)
    home.moves_in()
    home.edit_the_yaml("kind: momentary", "kind: switch")
    home.switch(is_closed=True)
    home.systemctl("restart", "chimein")
    assert_deaf(home)
    home.cut_the_power()

    taken = home.microphone.taken_frames
    home.power_on()
    home.waits_until(lambda: home.unit("ActiveState") == "active", "the daemon runs")
    assert home.microphone.taken_frames == taken
    assert_deaf(home)
    home.switch(is_closed=False)
    home.waits_until_it_hears()
    assert_hears(home)


def test_a_lamp_that_stays_red_wakes_nobody(home: Kitchen) -> None:
    """At the brightness of the package, which lights that blink are dimmed to by pulses of gpiozero's lgpio."""
    home.edit_the_yaml("brightness: 100", "brightness: 60")
    home.systemctl("restart", "chimein")
    home.waits_until_it_hears()
    home.begin_saying("anna", "Now it blinks, and is dimmed by pulses meanwhile.")
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(1.0) == ["red"], "the lamp is red")
    assert_deaf(home)
    per_s = home.wakeups(20.0)
    assert sum(per_s.values()) < PULSES_PER_S / 2, per_s
