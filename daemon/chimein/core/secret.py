"""What must never be written down: a value that masks itself, and how keys are masked in text that will be logged."""

import re
from collections.abc import Iterable
from typing import Final, NoReturn

MASK: Final = "***"

_KEYS: Final = (
    (re.compile(r"AIza[0-9A-Za-z_-]{10,}"), MASK),  # Google API keys
    (re.compile(r"\bAQ\.[0-9A-Za-z_-]{10,}"), MASK),  # their newer form
    (re.compile(r"auth_tokens/[0-9A-Za-z_./-]+"), f"auth_tokens/{MASK}"),  # ephemeral tokens of the Live API
    (re.compile(r"\bya29\.[0-9A-Za-z_.-]{10,}"), MASK),  # OAuth access tokens, as Vertex AI takes them
    (re.compile(r"(?i)(x-goog-api-key\W{1,4})[^\s'\",;)\]}]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(\bauthorization\W{1,4}(?:bearer|token)\s+)[^\s'\",;)\]}]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)([?&](?:key|api_key|access_token)=)[^\s&'\"]+"), rf"\1{MASK}"),
)


class Secret:
    """A string that shows itself only to who asks for it. Its repr, str and format are masked; it cannot be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself: hand it to who needs it, keep it nowhere."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written down")


def is_key(text: str) -> bool:
    """Whether this can be an API key: one word of plain characters.

    It goes into an HTTP header: a second line or an umlaut would fail there, with the key in the message.
    """
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def masked(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without the given secrets, and without anything that looks like a key of Google's."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), MASK)
    for pattern, instead in _KEYS:
        text = pattern.sub(instead, text)
    return text
