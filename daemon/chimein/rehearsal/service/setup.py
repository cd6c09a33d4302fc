"""What a client asked for in its setup, and what the service refuses of it. Pure."""

from dataclasses import dataclass, field
from typing import Final

from chimein.rehearsal.service import catalogue, protocol
from chimein.rehearsal.service.catalogue import Model, Proactive
from chimein.rehearsal.service.protocol import INVALID, POLICY, Json, Refusal

_SILENCE_MS: Final = 700
"""End of speech when the setup does not say; Google does not document its own."""
_ENUMS: Final = {
    "startOfSpeechSensitivity": {"START_SENSITIVITY_UNSPECIFIED", "START_SENSITIVITY_HIGH", "START_SENSITIVITY_LOW"},
    "endOfSpeechSensitivity": {"END_SENSITIVITY_UNSPECIFIED", "END_SENSITIVITY_HIGH", "END_SENSITIVITY_LOW"},
    "activityHandling": {"ACTIVITY_HANDLING_UNSPECIFIED", "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"},
    "turnCoverage": {
        "TURN_COVERAGE_UNSPECIFIED",
        "TURN_INCLUDES_ONLY_ACTIVITY",
        "TURN_INCLUDES_ALL_INPUT",
        "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
    },
}


@dataclass(frozen=True)
class Dialect:
    """Which of Google's two front doors the client came through."""

    vertex: bool
    version: str


@dataclass(frozen=True)
class Setup:
    """A setup that the service takes."""

    model: Model
    vertex: bool
    instruction: str
    proactive: bool
    functions: tuple[Json, ...] = ()
    input_transcription: bool = False
    output_transcription: bool = False
    resumption: bool = False
    handle: str | None = None
    voice: str | None = None
    automatic_detection: bool = True
    silence_ms: int = _SILENCE_MS
    barge_in: bool = True
    raw: Json = field(default_factory=dict)


def accept(raw: Json, dialect: Dialect) -> Setup:
    """Judges a setup message as protocol.read gave it. Raises Refusal."""
    model = _model(raw, dialect)
    generation = raw.get("generationConfig") or {}
    _check_generation(generation, model)
    _check_compression(raw)
    detection = _detection(raw)
    resumption = raw.get("sessionResumption")
    if resumption and resumption.get("transparent") is not None and not dialect.vertex:
        raise protocol.unknown_name("transparent", "setup.sessionResumption")
    return Setup(
        model=model,
        vertex=dialect.vertex,
        instruction=protocol.text_of(raw.get("systemInstruction")),
        proactive=_proactive(raw, model, dialect),
        functions=functions_of(raw.get("tools"), model),
        input_transcription=raw.get("inputAudioTranscription") is not None,
        output_transcription=raw.get("outputAudioTranscription") is not None,
        resumption=resumption is not None,
        handle=(resumption or {}).get("handle") or None,
        voice=_voice(generation, model),
        automatic_detection=not detection.get("disabled", False),
        silence_ms=int(detection.get("silenceDurationMs") or _SILENCE_MS),
        barge_in=(raw.get("realtimeInputConfig") or {}).get("activityHandling") != "NO_INTERRUPTION",
        raw=raw,
    )


def functions_of(tools: list[Json] | None, model: Model) -> tuple[Json, ...]:
    """Every function declared. Raises Refusal for what the model does not do."""
    functions = tuple(f for tool in tools or [] for f in tool.get("functionDeclarations") or [])
    for function in functions:
        name, behavior = function.get("name"), function.get("behavior")
        if not name:
            raise Refusal(INVALID, "Request contains an invalid argument: function_declarations[].name is required.")
        if behavior not in (None, "UNSPECIFIED", "BLOCKING", "NON_BLOCKING"):
            raise Refusal(INVALID, f"Invalid value at 'setup.tools.function_declarations.behavior', {behavior!r}")
        if behavior == "BLOCKING" and not model.blocking_tools:
            raise Refusal(INVALID, f"Blocking functions are not supported by {model.name}.")
    return functions


def _model(raw: Json, dialect: Dialect) -> Model:
    name = raw.get("model") or ""
    model = catalogue.find(name, vertex=dialect.vertex)
    if model is not None:
        return model
    if dialect.vertex:
        raise Refusal(POLICY, f"Publisher model `{name}` was not found or your project does not have access to it.")
    raise Refusal(
        POLICY, f"{name} is not found for API version {dialect.version}, or is not supported for bidiGenerateContent."
    )


def _proactive(raw: Json, model: Model, dialect: Dialect) -> bool:
    asked = raw.get("proactivity")
    if asked is None:
        return model.proactive is Proactive.ALWAYS
    if not dialect.vertex and dialect.version != "v1alpha":
        raise protocol.unknown_name("proactivity", "setup")
    if model.proactive is Proactive.NEVER:
        raise Refusal(INVALID, f"Proactive audio is not supported by {model.name}.")
    wanted = bool(asked.get("proactiveAudio", False))
    if model.proactive is Proactive.ALWAYS and asked.get("proactiveAudio") is False:
        raise Refusal(INVALID, f"Proactive audio cannot be disabled for {model.name}.")
    return wanted or model.proactive is Proactive.ALWAYS


def _check_generation(generation: Json, model: Model) -> None:
    modalities = generation.get("responseModalities")
    if modalities is not None and modalities != ["AUDIO"]:
        asked = ", ".join(modalities)
        raise Refusal(
            INVALID, f"The requested combination of response modalities ({asked}) is not supported by the model."
        )
    if generation.get("enableAffectiveDialog") and not model.affective:
        raise Refusal(INVALID, f"Affective dialog is not supported by {model.name}.")
    level = (generation.get("thinkingConfig") or {}).get("thinkingLevel")
    if level is not None and model.thinking_level is False:
        raise Refusal(INVALID, f"Thinking level is not supported by {model.name}.")
    if level is None and model.thinking_level is True:
        raise Refusal(INVALID, f"Thinking level is required by {model.name}.")


def _voice(generation: Json, model: Model) -> str | None:
    config = (generation.get("speechConfig") or {}).get("voiceConfig") or {}
    name = (config.get("prebuiltVoiceConfig") or {}).get("voiceName")
    if name is not None and name not in catalogue.VOICES:
        raise Refusal(INVALID, f"Requested voice api_name '{name}' is not available for model {model.name}.")
    return name


def _detection(raw: Json) -> Json:
    config = raw.get("realtimeInputConfig") or {}
    detection: Json = config.get("automaticActivityDetection") or {}
    for section in (config, detection):
        for name, allowed in _ENUMS.items():
            if section.get(name) is not None and section[name] not in allowed:
                raise Refusal(INVALID, f"Invalid value at 'setup.realtime_input_config.{name}' (TYPE_ENUM).")
    return detection


def _check_compression(raw: Json) -> None:
    asked = raw.get("contextWindowCompression") or {}
    trigger = int(asked.get("triggerTokens") or 100_000)
    target = int((asked.get("slidingWindow") or {}).get("targetTokens") or trigger // 2)
    if target >= trigger:
        raise Refusal(INVALID, "Request contains an invalid argument: target_tokens must be below trigger_tokens.")
