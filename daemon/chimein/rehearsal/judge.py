"""Whether a line heard in the room deserves an answer: is one of the instruction's topics what it is about?

A topic of several words ("italian cooking") needs evidence for each of them, and what merely names one word is no
evidence for another: "I love cooking" is not Italian. In doubt the answer is silence.
"""

from typing import Final

from chimein.rehearsal import english
from chimein.rehearsal.field import Closeness, Fields
from chimein.rehearsal.mind import Verdict
from chimein.rehearsal.reply import answer
from chimein.rehearsal.topic import Topic, topics_of

_NAMES_IT: Final = 7.5
"""So close is only the word itself or its twin."""
_ENOUGH: Final = 4.1
_SURE: Final = 0.45
"""One word that is so close, and means the topic so surely, is enough …"""
_ENOUGH_IF_CERTAIN: Final = 3.6
_CERTAIN: Final = 0.6
"""… or these."""
_IN_COMPANY: Final = 1.7
"""Two different words of this closeness make up for one that is enough."""
_PART_ENOUGH: Final = 2.9
_PART_SURE: Final = 0.15
"""For one word of a topic of several, when another of them is named outright."""
_BOTH_ENOUGH: Final = 4.2
_BOTH_SURE: Final = 0.2
"""… and when none is named."""


class Judge:
    """One instruction's judge. Without WordNet (`fields` None) only the topic's own words count."""

    def __init__(self, instruction: str, fields: Fields | None) -> None:
        self.topics = topics_of(instruction)
        self._fields = fields

    def verdict(self, line: str) -> Verdict:
        """`line` is what was said, any casing."""
        if not self.topics:
            return Verdict(True, "everything is answered", answer("", line))
        said = self._units(line)
        for topic in self.topics:
            if self._is_about(topic, said):
                word = self._telling(topic, said)
                why = f"the topic is {topic.name}" + (f", by the word {word}" if word else "")
                return Verdict(True, why, answer(topic.name, line, word, self._gloss(topic, word)))
        names = " or ".join(topic.name for topic in self.topics)
        return Verdict(False, f"not about {names}", "")

    def _is_about(self, topic: Topic, said: list[str]) -> bool:
        own = [self._known(word) for word in topic.words]
        is_named = any(word in said for word in own)
        return all(
            self._has_evidence(word, [other for other in own if other != word], said, is_named=is_named) for word in own
        )

    def _has_evidence(self, wanted: str, others: list[str], said: list[str], *, is_named: bool) -> bool:
        """For one word of the topic, `others` being the rest of them, of which one at least is said if `is_named`."""
        fields = self._fields
        if wanted in said:
            return True
        if fields is None or not fields.knows(wanted):
            return english.base(wanted, said) in said
        eligible = [
            word for word in said if not any(fields.closeness(word, other).value >= _NAMES_IT for other in others)
        ]
        rated = sorted((fields.closeness(word, wanted) for word in eligible), key=lambda close: -close.value)
        return bool(rated) and (_enough(rated) or (bool(others) and _part_enough(rated, is_named)))

    def _telling(self, topic: Topic, said: list[str]) -> str | None:
        """The word of the line that is closest to the whole topic and not simply one of its words."""
        own = [self._known(word) for word in topic.words]
        others = [word for word in said if word not in own and word not in topic.words]
        if self._fields is None or not others:
            return None
        fields = self._fields

        def rate(word: str) -> float:
            return sum(fields.closeness(word, wanted).value for wanted in own) / len(own)

        best = max(others, key=rate)
        return best if rate(best) > _IN_COMPANY else None

    def _gloss(self, topic: Topic, word: str | None) -> str:
        """What the word means here; "" for nothing worth saying."""
        if word is None or self._fields is None:
            return ""
        meaning = self._fields.thing(word, [self._known(own) for own in topic.words])
        return "" if meaning is None else self._fields.graph.glosses[meaning]

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
    if best.value >= _NAMES_IT:
        return True
    for value, sure in ((_ENOUGH, _SURE), (_ENOUGH_IF_CERTAIN, _CERTAIN)):
        if any(close.value >= value and close.sure >= sure for close in rated):
            return True
    return len(rated) > 1 and rated[1].value >= _IN_COMPANY and best.sure + rated[1].sure > 0.5


def _part_enough(rated: list[Closeness], is_named: bool) -> bool:
    value, sure = (_PART_ENOUGH, _PART_SURE) if is_named else (_BOTH_ENOUGH, _BOTH_SURE)
    return any(close.value >= value and close.sure >= sure for close in rated)
