"""How good a gate is, in figures that answer a kitchen's questions: is everything heard, and what does the rest cost?

Speech counts as *core* when it stands 7.5 dB or more above its noise: all of it must go up. Audio counts as *noise*
when it is not within 0.5 s before or 1 s after speech. Everything is counted on a grid of milliseconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

GRID_HZ: Final = 1000
CORE_SNR_DB: Final = 7.5
QUIET_DBFS: Final = -44.0
UTTERANCE_GAP_S: Final = 0.7
LEAD_S, TRAIL_S = 0.5, 1.0
BINS: Final = {"5 dB": (2.5, 7.5), "0 dB": (-3.0, 2.5)}
TALK: Final = ("talk", "quiet", "level")
DAY_HOURS: Final = {"talk": 2.0, "silence": 15.0, "noise": 5.0, "impulse": 1.5, "media": 0.5}
"""A kitchen's day, by kind of scene."""

Intervals = Sequence[Sequence[float]]
Labels = Mapping[str, Any]
Mask = NDArray[np.bool_]


@dataclass
class Share:
    """A fraction, gathered piece by piece."""

    hit: int = 0
    of: int = 0

    def add(self, chosen: Mask) -> None:
        self.hit += int(chosen.sum())
        self.of += chosen.size

    @property
    def percent(self) -> float:
        """NaN if there was nothing to count."""
        return 100.0 * self.hit / self.of if self.of else float("nan")


def _shares(names: Iterable[str]) -> dict[str, Share]:
    return {name: Share() for name in names}


@dataclass
class Figures:
    core: Share = field(default_factory=Share)
    quiet_voice: Share = field(default_factory=Share)
    whisper: Share = field(default_factory=Share)
    at_snr: dict[str, Share] = field(default_factory=lambda: _shares(BINS))
    noise: dict[str, Share] = field(default_factory=lambda: _shares(("silence", "noise", "impulse", "media", "pauses")))
    sent: dict[str, Share] = field(default_factory=lambda: _shares(DAY_HOURS))
    onset_lost_ms: list[float] = field(default_factory=list)
    """Of each core utterance that was heard at all."""
    missed: int = 0
    utterances: int = 0

    @property
    def hours_per_day(self) -> float:
        return sum(hours * self.sent[kind].percent / 100 for kind, hours in DAY_HOURS.items())

    @property
    def onset_p95_ms(self) -> float:
        return float(np.percentile(self.onset_lost_ms, 95)) if self.onset_lost_ms else float("nan")

    @property
    def onset_max_ms(self) -> float:
        return max(self.onset_lost_ms, default=float("nan"))


def score(labels: Labels, decisions: Mapping[str, Intervals]) -> Figures:
    """Figures of what a gate forwarded, (start, end) in s by scene. Echo scenes are not judged here."""
    figures = Figures()
    for name, intervals in decisions.items():
        scene = labels[name]
        duration_s, kind = scene["dur"], scene["type"]
        sent = mask(intervals, duration_s)
        spoken = mask([(part["start"], part["end"]) for part in scene["speech"]], duration_s)
        if kind == "whisper":
            figures.whisper.add(sent[spoken])
        if kind not in TALK and kind not in DAY_HOURS:
            continue
        near = mask([(part["start"] - LEAD_S, part["end"] + TRAIL_S) for part in scene["speech"]], duration_s)
        figures.noise["pauses" if kind in TALK else kind].add(sent[~near])
        figures.sent["talk" if kind in TALK else kind].add(sent)
        if kind in TALK:
            _talk(figures, scene["speech"], sent)
    return figures


def mask(intervals: Intervals, duration_s: float) -> Mask:
    chosen = np.zeros(round(duration_s * GRID_HZ), dtype=np.bool_)
    for start_s, end_s in intervals:
        chosen[max(0, round(start_s * GRID_HZ)) : max(0, round(end_s * GRID_HZ))] = True
    return chosen


def _talk(figures: Figures, speech: Sequence[Mapping[str, Any]], sent: Mask) -> None:
    for part in speech:
        got = sent[round(part["start"] * GRID_HZ) : round(part["end"] * GRID_HZ)]
        for name, (low, high) in BINS.items():
            if low <= part["snr_measured"] < high:
                figures.at_snr[name].add(got)
        if part["snr_measured"] >= CORE_SNR_DB:
            figures.core.add(got)
            if part["level"] <= QUIET_DBFS:
                figures.quiet_voice.add(got)
    for start_s, end_s, snr_db in _utterances(speech):
        if snr_db < CORE_SNR_DB:
            continue
        got = sent[round(start_s * GRID_HZ) : round(end_s * GRID_HZ)]
        figures.utterances += 1
        if got.any():
            figures.onset_lost_ms.append(float(got.argmax()) * 1000 / GRID_HZ)
        else:
            figures.missed += 1


def _utterances(speech: Sequence[Mapping[str, Any]]) -> list[tuple[float, float, float]]:
    """Parts of speech joined over short gaps: (start, end, SNR of the first part)."""
    joined: list[tuple[float, float, float]] = []
    for part in speech:
        if joined and part["start"] - joined[-1][1] < UTTERANCE_GAP_S:
            start_s, end_s, snr_db = joined[-1]
            joined[-1] = (start_s, max(end_s, part["end"]), snr_db)
        else:
            joined.append((part["start"], part["end"], part["snr_measured"]))
    return joined
