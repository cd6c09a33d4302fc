"""Which fields the service knows, and of which kind; all others are unknown names. Spellings are camelCase."""

from typing import Any, Final

BOOL, INT, NUMBER, TEXT, ANY = "BOOL", "INT32", "FLOAT", "STRING", "ANY"
"""Kinds of leaves. A dict is an object with these fields, a list of one is a repeated field."""

Grammar = dict[str, Any]

_BLOB: Final[Grammar] = {"data": TEXT, "mimeType": TEXT, "displayName": TEXT}
_PART: Final[Grammar] = {
    "text": TEXT,
    "inlineData": _BLOB,
    "thought": BOOL,
    "thoughtSignature": TEXT,
    "functionCall": ANY,
    "functionResponse": ANY,
    "fileData": ANY,
}
_CONTENT: Final[Grammar] = {"parts": [_PART], "role": TEXT}
_TRANSCRIPTION: Final[Grammar] = {
    "languageCodes": ANY,
    "languageHints": ANY,
    "customVocabulary": ANY,
    "adaptationPhrases": ANY,
    "diarization": ANY,
    "wordTimestamp": ANY,
    "mode": TEXT,
}
_SPEECH: Final[Grammar] = {
    "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": TEXT}, "replicatedVoiceConfig": ANY},
    "languageCode": TEXT,
    "multiSpeakerVoiceConfig": ANY,
}
_GENERATION: Final[Grammar] = {
    "responseModalities": [TEXT],
    "speechConfig": _SPEECH,
    "enableAffectiveDialog": BOOL,
    "thinkingConfig": {"thinkingBudget": INT, "includeThoughts": BOOL, "thinkingLevel": TEXT},
    "maxOutputTokens": INT,
    "temperature": NUMBER,
    "topP": NUMBER,
    "topK": NUMBER,
    "seed": INT,
    "candidateCount": INT,
    "presencePenalty": NUMBER,
    "frequencyPenalty": NUMBER,
    "stopSequences": [TEXT],
    "mediaResolution": TEXT,
    "translationConfig": ANY,
    "responseFormat": ANY,
}
_TOOL: Final[Grammar] = {
    "functionDeclarations": [
        {
            "name": TEXT,
            "description": TEXT,
            "parameters": ANY,
            "parametersJsonSchema": ANY,
            "response": ANY,
            "responseJsonSchema": ANY,
            "behavior": TEXT,
        }
    ],
    "googleSearch": ANY,
    "codeExecution": ANY,
    "urlContext": ANY,
    "googleMaps": ANY,
}
_DETECTION: Final[Grammar] = {
    "disabled": BOOL,
    "startOfSpeechSensitivity": TEXT,
    "endOfSpeechSensitivity": TEXT,
    "prefixPaddingMs": INT,
    "silenceDurationMs": INT,
}
SETUP: Final[Grammar] = {
    "model": TEXT,
    "generationConfig": _GENERATION,
    "systemInstruction": _CONTENT,
    "tools": [_TOOL],
    "proactivity": {"proactiveAudio": BOOL, "proactiveVideo": BOOL},
    "realtimeInputConfig": {
        "automaticActivityDetection": _DETECTION,
        "activityHandling": TEXT,
        "turnCoverage": TEXT,
        "interimTranscriptTimestampEnabled": BOOL,
    },
    "sessionResumption": {"handle": TEXT, "transparent": BOOL},
    "contextWindowCompression": {"triggerTokens": INT, "slidingWindow": {"targetTokens": INT}},
    "inputAudioTranscription": _TRANSCRIPTION,
    "outputAudioTranscription": _TRANSCRIPTION,
    "historyConfig": {"initialHistoryInClientContent": BOOL},
    "explicitVadSignal": BOOL,
    "labels": ANY,
    "safetySettings": ANY,
    "avatarConfig": ANY,
}
_FUNCTION_RESPONSE: Final[Grammar] = {
    "id": TEXT,
    "name": TEXT,
    "response": ANY,
    "scheduling": TEXT,
    "willContinue": BOOL,
    "parts": ANY,
}
MESSAGES: Final[Grammar] = {
    "setup": SETUP,
    "clientContent": {"turns": [_CONTENT], "turnComplete": BOOL},
    "realtimeInput": {
        "audio": _BLOB,
        "video": _BLOB,
        "mediaChunks": [_BLOB],
        "text": TEXT,
        "audioStreamEnd": BOOL,
        "activityStart": {},
        "activityEnd": {},
    },
    "toolResponse": {"functionResponses": [_FUNCTION_RESPONSE]},
    "contextUpdate": {"systemInstruction": _CONTENT, "tools": [_TOOL]},
}
FREE_FORM: Final = frozenset({"response", "parameters", "parametersJsonSchema", "responseJsonSchema", "labels", "args"})
"""Below these the spelling belongs to the user and is left alone."""
