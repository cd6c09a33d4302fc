"""Recordings of microphone arrays that nobody has seen: made kitchens, any order of channels, seeds fixed.

An array stands beside its speaker in a room where people talk. Its channels are bare microphones, perhaps one or two
that it has worked on (they hear the same later, with less echo and noise, louder or not), what is played, and what is
broken: an input with nothing on it, one that stands still, one that hums, one that is cut off at full scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench import signals
from bench.signals import HZ, Rng, Sound, at_level, gain, in_room
from chimein.core.audio import Samples

PROCESSED, BARE, LOOPBACK, CUT = "processed", "bare", "loopback", "cut"
DEAD, STILL, DEAF, HUM = "dead", "still", "deaf", "hum"
Flags = NDArray[np.bool_]
BROKEN: Final = (DEAD, STILL, DEAF, HUM)
RATES: Final = (16_000, 16_000, 44_100, 48_000)
SECONDS: Final = 45.0


@dataclass
class Recording:
    """One array, for some while."""

    sound: Samples
    """(frames, channels)."""
    rate_hz: int
    kinds: Sequence[str]
    """What each channel is."""
    plays: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """(frames of 20 ms,): the speaker sounds."""

    @property
    def right(self) -> set[int]:
        """The channels that a person would choose."""
        for kind in (PROCESSED, BARE, CUT):
            if found := {number for number, this in enumerate(self.kinds) if this == kind}:
                return found
        return set()


@dataclass
class Room:
    """What sounds in it, as mono at 16 kHz, before any microphone has heard it."""

    talk: Sound
    played: Sound
    noise: Sound


def recording(seed: int, voices: Sequence[Sound]) -> Recording:
    """An array by its number; `voices` are clips of people at 16 kHz, of which some are taken."""
    rng = np.random.default_rng(seed)
    plays = bool(rng.random() < 0.7)
    room = _room(rng, voices, plays=plays)
    kinds = _kinds(rng)
    rate_hz = int(rng.choice(RATES))
    reverberation_s, direct_db, coupling_db = rng.uniform(0.2, 0.7), rng.uniform(-3, 8), rng.uniform(-18, 6)
    late = round(rng.uniform(0.002, 0.12) * HZ)
    hiss, spread_db = rng.uniform(-78, -62), rng.uniform(0, 3)
    heard = gain(coupling_db) * np.concatenate([np.zeros(late), np.tanh(3 * room.played) / 3])[: len(room.talk)]
    work = _Work(rng)
    drive_db = rng.uniform(8, 26)
    wires = rng.choice((0.0, 0.0, gain(-84), gain(-72)))
    channels: list[Sound] = []
    for kind in kinds:
        talk = _at_a_microphone(rng, room.talk, reverberation_s, direct_db)
        echo = _at_a_microphone(rng, heard, reverberation_s, 4.0)
        noise = _at_a_microphone(rng, room.noise, reverberation_s, -6.0)
        own = at_level(signals.hiss(rng, len(talk)), hiss)
        if kind in (PROCESSED, CUT) and (kind == PROCESSED or rng.random() < 0.7):
            talk = _at_a_microphone(rng, room.talk, reverberation_s, direct_db + work.beam_db)
            sound = work.on(talk, echo, noise + own)
        elif kind in (BARE, CUT):
            sound = (talk + echo + noise) * gain(rng.uniform(-spread_db, spread_db)) + own
        elif kind == LOOPBACK:
            hum = np.sin(2 * np.pi * 50 * np.arange(len(talk)) / HZ)
            sound = room.played * gain(work.loopback_db) + wires * (rng.normal(size=len(talk)) + 2 * hum)
        else:
            sound = _broken(rng, kind, len(talk))
        if kind in (BARE, PROCESSED, LOOPBACK):
            sound = sound * min(1.0, 0.9 / float(np.abs(sound).max() + 1e-9))
        if kind == CUT:
            sound = _driven(sound, rng.choice((0.0005, 0.0015, 0.005, 0.02)), drive_db)
        channels.append(sound)
    return Recording(_digital(rng, channels, rate_hz), rate_hz, kinds, _sounds(room.played))


def like_gate_dev(seed: int, voices: Sequence[Sound]) -> Recording:
    """The plain form: one processed channel without delay, 6 dB louder; four bare ones; what is played. Shuffled."""
    rng = np.random.default_rng(seed)
    room = _room(rng, voices, plays=bool(rng.random() < 0.5))
    late = round(0.012 * HZ)
    echo = np.concatenate([np.zeros(late), np.tanh(3 * room.played) / 3])[: len(room.talk)] * gain(rng.uniform(-10, -3))
    echo = in_room(rng, echo, 0.3, 8)
    talk = in_room(rng, room.talk, 0.4, float(rng.choice((8.0, 1.0, -5.0))))
    noise = room.noise + at_level(signals.hiss(rng, len(talk)), -66)
    bare = [
        _shifted(talk + noise + echo, rng.uniform(1.8, 6.2)) * gain(-6 + rng.uniform(-1, 1))
        + rng.normal(size=len(talk)) * gain(-72)
        for _ in range(4)
    ]
    channels = [noise + talk + echo * gain(-22) + np.roll(np.abs(echo) * echo, 160) * 0.5, *bare, room.played]
    order = rng.permutation(6)
    kinds = [[PROCESSED, BARE, BARE, BARE, BARE, LOOPBACK][place] for place in order]
    return Recording(_digital(rng, [channels[place] for place in order], HZ), HZ, kinds, _sounds(room.played))


class _Work:
    """What an array does to its microphones' sound."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self.beam_db = rng.uniform(0, 6)
        self.loopback_db = rng.uniform(-6, 6)
        self._late = round(float(rng.choice((0.0, rng.uniform(0.002, 0.06), rng.uniform(0.01, 0.06)))) * HZ)
        self._louder_db = rng.uniform(-6, 15)
        self._less_noise_db = rng.uniform(2, 15)
        self._less_echo_db = rng.uniform(12, 30)
        self._evens_out = rng.random() < 0.35

    def on(self, talk: Sound, echo: Sound, noise: Sound) -> Sound:
        left = gain(-self._less_echo_db) * echo + 0.4 * np.abs(echo) * echo
        sound = talk + left + gain(-self._less_noise_db) * noise
        sound = _evened(sound, -26.0, most_db=18.0) if self._evens_out else sound * gain(self._louder_db)
        return np.concatenate([np.zeros(self._late), sound])[: len(sound)] if self._late else sound


def _kinds(rng: Rng) -> list[str]:
    channels = int(rng.integers(2, 9))
    kinds = [PROCESSED] * int(rng.choice((0, 1, 1, 1, 2) if channels > 3 else (0, 1, 1)))
    kinds += [LOOPBACK] * int(rng.choice((0, 1, 1, 2) if channels > 4 else (0, 0, 1)))
    kinds += [CUT] * int(channels > 2 and rng.random() < 0.25)
    kinds += [str(rng.choice(BROKEN)) for _ in range(int(rng.choice((0, 0, 1, 2) if channels > 4 else (0, 0, 1))))]
    kinds = kinds[: max(1, channels - 1)]
    kinds += [BARE] * (channels - len(kinds))
    return [kinds[place] for place in rng.permutation(channels)]


def _room(rng: Rng, voices: Sequence[Sound], *, plays: bool) -> Room:
    length = round(SECONDS * HZ)
    talk, played = np.zeros(length), np.zeros(length)
    level = rng.uniform(-46, -26)
    at_s = rng.uniform(0.3, 4.0)
    while at_s < SECONDS - 1:
        clip = voices[int(rng.integers(len(voices)))][: round(rng.uniform(0.8, 5.0) * HZ)]
        _put(talk, at_level(clip, level + rng.uniform(-6, 4)), at_s)
        at_s += len(clip) / HZ + rng.uniform(0.4, 6.0)
    at_s = rng.uniform(0.5, 12.0)
    while plays and at_s < SECONDS - 1:
        clip = voices[int(rng.integers(len(voices)))][: round(rng.uniform(1.5, 8.0) * HZ)]
        _put(played, at_level(clip, -22.0), at_s)
        at_s += len(clip) / HZ + rng.uniform(1.0, 14.0)
    beds = (signals.fan, signals.hood, signals.tap, signals.sizzle, signals.fridge, signals.boil)
    bed = beds[int(rng.integers(len(beds)))]
    noise = at_level(bed(rng, length), level - rng.uniform(8, 32))
    for _ in range(int(rng.integers(0, 6))):
        hits = (signals.plate, signals.pot, signals.door, signals.cutlery)
        hit = hits[int(rng.integers(len(hits)))](rng)
        _put(noise, signals.at_peak(hit, rng.uniform(-35, -12)), rng.uniform(0, SECONDS - 2))
    return Room(talk, played.clip(-1, 1), noise)


def _put(sound: Sound, clip: Sound, at_s: float) -> None:
    at = round(at_s * HZ)
    clip = clip[: len(sound) - at]
    sound[at : at + len(clip)] += clip


def _at_a_microphone(rng: Rng, sound: Sound, reverberation_s: float, direct_db: float) -> Sound:
    """Through the air to one of some microphones a few centimetres apart."""
    return _shifted(in_room(rng, sound, reverberation_s, direct_db), rng.uniform(0, 4.0)) if sound.any() else sound


def _shifted(sound: Sound, samples: float) -> Sound:
    size = 1 << (len(sound) + 63).bit_length()
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size) * samples)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * turn, size)[: len(sound)])


def _evened(sound: Sound, target_dbfs: float, *, most_db: float) -> Sound:
    """An automatic gain: up slowly, down quickly, held in silence."""
    frames = np.pad(sound, (0, -len(sound) % 320)).reshape(-1, 320)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    now, gains = 6.0, []
    for level in levels:
        if level + now > target_dbfs:
            now -= min(2.0, level + now - target_dbfs)
        elif level > levels.min() + 10:
            now = min(most_db, now + 0.06)
        gains.append(now)
    smooth = np.interp(np.arange(len(sound)), 320 * np.arange(len(gains)) + 160, gains)
    return np.asarray(sound * 10 ** (smooth / 20))


def _driven(sound: Sound, share: float, most_db: float) -> Sound:
    """So loud that this share of its samples is cut off, if `most_db` would do that."""
    top = float(np.quantile(np.abs(sound), 1 - share))
    return np.clip(sound / max(top, 1e-6), -1.0, 1.0) if top > gain(-most_db - 20) else sound / max(top, 1e-6)


def _broken(rng: Rng, kind: str, length: int) -> Sound:
    if kind == DEAF:
        return rng.normal(size=length) * 0.8 / 32768
    if kind == STILL:
        return np.full(length, rng.uniform(-0.2, 0.2))
    if kind == HUM:
        seconds = np.arange(length) / HZ
        hum = sum(np.sin(2 * np.pi * 50 * k * seconds) / k for k in (1, 2, 3, 5))
        return np.asarray(gain(rng.uniform(-50, -20)) * hum + rng.normal(size=length) * gain(-80))
    return np.zeros(length)


def _digital(rng: Rng, channels: Sequence[Sound], rate_hz: int) -> Samples:
    import soxr

    columns = []
    for sound in channels:
        is_still = sound.max() == sound.min()
        sound = np.full(round(len(sound) * rate_hz / HZ), sound[0]) if is_still else sound
        if not is_still and rate_hz != HZ:
            cut = float(np.abs(sound).max())
            raised = soxr.resample(sound, HZ, rate_hz).clip(-cut, cut)
            places = np.minimum((np.arange(len(raised)) * HZ // rate_hz), len(sound) - 1)
            sound = np.where(sound[places] == 0.0, 0.0, raised)
        columns.append(sound)
    length = min(map(len, columns))
    whole = np.stack([column[:length] for column in columns], axis=1) * 32768
    return np.asarray(np.rint(whole).clip(-32_768, 32_767), dtype=np.int16)


def _sounds(played: Sound) -> Flags:
    frames = played[: len(played) // 320 * 320].reshape(-1, 320)
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)) > gain(-50))
