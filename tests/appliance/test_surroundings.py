"""Faults: disk, clock and key are not as they should be."""

import time

from appliance.conftest import TONE, Opens
from appliance.kitchen import Kitchen
from appliance.promises import assert_answers, assert_deaf, assert_hears, assert_unharmed

FILL = "fallocate -l $(($(stat -f -c %a*%S /))) /var/full; dd if=/dev/zero of=/var/fuller bs=1k status=none; sync"
KEY = "/etc/credstore/gemini-api-key"


def test_the_disk_is_full(home: Kitchen) -> None:
    home.machine.run(FILL, check=False)
    assert home.machine.run("df --output=avail / | tail -n 1").strip() == "0"
    assert_answers(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it is muted all the same")
    assert_deaf(home)
    home.press()
    home.waits_until_it_hears()
    assert_unharmed(home)
    home.systemctl("restart", "chimein")
    home.waits_until_it_hears()
    assert_hears(home)


def test_nothing_can_be_written(open_kitchen: Opens) -> None:
    home = open_kitchen(**TONE)
    home.power_on(is_writable=False)
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it does not know who muted it, and is muted")
    assert "Read-only file system" in home.journal()
    home.ssh("sudo chimein unmute")
    home.waits_until_it_hears()
    assert_answers(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it is muted all the same")
    assert_deaf(home)
    assert_unharmed(home)


def test_the_clock_is_wrong_at_boot(open_kitchen: Opens) -> None:
    home = open_kitchen(**TONE)
    home.power_on(clock="2020-01-01T00:00:00")
    home.waits_until(lambda: home.unit("ActiveState") == "active", "the daemon runs")
    home.waits_until(lambda: "is the clock right?" in home.journal(), "it says what may be wrong")
    home.sets_the_clock(time.time())
    home.waits_until_it_hears()
    assert_answers(home)
    assert_unharmed(home)


def test_the_key_is_missing_and_then_there(home: Kitchen) -> None:
    home.machine.run(f"mv {KEY} {KEY}.away")
    home.systemctl("restart", "chimein")
    home.waits_until(lambda: "API key" in home.picture()["why"], "it says what is missing")
    assert "yellow" in home.look_at_the_lamp(3.0)
    assert home.unit("ActiveState") == "active", "a missing key is a state and no failure"
    home.machine.run(f"mv {KEY}.away {KEY}")
    home.systemctl("restart", "chimein")
    home.waits_until_it_hears()
    assert_answers(home)
    assert "rehearsal" not in home.journal(), "the key stands in no log"
