"""Whether a line heard in the room deserves an answer: is one of the instruction's topics what it is about?

A topic of several words ("italian cooking") needs evidence for each of them, and what merely names one word is no
evidence for another: "I love cooking" is not Italian. In doubt the answer is silence.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

from chimein.rehearsal.mind import english
from chimein.rehearsal.mind.field import Closeness, Fields
from chimein.rehearsal.mind.reply import answer
from chimein.rehearsal.mind.topic import Topic, Wish, wish_of
from chimein.rehearsal.mind.verdict import Verdict

_NAMES_IT: Final = 7.5
"""So close is only the word itself or its twin."""
_ALONE: Final = ((4.1, 0.45), (3.6, 0.6))
"""One word that is so close, and means the topic so surely, is enough."""
_ENOUGH: Final = 4.1
_MAY_BELONG: Final = 2.5
_IN_COMPANY: Final = 1.7
"""Two different words of this closeness make up for one that is enough."""
_NAMES: Final = frozenset(["assistant", "gemini", "chimein", "robot"])
"""What somebody may call the assistant who does not know its name."""
_READINGS_ENOUGH: Final = 3
"""Over 168 spoken lines, half of them off topic: 1 lets three fire wrongly, 2 one, 3 none and 62 of 84 rightly, where
the best reading alone gives 52."""
_PART_ENOUGH: Final = 2.9
_PART_SURE: Final = 0.15
"""For one word of a topic of several, when another of them is named outright."""
_NONE_NAMED: Final = ((4.2, 0.2), (3.0, 0.6))
"""… and when none is named."""


class Judge:
    """One instruction's judge. Without WordNet (`fields` None) only the topic's own words count."""

    def __init__(self, instruction: str | None, fields: Fields | None) -> None:
        """`instruction` is None when every line deserves an answer, whatever the instruction says."""
        self.wish = Wish(everything=True) if instruction is None else wish_of(instruction, fields)
        self.topics = self.wish.topics
        self._fields = fields

    def verdict(self, line: str, others: Sequence[str] = ()) -> Verdict:
        """`line` is what was said, any casing; `others` what may have been said instead, the likelier first. Of those
        several must be about the topic, by words that the line lacks: one may be by chance, and to have misheard the
        French of French cuisine says nothing for Italy."""
        verdict = self._of_one(line)
        if verdict.speaks or not self.topics or self._is_unwanted(self._units(line)):
            return verdict
        heard = set(english.words(line))
        hits = (each for other in others if (each := self._of_one(other)).speaks and self._is_news(other, heard))
        enough = list(itertools.islice(hits, _READINGS_ENOUGH))
        return enough[0] if len(enough) == _READINGS_ENOUGH else verdict

    def _is_news(self, other: str, heard: set[str]) -> bool:
        """The words of the other reading that were heard anyway do not speak by themselves."""
        return not self._of_one(" ".join(word for word in english.words(other) if word in heard)).speaks

    def _is_unwanted(self, said: dict[str, str]) -> bool:
        return any(self._is_about(topic, said) for topic in self.wish.exclusions)

    def _of_one(self, line: str) -> Verdict:
        said = self._units(line)
        if self._is_unwanted(said):
            return Verdict(False, "not wanted: " + " or ".join(topic.name for topic in self.wish.exclusions), "")
        for topic in self.topics:
            if self._is_about(topic, said):
                word = self._telling(topic, list(said))
                why = f"the topic is {topic.name}" + (f", by the word {word}" if word else "")
                return Verdict(True, why, answer(topic.name, line, word, self._gloss(topic, word)))
        if self.topics:
            return Verdict(False, "not about " + " or ".join(topic.name for topic in self.topics), "")
        if self.wish.everything:
            return Verdict(True, "everything is answered", answer("", line))
        if (self.wish.names | _NAMES) & set(english.words(line)):
            return Verdict(True, "it is addressed", answer("", line))
        return Verdict(False, "the instruction names no topic", "")

    def _is_about(self, topic: Topic, said: dict[str, str]) -> bool:
        own = [self._known(word) for word in topic.words]
        things = {base for word, base in zip(topic.words, own, strict=True) if word != base and word.endswith("s")}
        said = {word: part for word, part in said.items() if part != "v" or self._known(word) not in things}
        if len(own) > 1 and any(self._is_named(" ".join(name), said) for name in (topic.words, own)):
            return True
        is_named = any(self._is_named(word, said) for word in own)
        return all(
            self._has_evidence(word, [other for other in own if other != word], said, is_named=is_named) for word in own
        )

    @staticmethod
    def _is_named(word: str, said: dict[str, str]) -> bool:
        """Said itself, or its verb: who talks of how to fish talks of fishing."""
        stem = english.base(word.removesuffix("ing"), said) if word.endswith("ing") else word
        stems = {stem, stem[:-1] if stem[-2:-1] == stem[-1:] else stem + "e"} if stem != word else set()
        return word in said or any(said.get(stem) == "v" for stem in stems)

    def _has_evidence(self, wanted: str, others: list[str], said: dict[str, str], *, is_named: bool) -> bool:
        """For one word of the topic, `others` being the rest of them, of which one at least is said if `is_named`."""
        fields = self._fields
        if self._is_named(wanted, said):
            return True
        if fields is None or not fields.knows(wanted):
            return english.base(wanted, said) in said
        eligible = [
            word for word in said if not any(fields.closeness(word, other).value >= _NAMES_IT for other in others)
        ]
        by_word: dict[str, Closeness] = {}
        for word in eligible:
            close, base = fields.closeness(word, wanted, said[word]), self._known(word)
            if base not in by_word or close.value > by_word[base].value:
                by_word[base] = close
        rated = sorted(by_word.values(), key=lambda close: -close.value)
        if rated and (_enough(rated) or (bool(others) and _part_enough(rated, is_named))):
            return True
        return self._are_company(by_word)

    def _are_company(self, rated: dict[str, Closeness]) -> bool:
        """Two words that both may belong to the topic, and have nothing else in common: move and queen, not king and
        queen."""
        near = sorted((word for word in rated if rated[word].value >= _MAY_BELONG), key=lambda word: -rated[word].value)
        return self._fields is not None and any(
            rated[first].value >= _ENOUGH and not self._fields.share_a_kind(first, second)
            for first, second in itertools.combinations(near, 2)
        )

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

    def _units(self, line: str) -> dict[str, str]:
        """What a line is made of: names of two and three words, words, their base forms; dull ones left out. With
        each what it is here, as far as the word before tells: "n" noun, "v" verb, "" anything."""
        words = english.words(line)
        known = self._fields.graph.words if self._fields else ()
        units: dict[str, str] = {}
        covered: set[int] = set()
        for length in (3, 2):
            for at in range(len(words) - length + 1):
                run = words[at : at + length]
                names = (" ".join([*run[:-1], english.base(run[-1], known)]), " ".join(run))
                name = next((name for name in names if name in known), "")
                if name and not any(word in english.DULL for word in (run[0], run[-1])):
                    units[name] = "n"
                    covered.update(range(at, at + length))
        for at, word in enumerate(words):
            base = english.base(word, known)
            if word in english.DULL or (at in covered and self._is_opaque(units, base)):
                continue
            part = english.part_between(words[at - 1], word) if at else ""
            for form in (base, word):
                units.setdefault(form, part)
        return units

    def _is_opaque(self, names: Iterable[str], base: str) -> bool:
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
    for value, sure in _ALONE:
        if any(close.value >= value and close.sure >= sure for close in rated):
            return True
    return len(rated) > 1 and rated[1].value >= _IN_COMPANY and best.sure + rated[1].sure > 0.5


def _part_enough(rated: list[Closeness], is_named: bool) -> bool:
    limits = ((_PART_ENOUGH, _PART_SURE),) if is_named else _NONE_NAMED
    return any(close.value >= value and close.sure >= sure for close in rated for value, sure in limits)
