"""Faults: the daemon is killed, hangs, or finds what it needs in somebody else's hands."""

from appliance.kitchen import BUTTON, Kitchen
from appliance.promises import assert_answers, assert_deaf, assert_hears

RECORD = "arecord --quiet -D hw:ArrayV2,0 -f S16_LE -r 16000 -c 6"
UNTIL_IT_HAS_IT = "--property=Restart=always --property=StartLimitIntervalSec=0"


def test_killed_it_is_back(home: Kitchen) -> None:
    ears = home.who_can_hear()
    home.systemctl("kill", "--signal=KILL", "--kill-whom=main", "chimein")
    home.waits_until(lambda: home.unit("NRestarts") == "1", "systemd noticed")
    home.waits_until(lambda: home.unit("ActiveState") == "active", "it runs again")
    home.waits_until_it_hears()
    assert not set(ears) & set(home.who_can_hear()), "nothing of the old one listens on"
    assert_answers(home)


def test_hung_it_is_ended_by_the_watchdog(home: Kitchen) -> None:
    home.machine.run(f"kill -STOP {home.unit('MainPID')}")
    home.waits_until(lambda: home.unit("NRestarts") == "1", "the watchdog struck")
    assert "Watchdog timeout" in home.machine.run("journalctl --unit=init.scope --unit=chimein --no-pager")
    home.waits_until(lambda: home.unit("ActiveState") == "active", "it runs again")
    home.waits_until_it_hears()
    assert_hears(home)


def test_another_program_holds_the_microphone(home: Kitchen) -> None:
    home.press()
    home.waits_until(lambda: home.capture() == ["closed"], "the microphone is free")
    home.machine.run(f"systemd-run --unit=other {UNTIL_IT_HAS_IT} {RECORD} /dev/null")
    home.waits_until(lambda: home.capture() == ["state: RUNNING"], "somebody else has it")
    home.press()
    home.waits_until(lambda: home.picture()["ear"] == "deaf", "it says that it cannot hear")
    assert home.status()["microphone"]["alive"] is False
    home.systemctl("stop", "other")
    home.waits_until_it_hears()
    assert_hears(home)


def test_another_program_holds_a_pin(home: Kitchen) -> None:
    home.systemctl("stop", "chimein")
    home.machine.run(f"systemd-run --unit=other gpioset --chip gpiochip0 {BUTTON}=1")
    home.machine.run("systemctl start --no-block chimein")
    home.waits_until(lambda: f"GPIO{BUTTON} cannot be used" in home.journal(), "it says which pin it is")
    assert "gpioinfo" in home.journal(), "and how to find out who has it"
    assert home.microphone.is_open is False, "without its button it does not listen"
    home.systemctl("stop", "other")
    home.waits_until(lambda: home.unit("ActiveState") == "active", "it comes by itself")
    home.waits_until_it_hears()
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "the button works")
    assert_deaf(home)
