"""What must hold in a kitchen, whatever happened before; looked at from outside: kernel, USB cable, service, lamp."""

from appliance.kitchen import Kitchen

REMARK = ("anna", "Nobody should hear what I am saying now.")
CALL = ("ben", "Now you may listen to me again, please.")
HALF_A_SECOND = 16_000
WITHIN_S = 6.0
"""After that a person says it again."""


def assert_deaf(home: Kitchen) -> None:
    """Nothing can hear, nothing leaves the house, and the lamp says so."""
    assert home.capture() == ["closed"]
    assert home.who_can_hear() == [], home.evidence()
    taken, sent, from_s = home.microphone.taken_frames, home.service.heard_bytes(), home.uptime_s()
    home.say(REMARK, pause_s=1.0)
    assert home.microphone.taken_frames == taken, home.evidence()
    assert home.service.heard_bytes() == sent
    assert home.lamp_since(from_s) == ["red"]


def assert_wakes_deaf(home: Kitchen) -> None:
    """Given power again it hears nothing, not even for a moment: not by who looks for a speaker either."""
    taken = home.microphone.taken_frames
    home.power_on()
    home.waits_until(lambda: home.picture()["speaker"]["alive"], "it could speak")
    assert home.microphone.taken_frames == taken, home.evidence()
    assert_deaf(home)


def assert_hears(home: Kitchen) -> None:
    """What is said arrives; a person who is not answered says it again. Returns when any answer is over."""
    sent = home.service.heard_bytes()

    def arrives() -> bool:
        home.say(CALL, pause_s=1.0)
        return home.service.heard_bytes() > sent + HALF_A_SECOND

    home.waits_until(arrives, "what is said arrives")
    home.waits_until(lambda: home.picture()["voice"] == "silent", "it has finished")


def assert_answers(home: Kitchen) -> None:
    """A line is heard, answered, and the answer comes out of the loudspeaker."""
    home.speaker.forget()

    def answers() -> bool:
        home.begin_saying(*CALL)
        return home.comes_true(lambda: home.hears_s() > 1.0, WITHIN_S)

    home.waits_until(answers, "it answers")
    home.waits_until(lambda: home.picture()["voice"] == "silent", "it has finished")


def assert_unharmed(home: Kitchen) -> None:
    """Nothing of this was an accident inside the daemon."""
    assert home.unit("ActiveState") == "active"
    assert home.unit("NRestarts") == "0"
    assert "Traceback" not in home.journal()
