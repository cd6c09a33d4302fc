"""Princeton's WordNet as Debian installs it (package wordnet-base): meanings, the words for them, and how they hang
together. Read once and brought into flat arrays, which are cached because reading takes some seconds.

The file formats are those of wndb(5) and wninput(5).
"""

import hashlib
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.errors import ChimeinError
from chimein.rehearsal.mind import english

PLACE: Final = Path("/usr/share/wordnet")
_PARTS: Final = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_LAYOUT: Final = "9"
"""Changes whenever the cached arrays do."""
_NARROWER, _RELATED, _PART, _WHOLE = 1.0, 1.0, 0.7, 0.2
_SHARES: Final = {
    "~": _NARROWER, "~i": _NARROWER, "+": _RELATED, "\\": _RELATED, "-c": _RELATED, "-r": _RELATED,
    "-u": 0.3, ";c": 0.3, ";u": 0.3, ";r": 0.3, "%p": _PART, "%m": _PART, "%s": _PART,
    "#p": _WHOLE, "#m": _WHOLE, "#s": _WHOLE, "&": 0.3, "^": 0.3, "*": 0.3, ">": 0.3, "$": 0.3,
}  # fmt: skip
"""How much of a walker's way goes along each kind of pointer. Not up to the broader meaning: that way cats are
dogs."""
_DEFINED_BY: Final = 0.06
"""… and to the words of the definition, times how telling they are."""
_SENSE_DECAY: Final = 1.5
"""The nth meaning of a word counts n^-1.5: WordNet lists the most frequent first."""

_UNSEEN: Final = 1.0
_COUNTED: Final = 0.5
"""Nouns and verbs of one spelling count by how often each was met, but not fully: texts are no kitchens."""


class WordNetError(ChimeinError, OSError):
    """WordNet is not there."""


@dataclass(frozen=True)
class Graph:
    """Nodes are meanings (0 … meanings-1) and then words. Edges `start → end` carry the chance of going that way."""

    meanings: int
    nouns: int
    """The first so many meanings are those of nouns …"""
    verbs: int
    """… and up to here those of verbs."""
    words: dict[str, int]
    """A word, small letters, spaces in it kept → its node."""
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    chance: NDArray[np.float32]
    broader: NDArray[np.int32]
    """Shape (meanings,): the first hypernym, or -1."""
    sense_word: NDArray[np.int32]
    sense_meaning: NDArray[np.int32]
    sense_share: NDArray[np.float32]
    """Shape (senses,), sorted by word: how likely that word means that."""
    sense_chance: NDArray[np.float32]
    """… and the chance on the edge from the word to the meaning."""
    glosses: list[str]
    """Of every meaning, with its examples."""

    def senses(self, node: int) -> list[tuple[int, float, float]]:
        """(meaning, share, chance) of a word's node, most likely first."""
        first, last = np.searchsorted(self.sense_word, [node, node + 1])
        columns = (self.sense_meaning, self.sense_share, self.sense_chance)
        return list(zip(*(column[first:last].tolist() for column in columns), strict=True))

    def kinds(self, meaning: int) -> Iterator[int]:
        """What a meaning is a kind of, the nearest first, up to the broadest."""
        while (meaning := int(self.broader[meaning])) >= 0:
            yield meaning


def load(place: Path = PLACE) -> Graph:
    """From the cache if it fits, else from WordNet's own files (some seconds). Raises WordNetError."""
    if not (place / "data.noun").is_file():
        raise WordNetError("the rehearsal service judges topics with WordNet: sudo apt install wordnet-base")
    cache = _cache(place)
    try:
        with np.load(cache, allow_pickle=False) as stored:
            return _unpack(stored)
    except (OSError, ValueError, KeyError, EOFError):
        pass
    packed = _Reader(place).packed()
    _store(cache, packed)
    return _unpack(packed)


def _cache(place: Path) -> Path:
    stamp = "|".join(f"{file.name} {file.stat().st_mtime_ns}" for file in sorted(place.glob("data.*")))
    name = hashlib.sha256(f"{_LAYOUT} {place} {stamp}".encode()).hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "chimein" / f"wordnet-{name}.npz"


def _store(cache: Path, packed: dict[str, Any]) -> None:
    """As a whole or not at all; without a cache everything works, only slower."""
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache.parent, suffix=".npz", delete=False) as file:
            np.savez(file, **packed)
        Path(file.name).replace(cache)
    except OSError:
        pass


def _unpack(stored: Any) -> Graph:
    meanings = int(stored["meanings"])
    words = bytes(stored["words"]).decode().split("\n")
    return Graph(
        meanings=meanings,
        nouns=int(stored["nouns"]),
        verbs=int(stored["verbs"]),
        words={word: meanings + at for at, word in enumerate(words)},
        glosses=bytes(stored["glosses"]).decode().split("\n"),
        **{name: stored[name] for name in _ARRAYS},
    )


_ARRAYS: Final = ("start", "end", "chance", "broader", "sense_word", "sense_meaning", "sense_share", "sense_chance")


@dataclass
class _Meaning:
    words: list[str]
    pointers: list[tuple[str, str]]
    gloss: str


class _Reader:
    """WordNet's files, on their way to arrays."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._meanings: list[_Meaning] = []
        self._at: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._senses: dict[str, list[tuple[int, float]]] = {}
        self._seen: dict[tuple[str, str], int] = defaultdict(int)
        self._edges: tuple[list[int], list[int], list[float]] = ([], [], [])

    def packed(self) -> dict[str, Any]:
        for part, letter in _PARTS.items():
            for line in self._lines(f"data.{part}"):
                self._read_meaning(line, letter)
        self._read_counts()
        for part, letter in _PARTS.items():
            for line in self._lines(f"index.{part}"):
                self._read_index(line, letter)
        self._settle_senses()
        self._link()
        return self._arrays()

    def _lines(self, name: str) -> Iterator[str]:
        with (self._place / name).open(encoding="latin-1") as file:
            yield from (line for line in file if not line.startswith(" "))

    def _read_meaning(self, line: str, letter: str) -> None:
        head, _, gloss = line.partition(" | ")
        field = head.split(" ")
        count = int(field[3], 16)
        words = [re.sub(r"\(\w+\)$", "", word).replace("_", " ").lower() for word in field[4 : 4 + 2 * count : 2]]
        at = 5 + 2 * count
        pointers = [
            (field[i], ("a" if field[i + 2] == "s" else field[i + 2]) + field[i + 1])
            for i in range(at, at + 4 * int(field[at - 1]), 4)
        ]
        self._at[letter + field[0]] = len(self._meanings)
        self._meanings.append(_Meaning(words, pointers, gloss.strip().replace("\n", " ")))

    def _read_counts(self) -> None:
        """How often a word was met as a noun, a verb … in the texts that WordNet's makers tagged; nothing if absent."""
        try:
            for line in self._lines("cntlist.rev"):
                key, _, count = line.split()
                word, _, rest = key.partition("%")
                self._seen[word, "nvara"[int(rest[0]) - 1]] += int(count)
        except OSError:
            self._seen.clear()

    def _read_index(self, line: str, letter: str) -> None:
        field = line.split()
        offsets = [item for item in field[3:] if len(item) == 8 and item.isdigit()]
        senses = self._senses.setdefault(field[0].replace("_", " "), [])
        common = (_UNSEEN + self._seen[field[0], letter]) ** _COUNTED
        ranks = [(rank + 1) ** -_SENSE_DECAY for rank in range(len(offsets))]
        senses += [(self._at[letter + offset], common * rank) for rank, offset in zip(ranks, offsets, strict=True)]

    def _settle_senses(self) -> None:
        for word, senses in self._senses.items():
            whole = sum(share for _, share in senses)
            self._senses[word] = sorted(((at, share / whole) for at, share in senses), key=lambda sense: -sense[1])
            self._words[word] = len(self._words)

    def _node(self, word: str) -> int:
        return len(self._meanings) + self._words.setdefault(word, len(self._words))

    def _edge(self, start: int, end: int, weight: float) -> None:
        self._edges[0].append(start)
        self._edges[1].append(end)
        self._edges[2].append(weight)

    def _link(self) -> None:
        telling: dict[str, int] = defaultdict(int)
        defining = [self._defining(meaning) for meaning in self._meanings]
        for words in defining:
            for word in words:
                telling[word] += 1
        shares = {(word, at): share for word, senses in self._senses.items() for at, share in senses}
        for at, meaning in enumerate(self._meanings):
            self._link_pointers(at, meaning)
            for word in meaning.words:
                self._edge(at, self._node(word), shares.get((word, at), 0.1) ** 0.5 / len(meaning.words))
            for word in defining[at]:
                weight = np.log(len(self._meanings) / telling[word])
                self._edge(at, self._node(word), _DEFINED_BY * float(weight) / len(defining[at]))
                self._edge(self._node(word), at, 1.0 / telling[word])
        for (word, at), share in shares.items():
            self._edge(self._node(word), at, share)

    def _defining(self, meaning: _Meaning) -> set[str]:
        """The telling words of a definition, without the examples behind it."""
        definition = meaning.gloss.split('; "')[0].lower()
        words = {english.base(word, self._senses) for word in english.words(definition) if word not in english.DULL}
        return {word for word in words if word in self._senses and word not in english.DULL} - set(meaning.words)

    def _link_pointers(self, at: int, meaning: _Meaning) -> None:
        groups: dict[float, list[int]] = defaultdict(list)
        for symbol, name in meaning.pointers:
            share = _SHARES.get(symbol)
            if share is not None:
                groups[share].append(self._at[name])
        for share, targets in groups.items():
            for target in targets:
                self._edge(at, target, share / len(targets))

    def _arrays(self) -> dict[str, Any]:
        start, end = (np.asarray(column, np.int32) for column in self._edges[:2])
        weight = np.asarray(self._edges[2], np.float64)
        away = np.bincount(start, weight)
        senses = sorted((self._node(word), -share, at) for word, all_of in self._senses.items() for at, share in all_of)
        columns = list(zip(*senses, strict=True))
        share = -np.asarray(columns[1])
        broader = [
            next((self._at[target] for symbol, target in meaning.pointers if symbol in ("@", "@i")), -1)
            for meaning in self._meanings
        ]
        return {
            "meanings": np.int64(len(self._meanings)),
            "nouns": np.int64(sum(key.startswith("n") for key in self._at)),
            "verbs": np.int64(sum(key.startswith(("n", "v")) for key in self._at)),
            "words": np.frombuffer("\n".join(self._words).encode(), np.uint8),
            "glosses": np.frombuffer("\n".join(meaning.gloss for meaning in self._meanings).encode(), np.uint8),
            "start": start,
            "end": end,
            "chance": (weight / away[start]).astype(np.float32),
            "broader": np.asarray(broader, np.int32),
            "sense_word": np.asarray(columns[0], np.int32),
            "sense_meaning": np.asarray(columns[2], np.int32),
            "sense_share": share.astype(np.float32),
            "sense_chance": (share / away[np.asarray(columns[0])]).astype(np.float32),
        }
