"""How close a word is to a topic: a walk over WordNet that keeps returning to the topic.

Personalised PageRank (Haveliwala 2002; on WordNet: Agirre and Soroa 2009). Walkers set out from the topic's word, go
along meanings, narrower meanings, parts, derived words and definitions, and start again now and then. A word is close
to the topic when it is visited more often than by walkers who start anywhere; how much more, as a natural logarithm,
is its `closeness`. Broader meanings are not walked, lest everything with four legs be a dog; instead a word inherits
(some of) the closeness of what it is a kind of.
"""

import bisect
import itertools
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.rehearsal.mind import english
from chimein.rehearsal.mind.wordnet import Graph

_GO_ON: Final = 0.7
_GO_ON_ANYWHERE: Final = 0.85
_STEPS: Final = 12
_RARE: Final = 2e-6
"""Added to how often anybody comes by, so that a hermit word does not shine by one visit."""
_INHERITED: Final = 0.8
_INHERIT_FROM: Final = 3.0
_GENERATIONS: Final = 6
_RELATED: Final = 1.4
"""A meaning so close has to do with the topic."""
_NOT_AT_ALL: Final = -9.0
_OUTSHONE: Final = 2.5
"""… unless another meaning of the word is so much closer: the bishop of chess outshines the one of the church."""
_FREQUENT: Final = 3
_BACK_LATE: Final = 0.5
"""So much less says a meaning's way back, which leads through its definition's words."""
_COMMONPLACE: Final = 4.5
"""How close a word is to a field that everybody counts it to …"""
_COMMONPLACE_SENSES: Final = 1.6
"""… and so many meanings it may have for certainty."""
_BROADEST: Final = (
    "entity", "physical entity", "abstraction", "object", "whole", "matter", "substance", "artifact", "attribute",
    "relation", "psychological feature", "living thing", "organism", "causal agent",
)  # fmt: skip
"""What says nothing when two things have it in common."""


_PAST: Final = frozenset(["history", "ancient", "antiquity", "past", "historical"])
"""Topics that belong to whatever has a date."""
_DATED: Final = re.compile(
    r"\d BC\b|\bAD \d|\(\d{3,4}-|\((?:born in )?\d{3,4}\)|\b1[0-8]\d\d\b|"
    r"\b(?:ancient|medieval|antiquity|empire|dynasty)\b",
    re.IGNORECASE,
)
_ARTS: Final = ("artist", "musician", "writer", "scientist", "performer", "animal", "plant", "entertainer")


@dataclass(frozen=True)
class Closeness:
    value: float
    """Above 8 the word itself; above 4 hardly anything else is meant; above 2 it may be; below 0 no."""
    sure: float
    """0 to 1: the share of the word's meanings that have to do with the topic."""


@dataclass(frozen=True)
class _Field:
    """One topic's, an entry for every node."""

    visits: NDArray[np.float64]
    """How often walkers from the topic come by …"""
    there: NDArray[np.float64]
    """… and the same as closeness."""
    back: NDArray[np.float64]
    """How much more often walkers from there come by the topic than walkers from anywhere."""


class Fields:
    """Closeness of words to topics, over one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        nodes = graph.meanings + len(graph.words)
        everywhere = np.zeros(nodes, np.float32)
        everywhere[graph.meanings :] = 1.0 / len(graph.words)
        self._usual = self._walk(everywhere, _GO_ON_ANYWHERE)
        self._topics: dict[str, _Field] = {}
        tops = [graph.senses(graph.words[word])[0][0] for word in _BROADEST]
        self._person = graph.senses(graph.words["person"])[0][0]
        self._artists = {graph.senses(graph.words[art])[0][0] for art in _ARTS}
        self._broadest = {kind for top in tops for kind in (top, *graph.kinds(top))}

    def knows(self, word: str) -> bool:
        return word in self.graph.words

    def parts(self, word: str) -> str:
        """Some of "nvar", as what the word or its base form occurs: noun, verb, adjective or adverb."""
        known = [form for form in {word, english.base(word, self.graph.words)} if self.knows(form)]
        meanings = [meaning for form in known for meaning, _, _ in self.graph.senses(self.graph.words[form])]
        ends = (self.graph.nouns, self.graph.verbs, self.graph.meanings)
        return "".join(sorted({"nva"[bisect.bisect_right(ends, meaning)] for meaning in meanings}))

    def is_person(self, word: str) -> bool:
        """Whether it mostly means somebody."""
        word = english.base(word, self.graph.words)
        senses = self.graph.senses(self.graph.words[word]) if self.knows(word) else []
        return bool(senses) and self._person in self.graph.kinds(senses[0][0])

    def mended(self, word: str) -> str:
        """A word that is unknown, with one slip of the finger undone if that makes the commonest of known ones."""
        if len(word) < 5 or self.knows(english.base(word, self.graph.words)):
            return word
        slips = [slip for slip in _slips(word) if self.knows(slip)]
        return max(slips, key=lambda slip: self._usual[self.graph.words[slip]], default=word)

    def closeness(self, word: str, topic: str, part: str = "") -> Closeness:
        """Of two words that the graph knows; nothing otherwise. `part` is "n" or "v" if it is a noun or verb here."""
        words = self.graph.words
        if word not in words or topic not in words:
            return Closeness(_NOT_AT_ALL, 0.0)
        field = self._field(topic)
        value = max(float(field.there[words[word]]), float(field.back[words[word]]))
        senses = self._senses(word, part)
        near = {meaning: self._of_meaning(word, meaning, topic) for meaning, _ in senses}
        value = max([value, *(near[meaning] * _INHERITED for meaning, share in senses if share > 0.4)])
        nearest = max(near.values(), default=_NOT_AT_ALL)
        sure = sum(share for meaning, share in senses if near[meaning] > max(_RELATED, nearest - _OUTSHONE))
        if topic in _PAST:
            dated = sum(share for meaning, share in senses if self._is_past(meaning))
            value, sure = (max(value, _COMMONPLACE), max(sure, dated)) if dated else (value, sure)
        if word in english.commonplaces().get(topic, ()):
            is_outshone = bool(senses) and near[senses[0][0]] < nearest - _OUTSHONE
            certain = (1.0 if is_outshone else _COMMONPLACE_SENSES) / max(1, len(senses))
            value, sure = max(value, _COMMONPLACE), max(sure, certain)
        return Closeness(value, min(1.0, sure))

    def _is_past(self, meaning: int) -> bool:
        """Whether the definition dates it; but those who left works are of their art, not of history."""
        if meaning >= self.graph.nouns or not _DATED.search(self.graph.glosses[meaning].split('; "')[0]):
            return False
        return not self._artists & {int(self.graph.broader[meaning]), *self.graph.kinds(meaning)}

    def _senses(self, word: str, part: str) -> list[tuple[int, float]]:
        """The meanings that are a noun's or a verb's, if there are any, and their shares."""
        first, last = {"n": (0, self.graph.nouns), "v": (self.graph.nouns, self.graph.verbs)}.get(part, (0, 0))
        every = [(meaning, share) for meaning, share, _ in self.graph.senses(self.graph.words[word])]
        some = [(meaning, share) for meaning, share in every if first <= meaning < last] or every
        whole = sum(share for _, share in some)
        return [(meaning, share / whole) for meaning, share in some]

    def thing(self, word: str, topics: list[str]) -> int | None:
        """What `word` means among these topics, if it is a thing that has to do with them."""
        nouns = [meaning for meaning, _, _ in self.graph.senses(self.graph.words[word]) if meaning < self.graph.nouns]
        known = [topic for topic in topics if self.knows(topic)]
        rated = [
            (max(self._of_meaning(word, meaning, topic) for topic in known), -meaning) for meaning in nouns if known
        ]
        best = max(rated, default=(_NOT_AT_ALL, 0))
        return -best[1] if best[0] > _RELATED else None

    def _of_meaning(self, word: str, meaning: int, topic: str) -> float:
        """How close one meaning of a word is. Who came here by the word itself says nothing about that."""
        field = self._field(topic)
        node = self.graph.words[word]
        chance = next(chance for sense, _, chance in self.graph.senses(node) if sense == meaning)
        alone = max(0.0, float(field.visits[meaning]) - _GO_ON * chance * float(field.visits[node]))
        here = float(np.log((alone + 1e-12) / (self._usual[meaning] + _RARE)))
        return max(here, self._inherited(meaning, field.there), float(field.back[meaning]) - _BACK_LATE)

    def are_akin(self, name: str, word: str) -> bool:
        """Whether what a name means is of the same sort as what its word mostly means: red wine and wine, not hot
        dog and dog."""
        chains = []
        for item in (name, word):
            senses = self.graph.senses(self.graph.words[item])
            if not senses:
                return True
            chains.append({senses[0][0], *self.graph.kinds(senses[0][0])} - self._broadest)
        return bool(chains[0] & chains[1])

    def share_a_kind(self, word: str, other: str) -> bool:
        """Whether frequent meanings of theirs are of one sort or defined alike, or one word is made of the other."""
        if set(word.split()) & set(other.split()) or word.startswith(other) or other.startswith(word):
            return True
        chains, definitions = [], []
        for item in (word, other):
            nouns = [meaning for meaning, _ in self._senses(item, "n")[:_FREQUENT] if meaning < self.graph.nouns]
            chains.append(
                {kind for meaning in nouns for kind in (meaning, *self.graph.kinds(meaning))} - self._broadest
            )
            glosses = [self.graph.glosses[meaning].split('; "')[0] for meaning in nouns]
            definitions.append({each for gloss in glosses for each in english.words(gloss)} - english.DULL)
        return bool((chains[0] & chains[1]) - {self._person} or definitions[0] & definitions[1])

    def _inherited(self, meaning: int, field: NDArray[np.float64]) -> float:
        """What a meaning has from the broader ones, if they are close indeed."""
        best = _NOT_AT_ALL
        for kind in itertools.islice(self.graph.kinds(meaning), _GENERATIONS):
            if field[kind] > _INHERIT_FROM:
                best = max(best, float(field[kind]))
        return best

    def _field(self, topic: str) -> _Field:
        if topic not in self._topics:
            graph, node = self.graph, self.graph.words[topic]
            home = np.zeros(len(self._usual), np.float32)
            home[node] = 1.0
            visits = self._walk(home, _GO_ON)
            there = np.log((visits + 1e-12) / (self._usual + _RARE))
            arrivals = home.astype(np.float64)
            for _ in range(_STEPS):
                moved = np.bincount(graph.start, graph.chance * arrivals[graph.end], len(arrivals))
                arrivals = (1.0 - _GO_ON) * home + _GO_ON * moved
            back = np.log((arrivals + 1e-12) / (self._usual[node] + _RARE))
            self._topics[topic] = _Field(visits, there, back)
        return self._topics[topic]

    def _walk(self, home: NDArray[np.float32], go_on: float) -> NDArray[np.float64]:
        graph, visits = self.graph, home.astype(np.float64)
        for _ in range(_STEPS):
            moved = np.bincount(graph.end, graph.chance * visits[graph.start], len(visits))
            visits = (1.0 - go_on) * home + go_on * moved
        return visits


def _slips(word: str) -> Iterator[str]:
    """Everything that is one letter more, less or other, or has two letters changed about."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in string.ascii_lowercase:
            yield head + letter + tail
            yield head + letter + tail[1:]
