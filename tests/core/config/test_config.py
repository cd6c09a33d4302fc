"""The sections by themselves, the map of keys read off them, and the rules between keys."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from chimein.core.config import Config, GateSettings, LiveSettings, MicrophoneSettings, SessionSettings, config
from chimein.core.config.keys import bounds, description, every_key, exists, keys_under, parse
from chimein.core.config.kitchen import McpSettings
from chimein.core.config.problems import Problem, nearest, printable, shown, shown_text
from chimein.core.config.rules import notes, quarrels

SECTIONS = [
    kind
    for kind in vars(config).values()
    if isinstance(kind, type) and issubclass(kind, config.Section) and kind is not config.Section
]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_can_be_made_with_its_defaults_and_never_changed(section: type[BaseModel]) -> None:
    made = section()
    field = next(iter(section.model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made, field, None)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_defaults_obey_their_own_rules(section: type[BaseModel]) -> None:
    assert section.model_validate(section().model_dump()) == section()


@pytest.mark.parametrize("path", [path for key in every_key() for path in (key, key[:-1]) if path], ids=".".join)
def test_every_key_has_its_sentence(path: tuple[str, ...]) -> None:
    sentence = description(path)
    assert sentence.endswith(".")
    assert sentence[0].isupper() or sentence.split()[0].strip(",") in keys_and_values()
    assert exists(path)


def keys_and_values() -> set[str]:
    """Words a sentence may begin with in small letters: they are values to write."""
    return {"auto", "none", "momentary", "gemini", "half-duplex"}


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("gate.preroll_ms", "milliseconds, 0 to 5000"),
        ("session.buffer_s", "seconds, 1 to 120"),
        ("session.keep_tokens", "tokens, 0 to 131072"),
        ("panel.button.pin", "BCM number, 0 to 27"),
        ("panel.lamp.brightness", "percent, 0 to 100"),
        ("timers.ring_for_s", "seconds, 1 to 3600"),
    ],
)
def test_a_number_names_its_unit_and_the_range_it_really_has(path: str, unit: str) -> None:
    keys = parse(path)
    assert unit in description(keys)
    assert unit.endswith(bounds(keys))
    assert bounds(keys)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("gate.enabled", ("gate", "enabled")),
        ("live.models.gemini-3.8-live", ("live", "models", "gemini-3.8-live")),
        ("live.models.gemini-3.8-live.proactive", ("live", "models", "gemini-3.8-live", "proactive")),
    ],
)
def test_a_key_is_taken_apart(key: str, path: tuple[str, ...]) -> None:
    assert parse(key) == path
    assert exists(path)


def test_keys_under_a_section() -> None:
    assert keys_under(("panel",)) == ["board", "button", "lamp", "earcons"]
    assert keys_under(("budget", "prices")) == ["text_in", "audio_in", "text_out", "audio_out"]
    assert keys_under(("live", "models")) == []
    assert "proactive" in keys_under(("live", "models", "any"))
    assert keys_under(("gate", "enabled")) == []
    assert not exists(("gate", "no"))


@pytest.mark.parametrize("channel", ["auto", "mix", 0, 31])
def test_channels_that_may_be(channel: Any) -> None:
    assert MicrophoneSettings(channel=channel).channel == channel


@pytest.mark.parametrize("channel", ["0", 32, -1, True, 1.0, None, "left"])
def test_channels_that_may_not_be(channel: Any) -> None:
    with pytest.raises(ValidationError, match="auto, mix or a whole number from 0 to 31"):
        MicrophoneSettings(channel=channel)


@pytest.mark.parametrize("device", ["auto", "Array", "usb:2886:001A", "file:/tmp/a b.wav", "*ReSpeaker*"])
def test_devices_that_may_be(device: str) -> None:
    assert MicrophoneSettings(device=device).device == device


@pytest.mark.parametrize(
    "device", ["", "  ", "usb:2886", "usb:2886:xyzt", "file:scene.wav", "file:~/scene.wav", "a\x00b"]
)
def test_devices_that_may_not_be(device: str) -> None:
    with pytest.raises(ValidationError):
        MicrophoneSettings(device=device)


@pytest.mark.parametrize("url", ["http://h", "https://h:8123/api/mcp", "http://[::1]:8123/x", "http://192.168.1.5/"])
def test_addresses_of_servers(url: str) -> None:
    assert McpSettings(url=url).url == url


@pytest.mark.parametrize(
    "url",
    ["h:8123", "ftp://h", "http://h:port/x", "http://[::1/x", "http://::1/x", "http://me:secret@h/", "http://h/?a"],
)
def test_addresses_that_lead_nowhere(url: str) -> None:
    with pytest.raises(ValidationError):
        McpSettings(url=url)


@pytest.mark.parametrize("value", ["true", 1, None, "yes"])
def test_only_a_bool_is_a_bool(value: Any) -> None:
    with pytest.raises(ValidationError):
        GateSettings(enabled=value)


def test_a_whole_number_will_do_for_seconds() -> None:
    assert SessionSettings(buffer_s=3).buffer_s == 3.0
    with pytest.raises(ValidationError):
        SessionSettings(buffer_s=True)


def test_a_validation_error_shows_no_input() -> None:
    with pytest.raises(ValidationError) as caught:
        GateSettings(enabled="hunter2")  # type: ignore[arg-type]
    assert "hunter2" not in str(caught.value)


def test_traits_of_the_chosen_model() -> None:
    rows: Any = {"new": {"proactive": "opt-in", "services": ["vertex"], "voices": ["Nova"]}}
    traits = LiveSettings.model_validate({"model": "new", "models": rows}).traits()
    assert (traits.proactive, traits.services, traits.voices) == ("opt-in", ("vertex",), ("Nova",))


VERTEX = {"service": "vertex", "model": "gemini-live-2.5-flash-native-audio", "project": "p", "location": "us-central1"}
OPT_IN = "gemini-2.5-flash-native-audio-latest"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"live": {"model": OPT_IN, "proactive": False}},
        {"live": {"model": OPT_IN}},
        {"live": {"model": "gemini-3.1-flash-live-preview", "proactive": False}},
        {"live": VERTEX},
        {"live": {"model": "new", "models": {"new": {"proactive": "opt-in"}}}},
        {"live": {"models": {"gemini-3.8-live": {"proactive": "opt-in"}}, "proactive": False}},
        {"assistant": {"voice": "Nova"}, "live": {"models": {"gemini-3.8-live": {"voices": ["Nova"]}}}},
        {"panel": {"lamp": {"green": None, "blue": None}, "button": {"pin": 27}}},
        {"panel": {"board": "generic"}},
    ],
)
def test_peace(said: dict[str, Any]) -> None:
    assert list(quarrels(Config.model_validate(said))) == []


@pytest.mark.parametrize(
    ("said", "path", "suggestion"),
    [
        ({"live": {"proactive": False}}, "live.proactive", "true"),
        ({"live": {"model": "gemini-3.8-live-extended-thinking", "proactive": False}}, "live.proactive", "true"),
        ({"live": {"model": "gemini-3.1-flash-live-preview"}}, "live.proactive", "false"),
        ({"live": {"model": "gemini-3.8-Live"}}, "live.model", "gemini-3.8-live"),
        ({"live": {"model": "models/gemini-3.8-live"}}, "live.model", "gemini-3.8-live"),
        ({"live": {"model": "whisper"}}, "live.model", None),
        ({"live": {"model": ""}}, "live.model", None),
        ({"live": {"model": "new", "models": {"new": {"tool_default": "blocking"}}}}, "live.models.new", None),
        ({"live": VERTEX | {"project": None}}, "live.project", None),
        ({"live": VERTEX | {"location": None}}, "live.location", "us-central1"),
        ({"live": VERTEX | {"location": "global"}}, "live.location", "us-central1"),
        ({"live": VERTEX | {"service": "gemini"}}, "live.model", "gemini-2.5-flash-native-audio-latest"),
        ({"live": VERTEX | {"model": OPT_IN}}, "live.model", "gemini-live-2.5-flash-native-audio"),
        ({"assistant": {"voice": "puck"}}, "assistant.voice", "Puck"),
        ({"assistant": {"voice": "Zefir"}}, "assistant.voice", "Zephyr"),
        ({"assistant": {"voice": "Bob"}}, "assistant.voice", None),
        ({"panel": {"button": {"pin": 22}}}, "panel.lamp.red", "17"),
        ({"panel": {"lamp": {"red": 27}}}, "panel.lamp.green", "22"),
        ({"panel": {"board": "respeaker-2mic-hat", "button": {"pin": 10}}}, "panel.button.pin", "17"),
        ({"panel": {"button": {"hold": "mute"}}}, "panel.button.hold", "none"),
        ({"session": {"keep_tokens": 25600}}, "session.keep_tokens", "12800"),
        ({"assistant": {"persona": "gardner", "personas": {"gardener": "x"}}}, "assistant.persona", "gardener"),
        ({"assistant": {"persona": "gardener"}}, "assistant.persona", None),
        ({"assistant": {"personas": {"two words": "x"}}}, "assistant.personas.two words", None),
        ({"tools": {"mcp": {"home": {"allow": ["x"]}}}}, "tools.mcp.home", None),
        ({"tools": {"mcp": {"Home": {"url": "http://h/"}}}}, "tools.mcp.Home", None),
    ],
)
def test_quarrels(said: dict[str, Any], path: str, suggestion: str | None) -> None:
    found = list(quarrels(Config.model_validate(said)))
    assert [".".join(quarrel.paths[0]) for quarrel in found] == [path]
    assert found[0].suggestion == suggestion
    assert len(found[0].message) > 20


def test_every_quarrel_is_told_at_once() -> None:
    said = {
        "live": {"service": "vertex", "proactive": False},
        "session": {"compress_at_tokens": 1000},
        "assistant": {"voice": "?"},
    }
    paths = {".".join(quarrel.paths[0]) for quarrel in quarrels(Config.model_validate(said))}
    assert paths == {"live.proactive", "live.project", "live.location", "session.keep_tokens", "assistant.voice"}


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ({"live": {"model": "new", "models": {"new": {"proactive": "opt-in"}}}}, "no price of new is known"),
        ({"budget": {"model_prices": {"gemini-3.8-life": {}}}}, "did you mean gemini-3.8-live?"),
        ({"live": {"project": "p"}}, "live.project: only used with"),
        ({"live": {"model": "gemini-3.1-flash-live-preview", "proactive": False}}, "cannot stay silent"),
        ({"gate": {"enabled": False}}, "billed like speech"),
        ({"tools": {"mcp": {"home": {"url": "https://h/"}}}}, "none of its tools can be used"),
        ({"tools": {"mcp": {"home": {"url": "http://h/", "credential": "ha", "allow": ["x"]}}}}, "in the clear"),
        ({"live": VERTEX | {"model": "gemini-3.8-live"}}, "was not confirmed"),
        ({"panel": {"button": {"press": "stop"}}}, "panel.button: no gesture mutes"),
    ],
)
def test_notes(said: dict[str, Any], note: str) -> None:
    assert any(note in one for one in notes(Config.model_validate(said)))


def test_the_defaults_need_no_notes() -> None:
    assert list(notes(Config())) == []


def test_a_problem_in_one_line() -> None:
    assert str(Problem("a.yaml", 3, "gate.on", "no such key", "gate.enabled")) == (
        "a.yaml:3: gate.on: no such key; did you mean gate.enabled?"
    )
    assert str(Problem("a\x1b[2Jb", None, "", "gone")) == "a\\x1b[2Jb: gone"


def test_what_a_message_may_show() -> None:
    assert shown("x" * 500).endswith("…'")
    assert "AIza" not in shown("AIzaSyA1234567890abcdef")
    assert shown(None) == "nothing (null)"
    assert shown(True) == "true"
    assert shown([1]) == "a list"
    assert printable("a\nb\udcff") == "a\\nb\\udcff"
    assert shown_text("ok") == "ok"


@pytest.mark.parametrize(("word", "meant"), [("puck", "Puck"), ("kor", "Kore"), ("xyz", None), ("", None)])
def test_the_nearest_word(word: str, meant: str | None) -> None:
    assert nearest(word, ["Puck", "Kore"]) == meant
