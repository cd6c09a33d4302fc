"""The configuration as the house sees it: what an owner may write, and every complaint about it in words. Pure.

section.py     What every section is made of.
values.py      What a single value may be where a type alone cannot say it.
kitchen.py     The sections for timers and tools; config.py all the others.
rules.py       Which keys do not go together, and what the owner of a valid file should still be told.
keys.py        The map of all keys, read off the models.
words.py       pydantic's complaints, said so that a person knows what to write; yaml_words.py the parser's.
problems.py    What is wrong, with its place, and never with a secret in it.
changes.py     Which parts of the house a new configuration touches.
"""

from chimein.core.config.config import (
    AssistantSettings,
    ButtonSettings,
    Config,
    EchoSettings,
    GateSettings,
    LampSettings,
    LiveSettings,
    MicrophoneSettings,
    PanelSettings,
    SessionSettings,
    SpeakerSettings,
)

__all__ = [
    "AssistantSettings",
    "ButtonSettings",
    "Config",
    "EchoSettings",
    "GateSettings",
    "LampSettings",
    "LiveSettings",
    "MicrophoneSettings",
    "PanelSettings",
    "SessionSettings",
    "SpeakerSettings",
]
