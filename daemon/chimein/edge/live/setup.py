"""What a session is set up with, in the SDK's words. Pure translation; the connection is gemini.py's."""

from collections.abc import Collection, Sequence
from typing import Any

from google.genai import types

from chimein.core.config import AssistantSettings, SessionSettings
from chimein.core.kitchen.tools import USE_TOOLS, Declaration
from chimein.core.live.facts import ToolAnswered
from chimein.core.live.models import ModelTraits


def live_config(
    assistant: AssistantSettings,
    session: SessionSettings,
    traits: ModelTraits,
    tools: Sequence[Declaration],
    *,
    handle: str | None,
    is_proactive: bool,
    without: Collection[str],
) -> types.LiveConnectConfig:
    """`without` names features, as goodbye.FEATURES does, that are left out."""
    voice = types.PrebuiltVoiceConfig(voice_name=assistant.voice)
    extras: dict[str, Any] = {
        "speech_config": types.SpeechConfig(voice_config=types.VoiceConfig(prebuilt_voice_config=voice)),
        "input_audio_transcription": types.AudioTranscriptionConfig(),
        "output_audio_transcription": types.AudioTranscriptionConfig(),
        "context_window_compression": types.ContextWindowCompressionConfig(
            trigger_tokens=session.compress_at_tokens,
            sliding_window=types.SlidingWindow(target_tokens=session.keep_tokens),
        ),
    }
    if is_proactive:
        extras["proactivity"] = types.ProactivityConfig(proactive_audio=True)
    if session.resume:
        extras["session_resumption"] = types.SessionResumptionConfig(handle=handle)
    if traits.thinking_level:
        extras["thinking_config"] = types.ThinkingConfig(thinking_level=types.ThinkingLevel(traits.thinking_level))
    if tools:
        says_behaviour = "behavior" not in without
        functions = [_function(one, says_behaviour=says_behaviour) for one in tools]
        extras["tools"] = [types.Tool(function_declarations=functions)]
    for feature in without:
        extras.pop(feature, None)
    return types.LiveConnectConfig(
        response_modalities=[types.Modality.AUDIO],
        system_instruction=assistant.instruction + (USE_TOOLS if "tools" in extras else ""),
        **extras,
    )


def function_response(answer: ToolAnswered, *, may_schedule: bool) -> types.FunctionResponse:
    """What became of a call."""
    return types.FunctionResponse(
        id=answer.call_id,
        name=answer.name,
        response=answer.response,
        scheduling=types.FunctionResponseScheduling(answer.speaks.value) if may_schedule else None,
    )


def _function(one: Declaration, *, says_behaviour: bool) -> types.FunctionDeclaration:
    return types.FunctionDeclaration(
        name=one.name,
        description=one.description,
        parameters_json_schema=dict(one.parameters),
        behavior=types.Behavior(one.behaviour) if one.behaviour and says_behaviour else None,
    )
