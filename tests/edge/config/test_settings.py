"""Files as people really leave them: every problem at once, at its line, and never anything but BadConfig.

Longer than 300 lines, because the table of mistakes is better read in one piece.
"""

import os
from pathlib import Path

import pytest

import chimein
from chimein.core.config import Config
from chimein.core.config.problems import BadConfig
from chimein.edge.config import settings as edge
from chimein.edge.config.settings import Loaded, config_file, load

SAMPLE = Path(chimein.__file__).parent / "config.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def loaded(file: Path, text: str) -> Loaded:
    file.write_bytes(text.encode())
    return load(file)


def problems(file: Path, text: str | bytes) -> list[str]:
    """What check would print about a file with this text, without the directory."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadConfig) as caught:
        load(file)
    assert caught.value.exit_status == 78
    return [str(problem).replace(f"{file.parent}/", "") for problem in caught.value.problems]


# --- what is fine


def test_the_packaged_sample_is_the_defaults_and_names_every_key() -> None:
    sample = load(SAMPLE)
    assert sample.config == Config()
    assert sample.notes == []
    assert "defaults" not in sample.sources.values()


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "---\n...\n", "null\n", "\ufeff", "{}\n"])
def test_an_empty_file_means_the_defaults(file: Path, text: str) -> None:
    assert loaded(file, text).config == Config()


@pytest.mark.parametrize("text", ["gate:\n", "gate:\n  # enabled: false\nlive: {}\n", "panel:\n  lamp:\n", "gate: ~\n"])
def test_a_section_with_nothing_under_it_means_its_defaults(file: Path, text: str) -> None:
    assert loaded(file, text).config == Config()


def test_values_and_where_they_come_from(file: Path) -> None:
    found = loaded(file, "# mine\ngate:\n  sensitivity: high\nsession: {buffer_s: 3}\n")
    assert (found.config.gate.sensitivity, found.config.session.buffer_s) == ("high", 3)
    assert found.sources["gate.sensitivity"] == f"{file}:3"
    assert found.sources["session.buffer_s"] == f"{file}:4"
    assert found.sources["gate.enabled"] == "defaults"
    assert found.files == (file,)


def test_aliases_windows_lines_and_other_numbers_are_read(file: Path) -> None:
    found = loaded(file, "gate: {preroll_ms: &ms 1_0, hangover_ms: *ms}\r\npanel:\r\n  button: {pin: 0x11}\r\n")
    assert (found.config.gate.preroll_ms, found.config.gate.hangover_ms, found.config.panel.button.pin) == (10, 10, 17)


def test_later_files_win_key_by_key(file: Path) -> None:
    extras = file.parent / "conf.d"
    extras.mkdir()
    (extras / "20-b.yaml").write_text("gate: {sensitivity: low}\n")
    (extras / "10-a.yaml").write_text("gate: {sensitivity: high, preroll_ms: 100}\n")
    (extras / "30-c.yml").write_text("not read: [")
    (extras / ".hidden.yaml").write_text("not read: [")
    found = loaded(file, "gate: {preroll_ms: 200, hangover_ms: 300}\n")
    assert found.config.gate.model_dump() == {
        "enabled": True,
        "sensitivity": "low",
        "preroll_ms": 100,
        "hangover_ms": 300,
        "second_stage": "none",
    }
    assert found.sources["gate.sensitivity"] == f"{extras}/20-b.yaml:1"
    assert found.sources["gate.hangover_ms"] == f"{file}:1"


def test_a_later_file_can_make_peace(file: Path) -> None:
    (file.parent / "conf.d").mkdir()
    (file.parent / "conf.d" / "model.yaml").write_text("live: {model: gemini-2.5-flash-native-audio-latest}\n")
    assert loaded(file, "live: {proactive: false}\n").config.live.proactive is False


# --- what is not


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "gate:\n  enbled: true\n",
            ["config.yaml:2: gate.enbled: there is no such key", "did you mean enabled?"],
        ),
        ("gates: {}\n", ["config.yaml:1: gates: there is no such key at the top", "did you mean gate?"]),
        ("volume: 5\n", ["config.yaml:1: volume:", "did you mean speaker.volume?"]),
        ("gate.enabled: true\n", ["config.yaml:1: gate.enabled: keys are nested"]),
        ("1: 2\n", ["config.yaml:1: 1: there is no such key"]),
        ("gate: {enabled: yes}\n", ["gate.enabled: must be true or false", "not the text 'yes'", "did you mean true?"]),
        ("gate: {enabled: off}\n", ["did you mean false?"]),
        ("gate: {enabled: 1}\n", ["not 1", "did you mean true?"]),
        ("gate: {enabled: 'true'}\n", ["without quotes", "did you mean true?"]),
        ("gate: {enabled: }\n", ["not nothing (null)"]),
        ("speaker: {volume: '60'}\n", ["must be a whole number", "did you mean 60?"]),
        ("speaker: {volume: 60.0}\n", ["must be a whole number", "did you mean 60?"]),
        ("speaker: {volume: 101}\n", ["must be 0 to 100, not 101", "did you mean 100?"]),
        ("speaker: {volume: -1}\n", ["must be 0 to 100, not -1", "did you mean 0?"]),
        ("speaker: {volume: .inf}\n", ["must be a whole number", "not inf"]),
        ("speaker: {volume: 1e3}\n", ["must be a whole number", "not 1000.0"]),
        ("speaker: {volume: 99999999999999999999999999}\n", ["must be 0 to 100"]),
        ("speaker: {volume: }\n", ["must be a whole number", "null"]),
        ("speaker: loud\n", ["speaker: must be a section with keys under it (device, volume), not the text 'loud'"]),
        ("speaker: [60]\n", ["speaker: must be a section", "not a list"]),
        ("speaker: {device: 3}\n", ["must be a text, not 3", 'did you mean "3"?']),
        ("speaker: {device: file:out.wav}\n", ["whole path"]),
        ("microphone: {device: file:~/in.wav}\n", ["whole path"]),
        ("microphone: {channel: left}\n", ["auto, mix or a whole number"]),
        ("microphone: {channel: '3'}\n", ["did you mean 3?"]),
        ("session: {buffer_s: .nan}\n", ["not NaN"]),
        ("session: {buffer_s: 1e999}\n", ["not infinite"]),
        ("session: {buffer_s: '15'}\n", ["must be a number", "did you mean 15?"]),
        ("session: {buffer_s: 12.5 s}\n", ["not the text '12.5 s'", "did you mean 12.5?"]),
        ("gate: {preroll_ms: 400ms}\n", ["did you mean 400?"]),
        ("timers: {ring_for_s: 10m}\n", ["did you mean 600?"]),
        ("budget: {daily_usd: '0,50'}\n", ["did you mean 0.50?"]),
        ("budget: {daily_usd: 1 USD}\n", ["did you mean 1?"]),
        ("panel: {button: {pin: 28}}\n", ["panel.button.pin: must be 0 to 27, not 28", "BCM"]),
        ("panel: {button: {pin: GPIO17}}\n", ["panel.button.pin: must be a whole number"]),
        ("panel: {button: 17}\n", ["panel.button: must be a section", "pin, kind"]),
        ("panel: {lamp: {red: 17}}\n", ["config.yaml:1: panel.lamp.red: GPIO 17 is already used by panel.button.pin"]),
        ("panel: {board: respeaker}\n", ["must be one of none, generic", "did you mean respeaker-"]),
        ("panel: {board: false}\n", ["must be one of none", "did you mean none?"]),
        ("live: {model: gemini-3.8}\n", ["live.model: no Live model", "did you mean gemini-3.8-live?"]),
        ("live: {model: 3}\n", ["live.model: must be a text"]),
        ("live: {service: vertexai}\n", ["must be one of gemini, vertex", "did you mean vertex?"]),
        ("live: {proactive: false}\n", ["live.proactive: gemini-3.8-live is always proactive"]),
        ("live: {models: [a]}\n", ["live.models: must be a section"]),
        ("live: {models: {a: b}}\n", ["live.models.a: must be a section", "proactive"]),
        (
            "live: {models: {a: {proactive: ever}}}\n",
            ["a.proactive: must be one of always", "did you mean never?"],
        ),
        ("live: {models: {a: {proactive: never, services: vertex}}}\n", ["must be a list", "did you mean [vertex]?"]),
        ("live: {models: {a: {proactive: never, services: []}}}\n", ["live.models.a.services: must not be empty"]),
        ("live: {models: {a: {proactive: never, services: [aws]}}}\n", ["must be one of gemini, vertex"]),
        ("assistant: {instruction: '  '}\n", ["assistant.instruction: must not be empty"]),
        ("assistant: {instruction: null}\n", ["assistant.instruction: must be a text"]),
        ("assistant: {voice: puck}\n", ["did you mean Puck?"]),
        ("assistant: {voice: 2020-01-01}\n", ["no voice of this name"]),
        ("budget: {prices: {audio: 3}}\n", ["budget.prices.audio: there is no such key", "did you mean audio_in?"]),
        ("budget: {daily_usd: -1}\n", ["must be at least 0"]),
        ("- gate\n", ["config.yaml:1: the file must consist of sections", "not of a list"]),
        ("gate\n", ["config.yaml:1: the file must consist of sections", "not of a single value"]),
        ("gate: {}\n---\nlive: {}\n", ["config.yaml:2: a second document"]),
        ("gate:\n  enabled: true\nlive: {}\ngate: {}\n", ["config.yaml:4: gate: stands twice, first in line 1"]),
        ("gate: {? [a] : b}\n", ["a key must be a word"]),
        ("base: &b {enabled: true}\ngate:\n  <<: *b\n", ["config.yaml:3: gate: merging with <<"]),
        ("gate: {enabled: !!python/name:os.system x}\n", ["config.yaml:1: gate.enabled: YAML tags"]),
        ("gate: {preroll_ms: !!int soon}\n", ["cannot be read as int"]),
        ("gate: *nothing\n", ["config.yaml:1: gate: an alias (*) without"]),
        ("gate: {enabled: true\n", ["config.yaml:1: gate: a bracket is not closed"]),
        ("gate:\n  enabled: true\n hangover_ms: 1\n", ["config.yaml:3: gate: wrong indentation"]),
        ("gate:\n  enabled\n  hangover_ms: 1\n", ["config.yaml:3: gate: a colon where none can be"]),
        ("assistant: {voice: @Puck}\n", ["config.yaml:1: assistant: a text that begins with this"]),
        ("a: b: c\n", ["config.yaml:1: a: a colon where none can be"]),
        ("gate: &g\n  enabled: *g\n", ["config.yaml:"]),
        ("a: &a [*a]\n", ["nested more than"]),
        ("gate: " + "[" * 60_000, ["config.yaml:1: gate: nested more than"]),
        ("gate: " + "{a: " * 400 + "1" + "}" * 400, ["nested more than"]),
        ("speaker: {volume: " + "9" * 5000 + "}\n", ["config.yaml:1: speaker.volume: must be 0 to 100, not 999"]),
        ("speaker: {volume: -" + "9" * 5000 + "}\n", ["speaker.volume: must be 0 to 100, not -999"]),
        ("budget: {daily_usd: " + "9" * 5000 + "}\n", ["budget.daily_usd: must be a number"]),
        ("microphone: {channel: " + "9" * 5000 + "}\n", ["microphone.channel: must be auto, mix"]),
        ("x: " + "9" * 5000, ["config.yaml:1: x: there is no such key"]),
        ("gate: {}\na: 'never closed\nb: 1\n", ["config.yaml:2: a: a quote that begins here is never closed"]),
        ("# " + "x" * 70_000, ["config.yaml: is longer than 64 KiB"]),
        (b"\x7fELF\x00\x01", ["config.yaml: is a binary file"]),
        (b"gate: {}\nvoice: caf\xe9\n", ["config.yaml:2: is not UTF-8 text (byte 0xe9)"]),
        ("gate: {}\n\x1b[2J: 1\n", ["config.yaml:"]),
    ],
)
def test_one_problem_is_named_with_its_line_and_what_to_do(file: Path, text: str | bytes, says: list[str]) -> None:
    found = problems(file, text)
    assert any(all(words in line for words in says) for line in found), found
    assert all(line.isprintable() for line in found)


def test_a_number_that_looks_octal_is_read_as_it_stands_and_said(file: Path) -> None:
    found = loaded(file, "panel:\n  button: {pin: 017}\nspeaker: {volume: 0}\ngate: {preroll_ms: 0o17}\n")
    assert (found.config.panel.button.pin, found.config.gate.preroll_ms) == (17, 15)
    assert found.notes == [f"{file}:2: panel.button.pin: 017 is read as 17, not as an octal number; write 17"]


def test_nobody_has_to_read_a_thousand_problems(file: Path) -> None:
    found = problems(file, "".join(f"key{n}: 1\n" for n in range(1000)))
    assert len(found) == 101
    assert "config.yaml: has 900 problems more; is it the right file?" in found


def test_tabs_are_all_named_and_the_rest_is_checked_as_well(file: Path) -> None:
    found = problems(file, "gate:\n\tenabled: true\n\tsensitivty: high\n")
    assert found[0] == "config.yaml:2: gate.enabled: YAML does not allow tabs; use spaces"
    assert found[1].startswith("config.yaml:3: gate.sensitivty: YAML does not allow tabs")
    assert found[2].startswith("config.yaml:3: gate.sensitivty:")


def test_a_tab_where_yaml_allows_it_is_no_problem(file: Path) -> None:
    text = "# a\tremark\nassistant:\n  instruction: |\n    Only\tcooking.\n"
    assert loaded(file, text).config.assistant.instruction == "Only\tcooking.\n"


def test_all_problems_at_once_in_the_order_of_the_file(file: Path) -> None:
    found = problems(
        file,
        "assistant: {voice: puck}\nlive: {modle: x}\ngate: {enabled: yes, preroll_ms: -1}\n"
        "panel:\n  button: {pin: 99}\n  lamp: {red: 5, green: 5}\nsession: {keep_tokens: 99999}\n",
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["config.yaml:1", "assistant.voice"],
        ["config.yaml:2", "live.modle"],
        ["config.yaml:3", "gate.enabled"],
        ["config.yaml:3", "gate.preroll_ms"],
        ["config.yaml:5", "panel.button.pin"],
        ["config.yaml:6", "panel.lamp.green"],
        ["config.yaml:7", "session.keep_tokens"],
    ]


def test_a_syntax_error_hides_nothing_of_the_other_sections(file: Path) -> None:
    text = "live: {modle: x}\nspeaker:\n  volume: 70%\n  device: 'a\ngate: {enbled: true}\necho: [\n\n"
    text += "session: {buffer_s: -1}\nlive: {}\n"
    assert [line.split(": ")[:2] for line in problems(file, text)] == [
        ["config.yaml:1", "live.modle"],
        ["config.yaml:4", "speaker"],
        ["config.yaml:5", "gate.enbled"],
        ["config.yaml:6", "echo"],
        ["config.yaml:8", "session.buffer_s"],
        ["config.yaml:9", "live"],
    ]


def test_problems_of_all_files_are_told(file: Path) -> None:
    extras = file.parent / "conf.d"
    extras.mkdir()
    (extras / "a.yaml").write_text("gate: [\n")
    (extras / "b.yaml").mkdir()
    (extras / "c.yaml").write_text("speaker: {volume: 200}\n")
    found = problems(file, "gate: {enabled: maybe}\n")
    assert [line.split(": ")[0] for line in found] == [
        "config.yaml:1",
        "conf.d/a.yaml:1",
        "conf.d/b.yaml",
        "conf.d/c.yaml:1",
    ]


def test_a_wrong_value_starts_no_quarrel(file: Path) -> None:
    """Nobody knows yet which model this will be, so nobody can say whether it may be told to answer everything."""
    assert len(problems(file, "live: {model: 7, proactive: false}\n")) == 1
    assert len(problems(file, "live: {modle: gemini-2.5-flash-native-audio-latest, proactive: false}\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "api_key: AIzaSyA1234567890abcdefghij\n",
        "live: {api_key: hunter2hunter2}\n",
        "live: {key: hunter2hunter2}\n",
        "live: {google-api-key: hunter2hunter2}\n",
        "live: {password: [hunter2hunter2]}\n",
        "live: {project: AIzaSyA1234567890abcdefghij}\n",
        "assistant: {instruction: 'cook with AIzaSyA1234567890abcdefghij please'}\n",
        "gate: {enabled: AIzaSyA1234567890abcdefghij}\n",
        "live: {AIzaSyA1234567890abcdefghij: 1}\n",
        "live: {model: *AIzaSyA1234567890abcdefghij}\n",
        "api_key: 'AIzaSyA1234567890abcdefghij\n",
        "api_key:AIzaSyA1234567890abcdefghij\n",
        "live:\n\tapi_key: AIzaSyA1234567890abcdefghij\n",
    ],
)
def test_a_secret_is_a_problem_and_is_never_repeated(file: Path, text: str) -> None:
    told = "\n".join(problems(file, text))
    assert "hunter2" not in told
    assert "AIza" not in told


def test_a_secret_says_where_it_belongs(file: Path) -> None:
    assert "chimein set-key" in problems(file, "live: {api_key: hunter2hunter2}\n")[0]
    assert "chimein set-key" in problems(file, "live: {project: AIzaSyA1234567890abcdefghij}\n")[0]


def test_a_token_says_where_it_belongs_and_is_not_shown(file: Path) -> None:
    server = "url: 'https://home.local/api/mcp'"
    (told,) = problems(file, f"tools: {{mcp: {{home: {{{server}, token: hunter2}}}}}}\n")
    assert "chimein set-key --for NAME" in told
    (told,) = problems(file, f"tools: {{mcp: {{home: {{{server}, credential: My.Hunter2}}}}}}\n")
    assert "must be small letters, digits and hyphens" in told
    assert "unter2" not in told


def test_an_alias_bomb_does_not_go_off(file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "more than 5000 values" in problems(file, "\n".join(lines))[0]


# --- files that are not there


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(BadConfig, match="no such file"):
        load(file)


def test_a_directory_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="is a directory"):
        load(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(file: Path) -> None:
    file.write_text("")
    file.chmod(0)
    with pytest.raises(BadConfig, match="may not be read by you"):
        load(file)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_directory_one_may_not_look_into_is_no_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "etc"
    closed.mkdir(mode=0)
    monkeypatch.setattr(edge, "SYSTEM_DIRECTORY", closed)
    with pytest.raises(BadConfig, match="may not be read by you"):
        load()


@pytest.mark.parametrize("name", ["a\x00b", "x" * 5000, "loop"])
def test_names_that_are_no_names(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(BadConfig):
        load(tmp_path / name)


def test_the_file_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, own = tmp_path / "etc", tmp_path / "xdg" / "chimein"
    monkeypatch.setattr(edge, "SYSTEM_DIRECTORY", system)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert load(environ=environ).files == ()
    assert config_file(environ=environ).parent == (system if os.geteuid() == 0 else own)
    assert config_file(tmp_path / "mine", environ=environ) == tmp_path / "mine"
    own.mkdir(parents=True)
    (own / "config.yaml").write_text("speaker: {volume: 1}\n")
    assert load(environ=environ).config.speaker.volume == 1
    (system / "conf.d").mkdir(parents=True)
    (system / "conf.d" / "a.yaml").write_text("speaker: {volume: 2}\n")
    assert load(environ=environ).config.speaker.volume == 2
    (system / "config.yaml").write_text("speaker: {volume: 3}\n")
    (system / "conf.d" / "a.yaml").unlink()
    assert load(environ=environ).config.speaker.volume == 3
