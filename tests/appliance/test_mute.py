"""The second usage: the mute button, and a switch in its place."""

from appliance.conftest import TONE, Opens
from appliance.kitchen import Kitchen
from appliance.promises import HALF_A_SECOND, assert_deaf, assert_hears, assert_wakes_deaf

MOST_PER_S = 100
"""Wake-ups of all the daemon's threads. lgpio has fifty whatever it does; pulses on one pin are two hundred, and a
button that lgpio watches is more than a thousand."""


def test_the_button_mutes_and_a_power_cut_does_not_unmute(home: Kitchen) -> None:
    assert_hears(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    assert_deaf(home)
    seen = home.status()
    assert (seen["muted"], seen["muted_by"], seen["uplink"]["since_mute_bytes"]) == (True, ["hardware"], 0)

    home.cut_the_power()
    assert_wakes_deaf(home)
    home.press()
    home.waits_until_it_hears()
    assert_hears(home)


def test_the_button_mutes_while_nobody_answers_at_the_other_end(home: Kitchen) -> None:
    home.begin_saying(
        "anna", "This sentence waits for a service that is there no more, and never was before.", until=0.2
    )
    home.network(is_up=False)
    home.look_at_the_lamp(2.0)
    arrived = home.service.heard_bytes()
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    home.network(is_up=True)
    home.waits_until(lambda: home.picture()["link"] == "online", "the service is back")
    assert_deaf(home)
    assert home.service.heard_bytes() <= arrived + HALF_A_SECOND, "of two seconds that the kernel had nothing came"
    home.press()
    home.waits_until_it_hears()
    assert_hears(home)


def test_a_latching_switch_decides_at_boot(open_kitchen: Opens) -> None:
    home = open_kitchen(**TONE)
    home.moves_in()
    home.edit_the_yaml("kind: momentary", "kind: switch")
    home.cut_the_power()
    home.switch(is_closed=True)
    assert_wakes_deaf(home)
    home.switch(is_closed=False)
    home.waits_until_it_hears()
    assert_hears(home)


def test_while_muted_next_to_nothing_wakes_up(home: Kitchen) -> None:
    """Neither the lamp nor the button, on gpiozero's lgpio and the kernel's own GPIO."""
    home.begin_saying("anna", "The lamp blinks meanwhile, and is red afterwards.")
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(1.0) == ["red"], "the lamp is red")
    assert_deaf(home)
    per_s = home.wakeups(6.0)
    assert sum(per_s.values()) < MOST_PER_S, f"{per_s}"
