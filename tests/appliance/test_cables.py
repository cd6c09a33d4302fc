"""Faults: what a person pulls out, and puts back."""

from appliance import cable
from appliance.conftest import TONE, Opens, Tells
from appliance.kitchen import Kitchen
from appliance.promises import WITHIN_S, assert_answers, assert_hears, assert_unharmed

A_FEW = 40
"""Lines of the journal between a plug pulled and put back: some seconds, each with a try or two."""
STORY = "When I was a child we used to cook on an old stove, and it took the whole afternoon until dinner was ready."


def test_the_microphone_is_pulled_in_mid_sentence_and_put_back(home: Kitchen, tell: Tells) -> None:
    home.begin_saying("anna", STORY, until=0.4)
    ears, pulled_s = home.who_can_hear(), cable.now_s(home)
    home.pull_the_cable("microphone")
    home.waits_until(lambda: "magenta" in home.look_at_the_lamp(), "the lamp says that the microphone is at fault")
    seen = home.status()
    assert (seen["ear"], seen["link"]) == ("deaf", "online")
    assert "unplugged" in home.journal()
    share = cable.cpu_share(home)
    assert not set(ears) & set(home.who_can_hear()), "who hung on the card is gone, and spins no more"
    assert cable.zombies(home) == []
    assert cable.lines_since(home, pulled_s) < A_FEW
    plugged_s = cable.now_s(home)
    home.plug_in("microphone")
    home.waits_until_it_hears()
    gone_s = cable.of_the_kernel(home, pulled_s, "USB disconnect")
    tell(
        "microphone",
        "pulled in mid-sentence",
        why=cable.of_the_daemon(home, pulled_s, "SoundStopped") - gone_s,
        lamp=cable.of_the_lamp(home, pulled_s, "magenta") - gone_s,
        cpu_per_second=share,
    )
    tell_of_the_plug(home, tell, "microphone", plugged_s, "SoundCame")
    assert_hears(home)
    assert len(home.service.told("setup")) == 1, "the conversation went on"
    assert_unharmed(home)


def test_the_speaker_is_pulled_while_it_speaks(open_kitchen: Opens, tell: Tells) -> None:
    home = open_kitchen(**TONE | {"reply_s": 12.0})
    home.moves_in()
    home.waits_until_it_hears()

    def speaks() -> bool:
        home.begin_saying("anna", "Tell me a long story.")
        return home.comes_true(lambda: home.hears_s() > 0.5, WITHIN_S)

    home.waits_until(speaks, "it speaks")
    pulled_s = cable.now_s(home)
    home.pull_the_cable("speaker")
    home.waits_until(lambda: not home.picture()["speaker"]["alive"], "it knows that nobody hears it")
    assert "magenta" in home.look_at_the_lamp()
    home.waits_until(lambda: home.picture()["voice"] == "silent", "it has given up speaking")
    share = cable.cpu_share(home)
    assert cable.zombies(home) == []
    assert cable.lines_since(home, pulled_s) < A_FEW
    plugged_s = cable.now_s(home)
    home.plug_in("speaker")
    assert_answers(home)
    gone_s = cable.of_the_kernel(home, pulled_s, "USB disconnect")
    tell(
        "speaker",
        "pulled while it speaks",
        why=cable.of_the_daemon(home, pulled_s, "SpeakerLost") - gone_s,
        lamp=cable.of_the_lamp(home, pulled_s, "magenta") - gone_s,
        cpu_per_second=share,
    )
    tell_of_the_plug(home, tell, "speaker", plugged_s, "SpeakerCame")
    assert home.status()["speaker"]["alive"]
    assert_unharmed(home)


def test_both_are_pulled_at_rest_and_put_back_into_other_sockets_the_other_way_round(
    home: Kitchen, tell: Tells
) -> None:
    cards = home.machine.run("cat /proc/asound/cards")
    home.waits_until(lambda: home.picture()["speaker"]["alive"], "it has found its speaker")
    pulled_s = cable.now_s(home)
    home.pull_the_cable("speaker")
    home.waits_until(lambda: not home.picture()["speaker"]["alive"], "it knows that nobody would hear it")
    assert "magenta" in home.look_at_the_lamp()
    home.pull_the_cable("microphone")
    home.waits_until(lambda: home.picture()["ear"] == "deaf", "it knows that it hears nothing")
    gone_s = cable.of_the_kernel(home, pulled_s, "USB disconnect")
    tell("speaker", "pulled at rest", why=cable.of_the_daemon(home, pulled_s, "SpeakerLost") - gone_s)

    plugged_s = cable.now_s(home)
    home.plug_in("speaker", socket=4)
    home.plug_in("microphone", socket=3)
    assert home.machine.run("cat /proc/asound/cards") != cards, "the numbers of the cards are others now"
    home.waits_until_it_hears()
    assert_answers(home)
    tell_of_the_plug(home, tell, "speaker", plugged_s, "SpeakerCame")
    tell_of_the_plug(home, tell, "microphone", plugged_s, "SoundCame")
    assert len(home.service.told("setup")) == 1, "the conversation went on"
    assert cable.zombies(home) == []
    assert_unharmed(home)


def tell_of_the_plug(home: Kitchen, tell: Tells, which: str, since_s: float, event: str) -> None:
    """From the kernel's first word of it."""
    home.waits_until(lambda: cable.has_happened(home, since_s, event), f"{event} after the plug")
    plug_s = cable.of_the_kernel(home, since_s, "USB device number")  # of two, the first
    tell(which, "plugged in", sound=cable.of_the_daemon(home, since_s, event) - plug_s)


def test_the_network_cable_is_pulled(home: Kitchen) -> None:
    home.begin_saying("anna", STORY, until=0.4)
    home.network(is_up=False)
    home.waits_until(lambda: home.picture()["link"] != "online", "it notices that the service is gone")
    home.waits_until(lambda: "yellow" in home.look_at_the_lamp(), "the lamp says offline")
    home.network(is_up=True)
    home.waits_until_it_hears()
    assert_answers(home)
    assert_unharmed(home)
