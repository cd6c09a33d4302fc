"""The third usage: the YAML, over SSH."""

import json

from appliance.kitchen import Kitchen
from appliance.promises import assert_answers

INSTRUCTION = "only chime in when the topic is about Italian cooking"


def test_an_edit_takes_effect_without_losing_the_conversation(home: Kitchen) -> None:
    assert_answers(home)
    home.edit_the_yaml(INSTRUCTION, "only chime in when the topic is about football")
    home.ssh("sudo systemctl reload chimein")
    home.waits_until(lambda: len(home.service.told("setup")) == 2, "the new instruction was set up")
    second = home.service.told("setup")[1]
    assert second["resumed"]
    assert "football" in json.dumps(second["setup"])
    assert home.unit("NRestarts") == "0"
    assert "configuration read again; changed: service" in home.journal()
    home.waits_until_it_hears()
    assert_answers(home)


def test_a_broken_edit_is_refused_with_its_line_and_the_old_one_lives(home: Kitchen) -> None:
    home.edit_the_yaml("sensitivity: normal", "sensitivty: high")
    line = 1 + home.ssh("cat /etc/chimein/config.yaml").split("sensitivty")[0].count("\n")
    home.ssh("sudo systemctl reload chimein")
    home.waits_until(lambda: "gate.sensitivty" in home.journal(), "the edit was refused")
    complaint = f"config.yaml:{line}: gate.sensitivty"
    assert complaint in home.status()["last_error"]
    assert complaint in home.journal()
    assert home.ssh("chimein check 2>&1 || true").count(complaint) == 1
    assert home.unit("ActiveState") == "active"
    assert len(home.service.told("setup")) == 1
    assert_answers(home)

    home.edit_the_yaml("sensitivty: high", "sensitivity: high")
    home.ssh("sudo systemctl reload chimein")
    home.waits_until(lambda: complaint not in (home.picture()["last_error"] or ""), "the mended file was taken")
