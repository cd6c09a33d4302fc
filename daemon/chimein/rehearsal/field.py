"""How close a word is to a topic: a walk over WordNet that keeps returning to the topic.

Personalised PageRank (Haveliwala 2002; on WordNet: Agirre and Soroa 2009). Walkers set out from the topic's word, go
along meanings, narrower meanings, parts, derived words and definitions, and start again now and then. A word is close
to the topic when it is visited more often than by walkers who start anywhere; how much more, as a natural logarithm,
is its `closeness`. Broader meanings are not walked, lest everything with four legs be a dog; instead a word inherits
(some of) the closeness of what it is a kind of.
"""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.rehearsal import english
from chimein.rehearsal.wordnet import Graph

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
_COMMONPLACE: Final = 4.5
"""How close a word is to a field that everybody counts it to …"""
_COMMONPLACE_SENSES: Final = 1.6
"""… and so many meanings it may have for certainty."""
_BROADEST: Final = (
    "entity", "physical entity", "abstraction", "object", "whole", "matter", "substance", "artifact", "attribute",
    "relation", "psychological feature", "living thing", "organism", "causal agent",
)  # fmt: skip
"""What says nothing when two things have it in common."""


@dataclass(frozen=True)
class Closeness:
    value: float
    """Above 8 the word itself; above 4 hardly anything else is meant; above 2 it may be; below 0 no."""
    sure: float
    """0 to 1: the share of the word's meanings that have to do with the topic."""


class Fields:
    """Closeness of words to topics, over one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        nodes = graph.meanings + len(graph.words)
        everywhere = np.zeros(nodes, np.float32)
        everywhere[graph.meanings :] = 1.0 / len(graph.words)
        self._usual = self._walk(everywhere, _GO_ON_ANYWHERE)
        self._topics: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        tops = [graph.senses(graph.words[word])[0][0] for word in _BROADEST]
        self._broadest = {kind for top in tops for kind in (top, *graph.kinds(top))}

    def knows(self, word: str) -> bool:
        return word in self.graph.words

    def closeness(self, word: str, topic: str) -> Closeness:
        """Of two words that the graph knows; nothing otherwise."""
        words = self.graph.words
        if word not in words or topic not in words:
            return Closeness(_NOT_AT_ALL, 0.0)
        value, sure = float(self._field(topic)[1][words[word]]), 0.0
        senses = self.graph.senses(words[word])
        for meaning, share, _ in senses:
            here = self._of_meaning(word, meaning, topic)
            if share > 0.4:
                value = max(value, here * _INHERITED)
            sure += share * (here > _RELATED)
        if word in english.commonplaces().get(topic, ()):
            value, sure = max(value, _COMMONPLACE), max(sure, _COMMONPLACE_SENSES / max(1, len(senses)))
        return Closeness(value, min(1.0, sure))

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
        visits, field = self._field(topic)
        node = self.graph.words[word]
        chance = next(chance for sense, _, chance in self.graph.senses(node) if sense == meaning)
        alone = max(0.0, float(visits[meaning]) - _GO_ON * chance * float(visits[node]))
        here = float(np.log((alone + 1e-12) / (self._usual[meaning] + _RARE)))
        return max(here, self._inherited(meaning, field))

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

    def _inherited(self, meaning: int, field: NDArray[np.float64]) -> float:
        """What a meaning has from the broader ones, if they are close indeed."""
        best = _NOT_AT_ALL
        for kind in itertools.islice(self.graph.kinds(meaning), _GENERATIONS):
            if field[kind] > _INHERIT_FROM:
                best = max(best, float(field[kind]))
        return best

    def _field(self, topic: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How often walkers from the topic come by, and the same as closeness."""
        if topic not in self._topics:
            home = np.zeros(len(self._usual), np.float32)
            home[self.graph.words[topic]] = 1.0
            visits = self._walk(home, _GO_ON)
            self._topics[topic] = visits, np.log((visits + 1e-12) / (self._usual + _RARE))
        return self._topics[topic]

    def _walk(self, home: NDArray[np.float32], go_on: float) -> NDArray[np.float64]:
        graph, visits = self.graph, home.astype(np.float64)
        for _ in range(_STEPS):
            moved = np.bincount(graph.end, graph.chance * visits[graph.start], len(visits))
            visits = (1.0 - go_on) * home + go_on * moved
        return visits
