"""Which keys of the configuration do not go together, and what the owner of a valid one should still be told.

A rule never sees a value of the wrong type: config.py has refused those before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from chimein.core.config.config import Config
from chimein.core.config.keys import Path
from chimein.core.config.problems import dotted, nearest, shown_text
from chimein.core.live.models import MODELS, VOICES, ModelTraits, names
from chimein.core.money.prices import DEFAULT, PRICES_USD_PER_MILLION


@dataclass(frozen=True)
class Quarrel:
    """Keys that do not go together. The first of them is where it is best mended; the others took part in it."""

    paths: tuple[Path, ...]
    message: str
    suggestion: str | None = None


MODEL: Final = ("live", "model")
MODEL_TABLE: Final = ("live", "models")
PROACTIVE: Final = ("live", "proactive")
SERVICE: Final = ("live", "service")
PROJECT: Final = ("live", "project")
LOCATION: Final = ("live", "location")
PERSONA: Final = ("assistant", "persona")
PERSONAS: Final = ("assistant", "personas")
VOICE: Final = ("assistant", "voice")

HAT_PINS: Final = {
    **dict.fromkeys((2, 3), "the codec's I2C"),
    **dict.fromkeys((8, 10, 11), "the HAT's own LEDs"),
    **dict.fromkeys((18, 19, 20, 21), "the HAT's sound, I2S"),
}
"""What the ReSpeaker 2-Mics Pi HAT occupies (wiki.seeedstudio.com/ReSpeaker_2_Mics_Pi_HAT, 2026-11), by BCM number."""
FREE_PINS: Final = (17, 22, 27, 23, 24, 25, 5, 6, 12, 13, 16, 26)
"""Header pins that no bus claims, the ones of the sample first."""


def quarrels(config: Config) -> Iterator[Quarrel]:
    """Every pair of keys that do not go together."""
    for rule in RULES:
        yield from rule(config)


def notes(config: Config) -> Iterator[str]:
    """What is allowed and yet worth a sentence."""
    live = config.live
    if live.service == "gemini":
        for path, value in ((PROJECT, live.project), (LOCATION, live.location)):
            if value is not None:
                yield f"{dotted(path)}: only used with live.service: vertex"
    traits = _traits(config)
    if traits is not None and traits.remark:
        yield f"live.model: {shown_text(live.model)}: {traits.remark}"
    if traits is not None and live.service == "vertex" and live.model == "gemini-3.8-live":
        yield "live.model: that Vertex AI serves gemini-3.8-live was not confirmed when this version was made (2026-11)"
    yield from _price_notes(config)
    for name, server in config.tools.mcp.items():
        if not server.allow:
            yield f"tools.mcp.{shown_text(name)}.allow: empty, so none of its tools can be used"
        if server.credential is not None and server.url.startswith("http://"):
            yield f"tools.mcp.{shown_text(name)}.url: the token goes over the network in the clear; https would hide it"
    button = config.panel.button
    if button.kind == "momentary" and "mute" not in (button.press, button.hold, button.double):
        yield "panel.button: no gesture mutes; only `chimein mute`, a tool or quiet hours can"
    if not config.gate.enabled:
        yield "gate.enabled: with the gate off silence is sent too, and billed like speech"


def _price_notes(config: Config) -> Iterator[str]:
    budget, model = config.budget, config.live.model
    own = budget.prices.keys() | budget.model_prices.get(model, {}).keys()
    is_known = _traits(config) is not None  # an unknown one is a quarrel, and needs no note
    if is_known and model not in PRICES_USD_PER_MILLION and not own >= DEFAULT.keys():
        yield f"budget.model_prices: no price of {shown_text(model)} is known; it counts as gemini-3.8-live"
    known = names(config.live.models)
    for name in budget.model_prices:
        if name not in known:
            meant = nearest(name, known)
            yield f"budget.model_prices.{shown_text(name)}: no such model{f'; did you mean {meant}?' if meant else ''}"


def _models(config: Config) -> Iterator[Quarrel]:
    for name, row in config.live.models.items():
        if name not in MODELS and row.proactive is None:
            say = "a model that chimein does not know has to say `proactive`: always, opt-in or never"
            yield Quarrel(((*MODEL_TABLE, name),), say)
    if config.live.model not in names(config.live.models):
        meant = nearest(config.live.model.removeprefix("models/"), names(config.live.models))
        say = (
            f"no Live model is known as {shown_text(config.live.model) or 'nothing'}; there are "
            f"{', '.join(map(shown_text, names(config.live.models)))}, and a new one can be described under live.models"
        )
        yield Quarrel((MODEL, MODEL_TABLE), say, meant)


def _proactive(config: Config) -> Iterator[Quarrel]:
    traits, live = _traits(config), config.live
    if traits is None:
        return
    involved = (PROACTIVE, MODEL, (*MODEL_TABLE, live.model))
    if traits.proactive == "always" and not live.proactive:
        say = (
            f"{shown_text(live.model)} is always proactive and ends the session when told not to be; set it to true, "
            "or choose a model where it is opt-in, such as gemini-2.5-flash-native-audio-latest"
        )
        yield Quarrel(involved, say, "true")
    if traits.proactive == "never" and live.proactive:
        say = (
            f"{shown_text(live.model)} has no proactive audio; choose a model that has, such as gemini-3.8-live, "
            "or set it to false and have every utterance answered"
        )
        yield Quarrel(involved, say, "false")


def _service(config: Config) -> Iterator[Quarrel]:
    traits, live = _traits(config), config.live
    if traits is not None and live.service not in traits.services:
        there = [name for name, row in MODELS.items() if live.service in row.services]
        say = (
            f"{shown_text(live.model)} is not served by {live.service}, only by {' and '.join(traits.services)}; "
            f"there: {', '.join(there)}. If that has changed, say so under live.models with `services`"
        )
        yield Quarrel((MODEL, SERVICE, (*MODEL_TABLE, live.model)), say, nearest(live.model, there) or there[0])
    if live.service != "vertex":
        return
    if live.project is None:
        yield Quarrel((PROJECT, SERVICE), "vertex needs the Google Cloud project that pays; write its id")
    if live.location is None:
        yield Quarrel((LOCATION, SERVICE), "vertex needs a region; write one that serves Live", "us-central1")
    elif live.location == "global":
        yield Quarrel((LOCATION, SERVICE), "the region `global` does not serve Live; write a real one", "us-central1")


def _voice(config: Config) -> Iterator[Quarrel]:
    traits, voice = _traits(config), config.assistant.voice
    voices = VOICES if traits is None else traits.voices
    if voice not in voices:
        meant = nearest(voice, voices)
        say = "the service knows no voice of this name and would end every session; capitals count"
        say += "" if meant else f"; there are {', '.join(map(shown_text, voices))}"
        yield Quarrel((VOICE, (*MODEL_TABLE, config.live.model)), say, meant)


def _persona(config: Config) -> Iterator[Quarrel]:
    assistant = config.assistant
    for name in assistant.personas:
        if not re.fullmatch(r"[\w-]{1,40}", name):
            yield Quarrel(((*PERSONAS, name),), "a persona's name is one word of letters, digits, hyphens, up to 40")
    if assistant.persona is not None and assistant.persona not in assistant.personas:
        there = list(assistant.personas)
        say = (
            f"nobody of this name is under assistant.personas; there are {', '.join(map(shown_text, there)) or 'none'}"
        )
        yield Quarrel((PERSONA, PERSONAS), say, nearest(assistant.persona, there))


def _mcp(config: Config) -> Iterator[Quarrel]:
    for name, server in config.tools.mcp.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", name):
            yield Quarrel(
                (("tools", "mcp", name),), "a server's name is a small letter, and up to 19 more, digits and _"
            )
        if not server.url:
            say = "a server needs its url, such as http://homeassistant.local:8123/api/mcp"
            yield Quarrel((("tools", "mcp", name), ("tools", "mcp", name, "url")), say)


def _gestures(config: Config) -> Iterator[Quarrel]:
    """Two gestures for one thing are a slip: a hold that mutes would undo what its own press has done."""
    button, bound = config.panel.button, dict[str, str]()
    for gesture in ("press", "hold", "double"):
        action = getattr(button, gesture)
        if action != "none" and action in bound:
            paths = tuple(("panel", "button", name) for name in (gesture, bound[action]))
            yield Quarrel(paths, f"{dotted(paths[1])} does that already; bind it to something else", "none")
        bound.setdefault(action, gesture)


def _pins(config: Config) -> Iterator[Quarrel]:
    lamp = config.panel.lamp
    pins = {("panel", "button", "pin"): config.panel.button.pin}
    pins |= {("panel", "lamp", name): getattr(lamp, name) for name in ("red", "green", "blue")}
    free = [pin for pin in FREE_PINS if pin not in pins.values() and pin not in HAT_PINS]
    owners: dict[int, Path] = {}
    for path, pin in pins.items():
        if pin is None:
            continue
        suggestion = str(free[0]) if free else None
        if pin in owners:
            say = f"GPIO {pin} is already used by {dotted(owners[pin])}; every pin has one use"
            yield Quarrel((path, owners[pin]), say, suggestion)
        elif config.panel.board == "respeaker-2mic-hat" and pin in HAT_PINS:
            say = f"GPIO {pin} belongs to {HAT_PINS[pin]}, on this board; choose another pin or null"
            yield Quarrel((path, ("panel", "board")), say, suggestion)
        owners.setdefault(pin, path)


def _session(config: Config) -> Iterator[Quarrel]:
    keep, limit = config.session.keep_tokens, config.session.compress_at_tokens
    if keep >= limit:
        say = f"must be less than compress_at_tokens ({limit}), or dropping the oldest part drops nothing"
        yield Quarrel((("session", "keep_tokens"), ("session", "compress_at_tokens")), say, str(limit // 2))


RULES: Final[tuple[Callable[[Config], Iterator[Quarrel]], ...]] = (
    _models,
    _proactive,
    _service,
    _voice,
    _persona,
    _mcp,
    _gestures,
    _pins,
    _session,
)


def _traits(config: Config) -> ModelTraits | None:
    """The chosen model's traits; None where _models has something to say about it already."""
    live = config.live
    row = live.models.get(live.model)
    if live.model not in MODELS and (row is None or row.proactive is None):
        return None
    return live.traits()
