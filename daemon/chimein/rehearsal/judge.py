"""Whether a line heard in the room deserves an answer: is one of the instruction's topics what it is about?

A topic of several words ("italian cooking") needs evidence for each of them, and what merely names one word is no
evidence for another: "I love cooking" is not Italian. In doubt the answer is silence.
"""

from dataclasses import dataclass
from typing import Final

from chimein.rehearsal import english
from chimein.rehearsal.field import Closeness, Fields
from chimein.rehearsal.mind import Verdict
from chimein.rehearsal.reply import answer
from chimein.rehearsal.topic import Topic, topics_of

_NAMES_IT: Final = 7.5
"""So close is only the word itself or its twin."""
_ENOUGH: Final = 4.1
_IN_COMPANY: Final = 1.9
"""Two different words of this closeness make up for one that is enough."""
_SURE: Final = 0.45
_PART_ENOUGH: Final = 2.9
_PART_SURE: Final = 0.15
"""For one word of a topic of several, when another of them is named outright."""
_BOTH_ENOUGH: Final = 4.2
_BOTH_SURE: Final = 0.2
"""… and when none is named."""


@dataclass(frozen=True)
class _Evidence:
    """How much a line says for one word of a topic."""

    word: str | None
    """The line's best word for it."""
    is_enough: bool


class Judge:
    """One instruction's judge. Without WordNet (`fields` None) only the topic's own words count."""

    def __init__(self, instruction: str, fields: Fields | None) -> None:
        self.topics = topics_of(instruction)
        self._fields = fields

    def verdict(self, line: str) -> Verdict:
        """`line` is what was said, any casing."""
        if not self.topics:
            return Verdict(True, "everything is answered", answer("", None, line, self._fields))
        for topic in self.topics:
            words = self._about(topic, line)
            if words is not None:
                why = f"the topic is {topic.name}: {', '.join(dict.fromkeys(words))}"
                return Verdict(True, why, answer(topic.name, words[0], line, self._fields))
        names = " or ".join(topic.name for topic in self.topics)
        return Verdict(False, f"not about {names}", "")

    def _about(self, topic: Topic, line: str) -> list[str] | None:
        """The words that tell, the most telling first, or None."""
        said = self._units(line)
        own = [self._known(word) for word in topic.words]
        is_named = any(word in said for word in own)
        evidence = [self._evidence(word, [other for other in own if other != word], said, is_named) for word in own]
        if not all(item.is_enough for item in evidence):
            return None
        words = [item.word for item in evidence if item.word is not None]
        return sorted(words, key=lambda word: (word in own, words.index(word)))

    def _evidence(self, wanted: str, others: list[str], said: list[str], is_named: bool) -> _Evidence:
        if self._fields is None or not self._fields.knows(wanted):
            named = wanted in said or english.base(wanted, said) in said
            return _Evidence(wanted if named else None, named)
        rated = []
        for word in said:
            close = self._fields.closeness(word, wanted)
            if word == wanted:
                return _Evidence(word, True)
            if any(self._fields.closeness(word, other).value >= _NAMES_IT for other in others):
                continue
            rated.append((close, word))
        rated.sort(key=lambda item: -item[0].value)
        if not rated:
            return _Evidence(None, False)
        closeness = [close for close, _ in rated]
        return _Evidence(rated[0][1], _enough(closeness) or (bool(others) and _part_enough(closeness, is_named)))

    def _units(self, line: str) -> list[str]:
        """What a line is made of: names of two and three words, words, their base forms; dull ones left out."""
        words = english.words(line)
        known = self._fields.graph.words if self._fields else ()
        units: list[str] = []
        covered: set[int] = set()
        for length in (3, 2):
            for at in range(len(words) - length + 1):
                run = words[at : at + length]
                name = " ".join([*run[:-1], english.base(run[-1], known)])
                if name in known and not any(word in english.DULL for word in (run[0], run[-1])):
                    units.append(name)
                    covered.update(range(at, at + length))
        for at, word in enumerate(words):
            base = english.base(word, known)
            if word in english.DULL or (at in covered and self._is_opaque(units, base)):
                continue
            units += [base] if base == word else [base, word]
        return list(dict.fromkeys(units))

    def _is_opaque(self, names: list[str], base: str) -> bool:
        """The last word of a name that means something of another sort: no dog is in a hot dog."""
        if self._fields is None:
            return False
        fields = self._fields
        return any(name.split()[-1] == base and not fields.are_akin(name, base) for name in names if " " in name)

    def _known(self, word: str) -> str:
        return english.base(word, self._fields.graph.words) if self._fields else word


def _enough(rated: list[Closeness]) -> bool:
    """`rated` is the line's words' closeness to one word of the topic, best first."""
    best = rated[0]
    if best.value >= _NAMES_IT or (best.value >= _ENOUGH and best.sure >= _SURE):
        return True
    return len(rated) > 1 and rated[1].value >= _IN_COMPANY and best.sure + rated[1].sure > 0.5


def _part_enough(rated: list[Closeness], is_named: bool) -> bool:
    value, sure = (_PART_ENOUGH, _PART_SURE) if is_named else (_BOTH_ENOUGH, _BOTH_SURE)
    return any(close.value >= value and close.sure >= sure for close in rated)
