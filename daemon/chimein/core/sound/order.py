"""Which channel of an array is first and which comes later: so loopbacks and worked-on channels are told. Pure.

A room's echo needs at least the time through a converter and the air, a millisecond, while the microphones of one array
hear each other's sound within less than that, and what an array has worked on comes after its microphones, not before.
So one that leads most others is either what is being played or, where few are bare, a bare microphone; what is played
is silent while people talk, so the levels of those who follow it go their own way.
The lag is found by generalised cross-correlation with phase transform (C. Knapp and G. Carter, The generalized
correlation method for estimation of time delay, 1976).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from chimein.core.audio import Samples
from chimein.core.sound.levels import LIVELY_DB, Flags, Floats, still_rings

LEAST_FRAMES: Final = 50
WINDOW_S: Final = 1.0
"""What is looked at at a time."""
ABOUT_HZ: Final = 16_000
FROM_HZ: Final = 120.0
"""Mains hum is everywhere, and says nothing of who was first."""
LEADS_S: Final = 0.001
LONGEST_S: Final = 0.4
"""What comes back later is not looked for."""
CLEAR: Final = 7.0
"""Times the root mean square of the correlation: chance does not get there."""
SURE: Final = 2
"""Windows that say so, more than those that say the opposite."""
ENOUGH: Final = 5
"""Windows in which a channel was looked at, after which what is known of it is believed: the look is the expensive
part, once a second, 3 ms for six channels on one x86 core."""
QUIET_FRAMES: Final = 150
"""With less of it nobody knows how quiet it is between words."""
SOUNDS_DB: Final = 12.0
RESTS_DB: Final = 4.0
"""Over its own quiet, too: then nothing sounds in it."""
MISSING_DB: Final = 10.0
"""By so much a leader would have to be louder to be in its usual proportion. A microphone in which noise drowns what
the array has freed of it is not missing that much."""
FEW_FRAMES: Final = 10
WITHOUT_FRAMES: Final = 25
"""Half a second of ten, in which followers sound and a leader has not: they hear people, and it does not."""
VOUCHED: Final = 6
"""Windows in which a leader heard all that its followers heard: a microphone, as far as anybody can say."""


class OrderFinder:
    """Of one array's channels. A loopback that is found stays found."""

    def __init__(self, channels: int, rate_hz: int) -> None:
        self.loopbacks: Flags = np.zeros(channels, dtype=np.bool_)
        """What they repeat was played: the others follow them, and hear more besides."""
        self._step = max(1, round(rate_hz / ABOUT_HZ))
        self._rate_hz = rate_hz / self._step
        self._looks = np.zeros(channels, dtype=np.int64)
        self._leading = np.zeros(channels, dtype=np.int64)
        self._same = np.zeros((channels, channels), dtype=np.int64)
        self._alone, self._along = np.zeros((2, channels), dtype=np.int64)
        self._following = np.zeros(channels, dtype=np.int64)
        self._sound: list[Floats] = []

    @property
    def leaders(self) -> Flags:
        """Most others hear the same later, loopbacks included."""
        return self.loopbacks | (self._leading >= SURE)

    @property
    def followers(self) -> Flags:
        """They come later than some microphone that is not itself followed by most: the array has worked on them."""
        return ~self.leaders & (self._following >= SURE)

    @property
    def together(self) -> Flags:
        """The most that hear the same at the same time, or have it later: microphones of one room. Or nobody."""
        partners = (self._same >= SURE) & ~self.leaders
        centre = int(partners.sum(axis=0).argmax())
        group: Flags = partners[centre].copy()
        group[centre] = group.any()
        return group

    def is_settled(self, number: int) -> bool:
        """Whether it has been heard often enough to be no loopback."""
        return bool(self._looks[number] >= ENOUGH and self._leading[number] <= -SURE)

    @property
    def bare(self) -> Flags:
        """Leaders that hear what their followers hear, time and again. What plays alone for long looks the same."""
        return self.leaders & ~self.loopbacks & (self._along >= VOUCHED)

    def hear(self, block: Samples) -> None:
        """(frames, channels)."""
        whole = block[: len(block) // self._step * self._step]
        self._sound.append(whole.reshape(-1, self._step, block.shape[1]).mean(axis=1, dtype=np.float32))
        while sum(map(len, self._sound[1:])) > WINDOW_S * self._rate_hz:
            self._sound.pop(0)

    def look(self, levels: Floats, *, speaker_sounds: bool = False) -> None:
        """`levels`, (frames of 20 ms, channels), dB: the last second of them is what is looked at.

        While the speaker sounds, two loopbacks hear the same at the same time, and are no microphones for that.
        """
        if levels.shape[1] < 2 or len(levels) < LEAST_FRAMES:
            return
        self._follow(levels, may_join=not speaker_sounds)
        self._listen_for_people(levels)

    def _follow(self, levels: Floats, *, may_join: bool) -> None:
        """Who comes before whom, in the last second."""
        now = levels[-LEAST_FRAMES:]
        is_lively = now.max(axis=0) > np.percentile(levels, 10, axis=0) + LIVELY_DB
        is_open = is_lively & ~self.loopbacks & ((self._looks < ENOUGH) | (self._leading > -SURE))
        if is_lively.sum() < 2 or not is_open.any():
            return
        numbers = np.flatnonzero(is_lively)
        lags, is_clear = self._lags(numbers)
        least = LEADS_S * self._rate_hz
        beside = is_clear & (np.abs(lags) < least)
        later = is_clear & (lags >= least) & _agree(lags, is_clear, beside, least)
        behind, among, before = later.sum(axis=1), beside.sum(axis=1), later.sum(axis=0)
        leads = behind > among + before
        follows_it = later & ~(leads | self.leaders[numbers])[:, None] & ~leads
        follows = follows_it.any(axis=0)
        self._same[np.ix_(numbers, numbers)] += may_join & (beside | follows_it | follows_it.T)
        self._looks[numbers] += behind + among + before > 0
        self._leading[numbers] += np.where(leads, 1, np.where(follows | (behind + among > 0), -1, 0))
        self._following[numbers] += np.where(follows, 1, np.where(leads | (among > 0), -1, 0))

    def _listen_for_people(self, levels: Floats) -> None:
        """Whether those that lead are silent while their followers are not."""
        suspects = np.flatnonzero(self.leaders & ~self.loopbacks)
        others = np.flatnonzero(~self.leaders)
        if not len(suspects) or not len(others) or len(levels) < QUIET_FRAMES:
            return
        over = levels - np.percentile(levels, 10, axis=0)
        sounds = over[:, others] > SOUNDS_DB
        for number in suspects:
            louder = levels[:, others] - levels[:, [number]]
            leads = over[:, number] > SOUNDS_DB
            if not sounds.any() or leads.sum() < FEW_FRAMES:
                continue
            usual = np.percentile(louder[leads], 75, axis=0)
            has_sounded = still_rings(over[:, number] > RESTS_DB)
            is_missing = sounds & ~has_sounded[:, None] & (louder > usual + MISSING_DB)
            without = float(np.median(is_missing.sum(axis=0)[sounds.any(axis=0)]))
            self._alone[number] += without >= WITHOUT_FRAMES
            self._along[number] += without == 0
        self.loopbacks |= self.leaders & (self._alone >= SURE)

    def _lags(self, lively: NDArray[np.intp]) -> tuple[NDArray[np.int64], Flags]:
        """(n, n) both: by how many samples the second channel hears it later than the first; whether that is clear."""
        sound = np.concatenate(self._sound)[:, lively]
        size = 1 << (2 * len(sound) - 1).bit_length()
        spectrum = np.fft.rfft(sound - sound.mean(axis=0), size, axis=0)
        spectrum /= np.abs(spectrum) + 1e-3
        spectrum[: round(FROM_HZ * size / self._rate_hz)] = 0.0
        reach = int(LONGEST_S * self._rate_hz)
        lags = np.zeros((len(lively), len(lively)), dtype=np.int64)
        is_clear = np.zeros(lags.shape, dtype=np.bool_)
        for first in range(len(lively) - 1):
            rest = slice(first + 1, None)
            likeness = np.fft.irfft(spectrum[:, rest] * np.conj(spectrum[:, [first]]), size, axis=0)
            likeness = np.concatenate([likeness[-reach:], likeness[: reach + 1]])
            lags[first, rest] = likeness.argmax(axis=0) - reach
            is_clear[first, rest] = likeness.max(axis=0) > CLEAR * np.sqrt(np.mean(likeness**2, axis=0))
        return lags - lags.T, is_clear | is_clear.T


def _agree(lags: NDArray[np.int64], is_clear: Flags, beside: Flags, least: float) -> Flags:
    """(n, n): those who stand beside the second channel hear it as much later than the first; chance hits one alone."""
    agree = np.ones_like(is_clear)
    for second in range(len(lags)):
        partners = np.flatnonzero(beside[second])
        if len(partners):
            off = np.abs(lags[:, partners] - lags[:, [second]]) >= least
            agree[:, second] = 2 * (off | ~is_clear[:, partners]).sum(axis=1) <= len(partners)
    return agree
