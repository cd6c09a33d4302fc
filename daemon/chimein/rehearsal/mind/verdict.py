"""What the judge says of a line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether a line deserves an answer, why, and which."""

    speaks: bool
    why: str
    reply: str
