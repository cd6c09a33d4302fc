"""Faults: disk and key are not as they should be."""

import pytest

from appliance.conftest import TONE, Opens
from appliance.kitchen import Kitchen
from appliance.machine.json_socket import GuestError
from appliance.promises import assert_answers, assert_deaf, assert_hears, assert_unharmed, assert_wakes_deaf

FILL = """
fallocate -l $(($(stat -f -c %a*%S /))) /var/full
for more in 1 2 3 4 5 6 7 8 9; do  # until nobody frees a block any more: the journal does
    dd if=/dev/zero of=/var/fuller$more bs=1k status=none; sync
done
"""
ROOM_KB = 4
"""A block: not even the smallest change of a database fits."""
KEY = "/etc/credstore/gemini-api-key"


def test_the_disk_is_full(home: Kitchen) -> None:
    home.machine.run(FILL, check=False)
    assert int(home.machine.run("df --output=avail / | tail -n 1")) < ROOM_KB
    assert_answers(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it is muted all the same")
    assert_deaf(home)
    assert_unharmed(home)

    home.cut_the_power()
    assert_wakes_deaf(home)  # there was no room to write the mute down
    home.press()
    home.waits_until_it_hears()
    assert_hears(home)


def test_nothing_can_be_written(open_kitchen: Opens) -> None:
    home = open_kitchen(**TONE)
    home.power_on(is_writable=False)
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it does not know who muted it, and is muted")
    assert "Read-only file system" in home.journal()
    with pytest.raises(GuestError, match="press the button"):
        home.ssh("sudo chimein unmute")
    home.press()
    home.waits_until_it_hears()
    assert_answers(home)
    home.press()
    home.waits_until(lambda: home.look_at_the_lamp(0.5) == ["red"], "it is muted all the same")
    assert_deaf(home)
    assert_unharmed(home)


def test_the_key_is_missing_and_then_set(home: Kitchen) -> None:
    home.machine.run(f"rm {KEY}")
    home.systemctl("restart", "chimein")
    home.waits_until(lambda: "API key" in home.picture()["why"], "it says what is missing")
    assert "yellow" in home.look_at_the_lamp(3.0)
    assert home.unit("ActiveState") == "active", "a missing key is a state and no failure"
    told = home.ssh("sudo chimein set-key && sudo systemctl restart chimein", stdin="the-secret-of-this-kitchen\n")
    assert "encrypted for this machine alone" in told
    home.waits_until_it_hears()
    assert_answers(home)
    everywhere = "journalctl --output=export --no-pager; cat /proc/[0-9]*/cmdline; cat /etc/chimein/*.yaml"
    assert "the-secret-of-this-kitchen" not in home.machine.run(f"({everywhere}) | tr '\\0' ' '")
    assert home.machine.run("ls /etc/credstore").strip() == "", "it lies nowhere unencrypted"
