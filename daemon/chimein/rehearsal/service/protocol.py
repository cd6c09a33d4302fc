"""What a client may send, read strictly; what the service sends, spelled exactly. Pure.

A client's mistakes are `Refusal`s: the close code and the reason that the real service would give.
"""

import base64
import binascii
import json
import re
from typing import Any, Final

from chimein.core.audio import SAMPLE_BYTES, UP_HZ
from chimein.rehearsal.service import grammar

Json = dict[str, Any]

INVALID: Final = 1007
POLICY: Final = 1008
INTERNAL: Final = 1011
_REASON_BYTES: Final = 123
"""A close frame has room for no more."""
_HUMP: Final = re.compile(r"_([a-z0-9])")
_AUDIO_MIME: Final = re.compile(r"audio/pcm(?:;\s*rate=(\d+))?", re.IGNORECASE)


class Refusal(Exception):
    """The service ends the connection with this close code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason.encode()[:_REASON_BYTES].decode(errors="ignore")


# --- what comes in


def read(frame: str | bytes) -> tuple[str, Json]:
    """One client message: which of MESSAGES it is, and its content in camelCase. Raises Refusal."""
    try:
        raw = json.loads(frame)
    except (ValueError, UnicodeDecodeError) as cause:
        raise Refusal(INVALID, "Invalid JSON payload received. Unexpected token.") from cause
    if not isinstance(raw, dict):
        raise Refusal(INVALID, "Invalid JSON payload received. Root is not an object.")
    message = _camel(raw)
    _check(message, grammar.MESSAGES, "", root=True)
    given = [kind for kind in message if message[kind] is not None]
    if len(given) != 1:
        raise Refusal(INVALID, "Request contains an invalid argument: exactly one message type must be set.")
    return given[0], message[given[0]]


def audio(blob: Json) -> bytes:
    """The PCM of a realtimeInput blob. Raises Refusal for anything but whole samples of 16 kHz PCM."""
    mime = str(blob.get("mimeType", ""))
    match = _AUDIO_MIME.fullmatch(mime)
    if match is None:
        raise Refusal(INVALID, f"Request contains an invalid argument: mime type {mime!r} is not audio/pcm.")
    rate = match.group(1)
    if rate is None or int(rate) != UP_HZ:
        raise Refusal(INVALID, f"Request contains an invalid argument: audio must be audio/pcm;rate={UP_HZ}.")
    pcm = _unbase64(str(blob.get("data", "")))
    if len(pcm) % SAMPLE_BYTES:
        raise Refusal(INVALID, "Request contains an invalid argument: odd number of audio bytes.")
    return pcm


def text_of(content: Json | None) -> str:
    """All text parts of a Content, joined by spaces."""
    parts = (content or {}).get("parts") or []
    return " ".join(part["text"] for part in parts if part.get("text") and not part.get("thought")).strip()


def _unbase64(data: str) -> bytes:
    """Standard or URL-safe alphabet, padded or not."""
    plain = data.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as cause:
        raise Refusal(INVALID, "Invalid value (TYPE_BYTES): Base64 decoding failed.") from cause


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    spelled = {}
    for key, item in value.items():
        name = _HUMP.sub(lambda match: match.group(1).upper(), key)
        spelled[name] = item if name in grammar.FREE_FORM else _camel(item)
    return spelled


def _check(value: Any, rule: Any, path: str, *, root: bool = False) -> None:
    if value is None or rule == grammar.ANY:
        return
    if isinstance(rule, list):
        # Protobuf's JSON takes a lone object for a list of one? It does not: neither do we.
        if not isinstance(value, list):
            raise Refusal(INVALID, f"Invalid JSON payload received. '{path}' must be a list.")
        for index, item in enumerate(value):
            _check(item, rule[0], f"{path}[{index}]")
    elif isinstance(rule, dict):
        _check_object(value, rule, path, root=root)
    elif not _fits(value, rule):
        raise Refusal(INVALID, f"Invalid value at '{_snake(path)}' (TYPE_{rule}), {json.dumps(value)[:40]}")


def _check_object(value: Any, rule: grammar.Grammar, path: str, *, root: bool) -> None:
    if not isinstance(value, dict):
        raise Refusal(INVALID, f"Invalid value at '{_snake(path)}' (type object), {json.dumps(value)[:40]}")
    for key, item in value.items():
        if key not in rule:
            raise unknown_name(key, path)
        _check(item, rule[key], key if root else f"{path}.{key}")


def unknown_name(key: str, path: str) -> Refusal:
    """The answer to a field that this version of the service does not have."""
    at = f" at '{_snake(path)}'" if path else ""
    return Refusal(INVALID, f'Invalid JSON payload received. Unknown name "{_snake(key)}"{at}: Cannot find field.')


def _fits(value: Any, kind: str) -> bool:
    if kind == grammar.BOOL:
        return isinstance(value, bool)
    if kind == grammar.TEXT:
        return isinstance(value, str)
    if isinstance(value, bool):
        return False
    if kind == grammar.NUMBER:
        return isinstance(value, int | float)
    # int64 travels as a string in protobuf's JSON
    return isinstance(value, int) or (isinstance(value, str) and value.isdigit())


def _snake(path: str) -> str:
    return re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), path)


# --- what goes out


def setup_complete(session_id: str) -> Json:
    return {"setupComplete": {"sessionId": session_id}}


def input_transcription(text: str, *, finished: bool = False) -> Json:
    said: Json = {"text": text}
    if finished:
        said["finished"] = True
    return {"serverContent": {"inputTranscription": said}}


def output_transcription(text: str) -> Json:
    return {"serverContent": {"outputTranscription": {"text": text}}}


def audio_block(pcm: bytes, rate_hz: int) -> Json:
    data = {"mimeType": f"audio/pcm;rate={rate_hz}", "data": base64.b64encode(pcm).decode()}
    return {"serverContent": {"modelTurn": {"role": "model", "parts": [{"inlineData": data}]}}}


def generation_complete() -> Json:
    return {"serverContent": {"generationComplete": True}}


def interrupted() -> Json:
    return {"serverContent": {"interrupted": True}}


def turn_complete(usage: Json | None = None) -> Json:
    message: Json = {"serverContent": {"turnComplete": True}}
    if usage is not None:
        message["usageMetadata"] = usage
    return message


def tool_call(calls: list[Json]) -> Json:
    return {"toolCall": {"functionCalls": calls}}


def tool_call_cancellation(ids: list[str]) -> Json:
    return {"toolCallCancellation": {"ids": ids}}


def go_away(time_left: str | None) -> Json:
    return {"goAway": {} if time_left is None else {"timeLeft": time_left}}


def resumption(handle: str | None) -> Json:
    """A fresh handle, or None while the session cannot be resumed."""
    return {"sessionResumptionUpdate": {"newHandle": handle, "resumable": True} if handle else {}}
