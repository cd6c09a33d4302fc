"""What the lamp showed, read from the machine's own record of its three lines."""

from dataclasses import dataclass

from chimein.core.panel.lights import COLOUR_NAMES

SILENT_S = 0.1
"""Shorter than this is no light that anybody sees: colours are set one line after the other."""


@dataclass(frozen=True)
class Glow:
    """One colour for a while. `until_s` is when the next one came, or when one looked."""

    colour: str
    from_s: float
    until_s: float


def read(record: str, now_s: float) -> list[Glow]:
    """`record`: lines "seconds red green blue", as kitchen-lamp writes them."""
    changes = []
    for line in record.splitlines():
        at_s, *levels = line.split()
        changes.append((float(at_s), COLOUR_NAMES[tuple(map(float, levels))]))  # type: ignore[index]
    ends = [at_s for at_s, _ in changes[1:]] + [max(now_s, at_s) for at_s, _ in changes[-1:]]
    return [Glow(colour, at_s, until_s) for (at_s, colour), until_s in zip(changes, ends, strict=True)]


def colours(glows: list[Glow], from_s: float = 0.0) -> list[str]:
    """The colours that could be seen since then, in the order of their first appearance."""
    seen = [glow for glow in glows if glow.until_s > from_s]
    return list(dict.fromkeys(glow.colour for glow in seen if glow.until_s - max(glow.from_s, from_s) >= SILENT_S))
