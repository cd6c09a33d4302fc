"""What each Live model supports, as data: one row per model, and how the configuration adds or corrects a row.

The models change faster than any release of chimein, so what one can do stands nowhere else (what it costs, in
core.money.prices). A row was right in November 2026; a line under ``live.models`` in the YAML corrects it without
waiting for us.

Sources, read in 2026-11 (nothing was run against the real service):
- ai.google.dev/gemini-api/docs/models/gemini-3.8-live: proactive audio is permanently on (``false`` is an error),
  affective dialog removed, tools NON_BLOCKING unless told otherwise.
- github.com/pydantic/pydantic-ai issues 8393 and 8394 (2026-09): ``proactivity`` is only a known field on v1alpha;
  there it is accepted by 2.5 native audio, 3.8-live and 3.8-live-extended-thinking. 3.8-live refuses ``thinking_level``
  (1007) and takes a budget; extended thinking needs a level and refuses blocking tools and scheduling.
- ai.google.dev/gemini-api/docs/live (tools, thinking): 2.5 tools block by default, 3.1 tools are synchronous only.
- cloud.google.com Vertex AI Live API, proactive audio: ``gemini-live-2.5-flash-native-audio`` is opt-in, regional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from chimein.core.errors import ConfigError

Service = Literal["gemini", "vertex"]
Proactive = Literal["always", "opt-in", "never"]
ToolBehaviour = Literal["blocking", "non-blocking"]

VOICES: Final = (
    *("Achernar", "Achird", "Algenib", "Algieba", "Alnilam", "Aoede", "Autonoe", "Callirrhoe", "Charon", "Despina"),
    *("Enceladus", "Erinome", "Fenrir", "Gacrux", "Iapetus", "Kore", "Laomedeia", "Leda", "Orus", "Puck"),
    *("Pulcherrima", "Rasalgethi", "Sadachbia", "Sadaltager", "Schedar", "Sulafat", "Umbriel", "Vindemiatrix"),
    *("Zephyr", "Zubenelgenubi"),
)
"""The 30 prebuilt voices of native audio (ai.google.dev/gemini-api/docs/speech-generation#voices, 2026-11). The case
counts: the service ends a session at setup when it does not know the voice."""


@dataclass(frozen=True)
class ModelTraits:
    """All that building a session's setup has to know about a model; the defaults fit one that nobody knows well."""

    proactive: Proactive
    """``always``: cannot be turned off. ``opt-in``: on when asked. ``never``: the field ends the session at setup."""
    sends_proactivity: bool = True
    """Whether the setup may carry ``proactivity`` at all (only ever on v1alpha, or on Vertex AI when opt-in)."""
    services: tuple[Service, ...] = ("gemini", "vertex")
    """Where the model is served."""
    api_version: str = "v1alpha"
    """For the Developer API. v1 and v1beta do not know ``proactivity`` and close with 1007."""
    thinking_level: str | None = None
    """The level to send when the model insists on one. None: send none, for others end the session at setup."""
    tool_default: ToolBehaviour = "non-blocking"
    """What a declared function does when the declaration does not say."""
    tool_behaviours: tuple[ToolBehaviour, ...] = ("blocking", "non-blocking")
    """What a declaration may ask for; where there is one only, ``behavior`` is better left out."""
    tool_scheduling: bool = True
    """Whether an answer may say SILENT, WHEN_IDLE or INTERRUPT."""
    voices: tuple[str, ...] = VOICES
    remark: str = ""
    """One sentence that ``chimein check`` says about the model, if there is anything an owner should know."""

    def proactivity(self, service: Service, wanted: bool) -> bool | None:
        """The value for ``proactivity.proactive_audio`` in the setup, or None to leave the field out.

        ``False`` is never sent: it is an error for some models and the default of all others.
        """
        if not wanted or not self.sends_proactivity or self.proactive == "never":
            return None
        if service == "vertex" and self.proactive == "always":
            return None  # nobody has seen Vertex AI accept the field for such a model, and it is on anyway
        return True


_GEMINI_25: Final = ModelTraits(proactive="opt-in", services=("gemini",), tool_default="blocking")

MODELS: Final[Mapping[str, ModelTraits]] = MappingProxyType(
    {
        "gemini-3.8-live": ModelTraits(proactive="always"),
        "gemini-3.8-live-extended-thinking": ModelTraits(
            proactive="always",
            services=("gemini",),
            thinking_level="LOW",
            tool_behaviours=("non-blocking",),
            tool_scheduling=False,
        ),
        "gemini-3.1-flash-live-preview": ModelTraits(
            proactive="never",
            sends_proactivity=False,
            services=("gemini",),
            tool_default="blocking",
            tool_behaviours=("blocking",),
            tool_scheduling=False,
            remark="it cannot stay silent by itself: it answers whatever the gate lets through",
        ),
        "gemini-2.5-flash-native-audio-preview-12-2025": _GEMINI_25,
        "gemini-2.5-flash-native-audio-latest": _GEMINI_25,
        "gemini-live-2.5-flash-native-audio": replace(_GEMINI_25, services=("vertex",)),
    }
)
"""The models of November 2026. Gone, and so not here: gemini-2.0-flash-live-001, gemini-live-2.5-flash-preview and the
native-audio previews before December 2025."""

Extra = Mapping[str, Mapping[str, Any]]
"""``live.models``: model name → the traits it corrects, under their names above."""


def names(extra: Iterable[str] = ()) -> list[str]:
    """Every model that can be asked for, those of the configuration included."""
    return list(dict.fromkeys([*MODELS, *extra]))


def traits(model: str, extra: Extra = MappingProxyType({})) -> ModelTraits:
    """The row of a model, corrected by what the configuration says about it.

    Raises ConfigError when nobody has described the model, or when a new one does not say whether it is proactive.
    """
    wanted = dict(extra.get(model, {}))
    known = {field.name for field in fields(ModelTraits)}
    if strange := sorted(set(wanted) - known):
        raise ConfigError(
            f"live.models.{model} says {', '.join(strange)}, which is no trait; there are {', '.join(sorted(known))}"
        )
    if model in MODELS:
        return replace(MODELS[model], **wanted)
    if "proactive" not in wanted:
        raise ConfigError(f"no model is called {model}; describe it under live.models with at least `proactive`")
    return ModelTraits(**wanted)
