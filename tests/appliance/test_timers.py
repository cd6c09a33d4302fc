"""A kitchen timer, whatever happens to the power."""

from appliance.kitchen import Kitchen
from appliance.promises import assert_hears


def test_a_timer_rings_after_a_power_cut_muted_and_offline_until_the_button_stops_it(home: Kitchen) -> None:
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the lamp is red")
    home.ssh("sudo chimein timer add 30s pasta")
    home.cut_the_power()
    home.speaker.forget()
    home.power_on()
    home.network(is_up=False)
    home.waits_until(lambda: home.picture()["bell"] == "ringing", "it rings")
    home.waits_until(lambda: home.hears_s() > 1.0, "it can be heard")
    assert home.picture()["muted"]

    home.press()
    home.waits_until(lambda: home.picture()["bell"] == "silent", "it is silent")
    seen = home.picture()
    assert (seen["muted"], seen["timers"]) == (True, []), "a press that stops the bell means nothing else"
    home.press()
    home.network(is_up=True)
    home.waits_until_it_hears()
    assert_hears(home)
