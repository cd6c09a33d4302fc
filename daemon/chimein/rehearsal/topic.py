"""Which topics an instruction wants answered: "only chime in when the topic is Italian cooking" → Italian cooking.

Pure. An instruction without such a condition has no topics, and everything deserves an answer. Understood is plain
English of the usual shapes; of the rest, the assistant's trade ("an expert in …", "a gardening assistant") is taken.
"""

import re
from dataclasses import dataclass
from typing import Final

from chimein.rehearsal import english


@dataclass(frozen=True)
class Topic:
    """One thing that may come up; all of its words must."""

    words: tuple[str, ...]
    """Content words in small letters."""
    name: str
    """The same as written."""


_SPEAK: Final = (
    r"(?:chime in|chip in|pipe up|speak up|speak|talk|answer|respond|reply|join in|join|jump in|help|step in|interject|"
    r"comment|interrupt|say (?:something|anything)|react|intervene|contribute|engage|get involved|"
    r"be active|assist|open your mouth)"
)
_IF: Final = (
    r"(?:when(?:ever)?|if|once|as soon as|after|about|on|to|for|in case|where|while|"
    r"unless|until|till|with|regarding)"
)
_CONDITIONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:only|solely|exclusively|just)\b[^.;!?]*?\b{_SPEAK}\b[^.;!?]*?\b{_IF}\b(?P<what>[^.;!?]+)",
        rf"\b{_SPEAK}\b[^.;!?]*?\b(?:only|solely|exclusively)\b[^.;!?]*?\b{_IF}\b(?P<what>[^.;!?]+)",
        r"\b(?:unless|until|except (?:when|if|for|about)|other than|but)\b(?P<what>[^.;!?]+)",
        r"\bignore (?:everything|anything|all)[^.;!?]*\b(?:except|but|besides)\b(?P<what>[^.;!?]+)",
        rf"\b(?:when(?:ever)?|if)\b(?P<what>[^.;!?,]+),[^.;!?]*\b{_SPEAK}\b",
        rf"\b{_SPEAK}\b[^.;!?]*?\b(?:when(?:ever)?|if|once)\b(?P<what>[^.;!?]+)",
    )
)
_SILENCE_FIRST: Final = re.compile(r"\b(?:silent|silence|quiet|nothing|never|not|don't|ignore|mute|refrain)\b")
_TRADES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:assistant|expert|specialist|helper|adviser|advisor|teacher|guide|coach|consultant|companion)\b"
        r"[^.;!?,]*?\b(?:in|on|for|of|about|with)\b(?P<what>[^.;!?,]+)",
        r"\byou are (?:an?|the|our|my)\b(?P<what>[^.;!?,]*?)\b(?:assistant|expert|specialist|helper|adviser|advisor|"
        r"teacher|guide|coach|consultant|companion|bot)\b",
        r"\byou (?:know everything about|specialize in|help with|are good at)\b(?P<what>[^.;!?,]+)",
    )
)
_ENDS: Final = re.compile(
    r"\b(?:otherwise|else|and (?:stay|keep|remain|be|say|never|do not|don't|then|ignore|only)|then|"
    r"in (?:one|two|a)\b.*|"
    r"briefly|politely|but (?:never|not|do not|don't|stay|keep)|not about|even if|rather than|instead of|"
    r"because|so that|to help|comes? up|is (?:mentioned|discussed|raised)|are (?:mentioned|discussed))\b.*"
)
_OTHER: Final = re.compile(r"\s*(?:,|/|\bor\b|\band\b|\bas well as\b)\s*")
_EMPTY: Final = english.DULL | frozenset(
    """
    actually addressed advice answer anything area arise arises ask asked asking asks aspect aspects assistant brief
    bring bringing brings brought changes chat chats cheerful chime clear clearly comes concern concerned
    concerning concerns connected conversation conversations covered covers deals directly discuss discussed
    discusses discussing discussion drifts expert explain explaining explicit explicitly family field focus
    focused focuses friendly funny general goes guest guests guys hear heard hears help helpful helps human
    humans includes including information interested invited involve involves involving kind knowledge linked
    matter matters mentions moves personal polite pop pops professional question questions raise raised raises
    regarding regards relevant room shifts short smart someone's speak speaking speaks specific specifically
    spoken steers subject subjects talked talking talks theme things tips topic topics touches touching turns
    unless until useful user users wants wonder wonders world
    """.split()  # noqa: SIM905
)


def topics_of(instruction: str) -> list[Topic]:
    """The topics; empty when the instruction sets no condition."""
    found = []
    for words in _topics(instruction):
        spelled = [re.search(rf"\b{re.escape(word)}\b", instruction, re.IGNORECASE) for word in words]
        names = [match.group() if match else word for match, word in zip(spelled, words, strict=True)]
        found.append(Topic(words, " ".join(names)))
    return found


def _topics(instruction: str) -> list[tuple[str, ...]]:
    text = re.sub(r"\s+", " ", instruction.lower().replace("’", "'"))
    for condition in _CONDITIONS:
        for match in condition.finditer(text):
            if condition.pattern.startswith(r"\b(?:unless") and not _SILENCE_FIRST.search(text[: match.start()]):
                continue
            found = _split(match.group("what"))
            if found:
                return found
    if not re.search(r"\b(?:only|unless|until|except|proactive|relevant|chime)\b", text):
        return []
    for trade in _TRADES:
        for match in trade.finditer(text):
            found = _split(match.group("what"))
            if found:
                return found
    return []


def _split(what: str) -> list[tuple[str, ...]]:
    """ "the topic is wine or beer" → wine; beer."""
    what = _ENDS.sub("", what)
    what = re.sub(r"\b(?:unless|until|when(?:ever)?|if)\b", " ", what)
    found: list[tuple[str, ...]] = []
    for piece in _OTHER.split(what):
        words = english.words(piece)
        content = tuple(word.removesuffix("'s") for word in words if word not in _EMPTY)
        if content and content not in found:
            found.append(content)
    return found
