"""`chimein config show|get|set|unset|schema`."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chimein
from chimein.cli import main
from chimein.core.config import Config
from chimein.core.config.keys import every_key
from chimein.edge.config.settings import load
from chimein.edge.config.yaml_file import read

SAMPLE = (Path(chimein.__file__).parent / "config.yaml").read_text(encoding="utf-8")
Said = pytest.CaptureFixture[str]

BUTTON = {"pin": 17, "kind": "momentary", "press": "mute", "hold": "forget", "double": "repeat"}
BUTTON_LINES = "\n".join(f"{key}: {value}" for key, value in BUTTON.items())
BUTTON_FLOW = f"{{{', '.join(BUTTON_LINES.splitlines())}}}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the packaged sample."""
    path = tmp_path / "config.yaml"
    path.write_text(SAMPLE, encoding="utf-8")
    return path


def test_what_show_prints_is_the_configuration(file: Path, tmp_path: Path, capsys: Said) -> None:
    file.write_text("gate: {sensitivity: high}\nlive: {models: {gemini-9: {proactive: never, voices: [Nova]}}}\n")
    assert main(["config", "show", "--config", str(file)]) == 0
    shown = capsys.readouterr().out
    assert f"  sensitivity: high  # {file}:1\n" in shown
    assert "  voice: Puck  # defaults\n" in shown
    (tmp_path / "again.yaml").write_text(shown)
    assert load(tmp_path / "again.yaml").config == load(file).config


def test_show_for_programs(file: Path, capsys: Said) -> None:
    assert main(["config", "show", "--json", "--config", str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert Config.model_validate(said["values"]) == Config()
    assert set(said["sources"]) == {".".join(key) for key in every_key()}
    assert said["sources"]["gate.enabled"].startswith(f"{file}:")
    assert said["files"] == [str(file)]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("assistant.voice", "Puck", "Puck"),
        ("gate.enabled", "true", True),
        ("session.buffer_s", "15", 15),
        ("live.project", "null", None),
        ("live.models", "{}", {}),
        ("panel.button", BUTTON_LINES, BUTTON),
    ],
)
def test_get(file: Path, key: str, text: str, value: Any, capsys: Said) -> None:
    assert main(["config", "get", key, "--config", str(file)]) == 0
    assert capsys.readouterr().out == f"{text}\n"
    assert main(["config", "get", key, "--json", "--config", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == value


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("gate.sensitivty", "there are enabled, sensitivity, "),
        ("gate.sensitivty", "; did you mean gate.sensitivity?\n"),
        ("gate.nope", "preroll_ms, hangover_ms, second_stage\n"),
        ("volume", "; did you mean speaker.volume?\n"),
        ("speaker.volume.loud", "there is no key speaker.volume.loud\n"),
    ],
)
def test_get_of_a_key_that_is_not_there(file: Path, key: str, says: str, capsys: Said) -> None:
    assert main(["config", "get", key, "--config", str(file)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("gate.sensitivity", "high", "sensitivity: normal        # low", "sensitivity: high          # low"),
        ("speaker.volume", "5", "volume: 60                 # per", "volume: 5                  # per"),
        ("panel.lamp.green", "null", "green: 27,", "green: null,"),
        ("session.buffer_s", "1.5", "buffer_s: 15,", "buffer_s: 1.5,"),
        ("microphone.channel", "2", "channel: auto              # auto, mix", "channel: 2                 # auto, mix"),
        ("live.project", "1234", "project: null              # vertex", 'project: "1234"            # vertex'),
        ("live.project", "my-house", "project: null              # vertex", "project: my-house          # vertex"),
        ("live.models.gemini-4.0.proactive", "never", "  models: {}", "  models: {gemini-4.0: {proactive: never}}"),
        ("budget.prices.audio_in", "3", "  prices: {}", "  prices: {audio_in: 3}"),
        ("panel.button", "{pin: 5, kind: switch}", BUTTON_FLOW, "{pin: 5, kind: switch}"),
        (
            "assistant.instruction",
            "Speak up: only when it's about football #1.",
            f">-\n    {Config().assistant.instruction}\n",
            '"Speak up: only when it\'s about football #1."\n',
        ),
    ],
)
def test_set_changes_one_value_and_nothing_else(file: Path, key: str, value: str, before: str, after: str) -> None:
    assert SAMPLE.count(before) == 1
    file.chmod(0o640)
    assert main(["config", "set", key, value, "--config", str(file)]) == 0
    changed = file.read_text(encoding="utf-8")
    assert squeezed(changed) == squeezed(SAMPLE.replace(before, after))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    load(file)


def squeezed(text: str) -> list[list[str]]:
    """Lines as words: a column of remarks may move by a blank where a value has grown."""
    return [line.split() for line in text.splitlines()]


@pytest.mark.parametrize(
    ("key", "value", "how"),
    [("speaker.volume", "5", "reload"), ("panel.earcons", "false", "restart"), ("session.buffer_s", "9", "restart")],
)
def test_set_says_what_a_running_daemon_needs(file: Path, key: str, value: str, how: str, capsys: Said) -> None:
    assert main(["config", "set", key, value, "--config", str(file)]) == 0
    assert f"`sudo systemctl {how} chimein`" in capsys.readouterr().out
    assert main(["config", "unset", key, "--config", str(file)]) == 0
    assert f"`sudo systemctl {how} chimein`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "key", "left"),
    [
        ("gate:\n  sensitivity: high  # mine\n  enabled: true\n", "gate.sensitivity", "gate:\n  enabled: true\n"),
        (
            "# a\ngate:\n  sensitivity: high\n\n# b\nspeaker: {volume: 5}\n",
            "gate",
            "# a\n\n# b\nspeaker: {volume: 5}\n",
        ),
        ("speaker: {volume: 5, device: auto} # s\n", "speaker.volume", "speaker: {device: auto} # s\n"),
        ("speaker: {device: auto, volume: 5} # s\n", "speaker.volume", "speaker: {device: auto} # s\n"),
        ("tools: {mcp: {home: {url: 'http://a/b'}}}\nquiet: {}\n", "tools.mcp.home.url", "quiet: {}\n"),
        ("speeker: {volume: 5}\r\ngate: {}\r\n", "speeker", "gate: {}\r\n"),
        (
            "assistant:\n  instruction: >-\n    Speak of plants:\n    always.\n  voice: Kore\n",
            "assistant.instruction",
            "assistant:\n  voice: Kore\n",
        ),
    ],
)
def test_unset_takes_one_key_out_and_leaves_the_rest(file: Path, text: str, key: str, left: str) -> None:
    file.write_bytes(text.encode())
    assert main(["config", "unset", key, "--config", str(file)]) == 0
    assert file.read_bytes().decode() == left


def test_unset_of_what_does_not_stand_there_changes_nothing(file: Path, capsys: Said) -> None:
    file.write_text("speaker: {volume: 5}\n")
    (file.parent / "conf.d").mkdir()
    (file.parent / "conf.d" / "a.yaml").write_text("gate: {sensitivity: high}\n")
    assert main(["config", "unset", "gate.sensitivity", "--config", str(file)]) == 0
    said = capsys.readouterr().out
    assert "gate.sensitivity does not stand in it" in said
    assert f"note: {file.parent}/conf.d/a.yaml:1 still says something" in said
    assert main(["config", "unset", "gate.sensitivty", "--config", str(file)]) == 2
    assert file.read_text() == "speaker: {volume: 5}\n"


def test_unset_refuses_what_check_would(file: Path) -> None:
    text = "live: {model: gemini-9, models: {gemini-9: {proactive: never}}, proactive: false}\n"
    file.write_text(text)
    assert main(["config", "unset", "live.models", "--config", str(file)]) == 78
    assert file.read_text() == text


def test_every_key_of_the_sample_can_be_unset(file: Path) -> None:
    for key in every_key():
        assert main(["config", "unset", ".".join(key), "--config", str(file)]) == 0, key
    assert read(file.read_text(encoding="utf-8")).data == {}
    assert load(file).config == Config()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("gate.enabled", "yes", "did you mean true?"),
        ("gate.sensitivty", "high", "did you mean sensitivity?"),
        ("gates", "{}", "did you mean gate?"),
        ("gate", "on", "must be a section"),
        ("speaker.volume", "200", "0 to 100"),
        ("speaker.volume", "", "must be a whole number"),
        ("panel.button.pin", "22", "already used by panel.button.pin"),
        ("live.proactive", "false", "always proactive"),
        ("live.model", "gemini-3", "did you mean"),
        ("assistant.voice", "puck", "did you mean Puck?"),
        ("assistant.instruction", "", "must"),
        ("", "x", "no such key"),
        ("a\nb", "x", "no such key"),
    ],
)
def test_set_refuses_what_check_would(file: Path, key: str, value: str, says: str, capsys: Said) -> None:
    assert main(["config", "set", "--config", str(file), key, value]) == 78
    assert says in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == SAMPLE


@pytest.mark.parametrize("key", ["live.api_key", "live.project", "gate.enabled", "assistant.instruction"])
def test_set_never_takes_nor_repeats_a_key(file: Path, key: str, capsys: Said) -> None:
    assert main(["config", "set", "--config", str(file), key, "AIzaSyA1234567890abcdefghij"]) == 78
    said = capsys.readouterr()
    assert "chimein set-key" in said.err
    assert "AIza" not in said.out + said.err
    assert file.read_text(encoding="utf-8") == SAMPLE


def test_set_can_mend_a_bad_value(file: Path) -> None:
    file.write_text("gate: {sensitivity: medium} # mine\n")
    assert main(["config", "set", "gate.sensitivity", "low", "--config", str(file)]) == 0
    assert file.read_text() == "gate: {sensitivity: low} # mine\n"


def test_set_refuses_a_file_that_cannot_be_read(file: Path, capsys: Said) -> None:
    file.write_bytes(b"gate: [\n")
    assert main(["config", "set", "gate.sensitivity", "low", "--config", str(file)]) == 78
    assert ":1: gate: a bracket is not closed" in capsys.readouterr().err
    file.write_bytes(b"\x00\x01")
    assert main(["config", "set", "gate.sensitivity", "low", "--config", str(file)]) == 78
    assert file.read_bytes() == b"\x00\x01"


def test_set_makes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.yaml"
    assert main(["config", "set", "gate.sensitivity", "low", "--config", str(file)]) == 0
    assert load(file).config.gate.sensitivity == "low"
    assert read(file.read_text()).data == {"gate": {"sensitivity": "low"}}


def test_set_says_when_another_file_has_the_last_word(file: Path, capsys: Said) -> None:
    (file.parent / "conf.d").mkdir()
    (file.parent / "conf.d" / "a.yaml").write_text("gate: {sensitivity: high}\n")
    assert main(["config", "set", "gate.sensitivity", "low", "--config", str(file)]) == 0
    assert f"note: {file.parent}/conf.d/a.yaml:1 comes later" in capsys.readouterr().out


def test_every_default_can_be_set_to_itself(file: Path, capsys: Said) -> None:
    for key in every_key():
        assert main(["config", "get", ".".join(key), "--config", str(file)]) == 0
        value = capsys.readouterr().out.removesuffix("\n")
        assert main(["config", "set", ".".join(key), value, "--config", str(file)]) == 0, key
        capsys.readouterr()
    assert load(file).config == Config()
    assert [line for line in SAMPLE.splitlines() if line.startswith("#")] == [
        line for line in file.read_text().splitlines() if line.startswith("#")
    ]


def test_the_schema_describes_every_key(capsys: Said) -> None:
    assert main(["config", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].endswith("2020-12/schema")
    for definition in schema["$defs"].values():
        assert definition["additionalProperties"] is False
        for field in definition["properties"].values():  # a section's sentence stands in its definition
            assert field.get("description") or schema["$defs"][field["$ref"].rpartition("/")[2]]["description"]


def test_set_takes_no_bytes_that_are_no_text(file: Path) -> None:
    assert main(["config", "set", "assistant.instruction", "Caf\udce9", "--config", str(file)]) == 2
    assert file.read_text(encoding="utf-8") == SAMPLE


KEYS = st.sampled_from([*map(".".join, every_key()), "live.models.x.proactive"]) | st.text(max_size=8)
WORTH = st.sampled_from(["1", "null", "[", "{a: b}", "high", "-", "*x", "!!int x", "# no", "'"]) | st.text(max_size=8)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, value=WORTH)
def test_whatever_is_set_check_is_content_or_nothing_changed(file: Path, key: str, value: str) -> None:
    file.write_text(SAMPLE, encoding="utf-8")
    status = main(["config", "set", "--config", str(file), "--", key, value])
    assert status in (0, 2, 78)
    load(file)
    assert status == 0 or file.read_text(encoding="utf-8") == SAMPLE
