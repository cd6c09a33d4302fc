"""The table of models: what may be sent to whom, and how the configuration corrects it."""

import pytest

from chimein.core.errors import ConfigError
from chimein.core.live.models import MODELS, VOICES, ModelTraits, names, traits


def test_there_are_thirty_voices_in_order() -> None:
    assert len(set(VOICES)) == 30
    assert list(VOICES) == sorted(VOICES)


@pytest.mark.parametrize("name", MODELS)
def test_every_row_makes_sense(name: str) -> None:
    row = MODELS[name]
    assert row.services
    assert row.tool_default in row.tool_behaviours
    assert row.api_version == "v1alpha", "the only version that knows proactivity"
    assert row.proactive != "never" or not row.sends_proactivity


@pytest.mark.parametrize(
    ("name", "service", "wanted", "field"),
    [
        ("gemini-3.8-live", "gemini", True, True),
        ("gemini-3.8-live", "vertex", True, None),
        ("gemini-3.1-flash-live-preview", "gemini", True, None),
        ("gemini-3.1-flash-live-preview", "gemini", False, None),
        ("gemini-2.5-flash-native-audio-latest", "gemini", True, True),
        ("gemini-2.5-flash-native-audio-latest", "gemini", False, None),
        ("gemini-live-2.5-flash-native-audio", "vertex", True, True),
    ],
)
def test_the_proactivity_field_is_sent_only_where_it_is_known(
    name: str, service: str, wanted: bool, field: object
) -> None:
    assert traits(name).proactivity(service, wanted) is field  # type: ignore[arg-type]


def test_the_configuration_corrects_a_row() -> None:
    corrected = traits("gemini-3.8-live", {"gemini-3.8-live": {"proactive": "opt-in"}})
    assert corrected.proactive == "opt-in"
    assert corrected.services == MODELS["gemini-3.8-live"].services
    assert MODELS["gemini-3.8-live"].proactive == "always"


def test_the_configuration_adds_a_row() -> None:
    extra = {"gemini-4-live": {"proactive": "never"}}
    assert traits("gemini-4-live", extra) == ModelTraits(proactive="never")
    assert names(extra)[-1] == "gemini-4-live"


@pytest.mark.parametrize(
    ("name", "extra", "says"),
    [
        ("gemini-9", {}, "describe it under live.models"),
        ("gemini-9", {"gemini-9": {"tool_default": "blocking"}}, "at least `proactive`"),
        ("gemini-9", {"gemini-9": {"proactiv": "never"}}, "proactiv, which is no trait"),
    ],
)
def test_what_nobody_described_is_an_error(name: str, extra: dict[str, dict[str, str]], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        traits(name, extra)
