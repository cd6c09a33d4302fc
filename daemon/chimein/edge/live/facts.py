"""What a message of the Live service says, in chimein's own words. Pure translation; the connection is gemini.py's."""

from collections.abc import Iterator

from google.genai import types

from chimein.core.live.facts import (
    Down,
    GenerationComplete,
    GoAway,
    Handle,
    HeardText,
    Interrupted,
    Oddity,
    SpokenText,
    ToolCalled,
    ToolCancelled,
    TurnComplete,
    Usage,
)
from chimein.core.live.sound import reply_audio
from chimein.core.money.ledger import THOUGHTS, UNSPECIFIED

MOST_TOKENS = 10_000_000
"""Many times what any conversation holds: who says that one turn read more has lost count, and is not believed."""

_NO_MODALITY = types.MediaModality.MODALITY_UNSPECIFIED.value


def facts_of(message: types.LiveServerMessage) -> Iterator[Down]:
    """Every part of one message: newer models put several into one, so nothing here is an else."""
    content = message.server_content
    if content is not None:
        yield from _content_facts(content)
    if message.tool_call is not None:
        for call in message.tool_call.function_calls or ():
            yield ToolCalled(call.id or "", call.name or "", dict(call.args or {}))
    if message.tool_call_cancellation is not None:
        yield ToolCancelled(tuple(message.tool_call_cancellation.ids or ()))
    if message.usage_metadata is not None:
        usage = _usage(message.usage_metadata)
        is_likely = sum(usage.input_tokens.values()) + sum(usage.output_tokens.values()) <= MOST_TOKENS
        yield usage if is_likely else Oddity("a bill of more tokens than there can be, not believed")
    if message.session_resumption_update is not None:
        update = message.session_resumption_update
        yield Handle((update.new_handle or None) if update.resumable else None)
    if message.go_away is not None:
        yield GoAway(_seconds(message.go_away.time_left))


def _content_facts(content: types.LiveServerContent) -> Iterator[Down]:
    if content.interrupted:
        yield Interrupted()
    if content.input_transcription is not None and content.input_transcription.text:
        yield HeardText(content.input_transcription.text)
    if content.output_transcription is not None and content.output_transcription.text:
        yield SpokenText(content.output_transcription.text)
    if content.model_turn is not None:
        for part in content.model_turn.parts or ():
            blob = part.inline_data
            if blob is not None and blob.data:
                yield reply_audio(blob.data, blob.mime_type or "")
    if content.generation_complete:
        yield GenerationComplete()
    if content.turn_complete:
        yield TurnComplete(content.turn_complete_reason.value if content.turn_complete_reason else None)


def _usage(usage: types.UsageMetadata) -> Usage:
    """All that one message bills, to the token.

    The service leaves gaps: details that do not add up to the count above them (seen with 3.8 Live,
    discuss.ai.google.dev 188765), thoughts that are in no sum, and on the Developer API candidates… fields, which the
    SDK drops, so that only the total still tells of them.
    """
    read = _by_modality(usage.prompt_token_count, usage.prompt_tokens_details)
    for kind, count in _by_modality(
        usage.tool_use_prompt_token_count, usage.tool_use_prompt_tokens_details, otherwise="TEXT"
    ).items():
        read[kind] = read.get(kind, 0) + count
    said = _by_modality(usage.response_token_count, usage.response_tokens_details)
    thoughts = usage.thoughts_token_count or 0
    # Details that already hold the thoughts: a sum larger than the response's by no more than these.
    explained = max(0, sum(said.values()) - (usage.response_token_count or 0)) if usage.response_token_count else 0
    if thoughts > explained:
        said[THOUGHTS] = thoughts - explained
    untold = (usage.total_token_count or 0) - sum(read.values()) - sum(said.values())
    if untold > 0:
        said[UNSPECIFIED] = said.get(UNSPECIFIED, 0) + untold
    return Usage(read, said, usage.cached_content_token_count or 0)


def _by_modality(
    total: int | None, details: list[types.ModalityTokenCount] | None, *, otherwise: str = UNSPECIFIED
) -> dict[str, int]:
    """Tokens by modality; what the details leave unexplained counts as `otherwise`."""
    tokens: dict[str, int] = {}
    for part in details or ():
        kind = part.modality.value if part.modality else _NO_MODALITY
        kind = "TEXT" if kind == _NO_MODALITY else kind  # as the SDK's documentation has it
        tokens[kind] = tokens.get(kind, 0) + (part.token_count or 0)
    rest = (total or 0) - sum(tokens.values())
    if rest > 0:
        tokens[otherwise] = tokens.get(otherwise, 0) + rest
    return {kind: count for kind, count in tokens.items() if count > 0}


def _seconds(duration: str | None) -> float | None:
    """The protobuf duration "9.500s" in seconds; None for what is not one."""
    try:
        return float(duration.removesuffix("s")) if duration else None
    except ValueError:
        return None
