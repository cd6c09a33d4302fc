"""A small kitchen set of the bench's own: scenes with their labels, made anew on every run, seeds fixed.

A set of scenes is a folder with one 16 kHz mono WAV per scene and `labels.json`:

    {"talk_fan": {"type": "talk", "dur": 90.0, "speech": [
        {"start": 2.1, "end": 3.4, "snr_measured": 9.8, "level": -32.0, "kind": "speech"}, ...]}, ...}

`type` is talk, quiet, level, noise, impulse, silence, media, talkmedia or whisper; times are in s, `level` in dBFS and
`snr_measured` in dB, both of 150 Hz to 6 kHz. `--scenes DIR` scores any other set of that form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench import signals
from bench.signals import HZ, Rng, Sound
from bench.voices import LINES, say, talkers
from chimein.core.audio import Samples

Bed = Callable[[Rng, int], Sound]
Hit = Callable[[Rng], Sound]


@dataclass
class Scene:
    name: str
    type: str
    sound: Samples
    speech: list[dict[str, Any]]

    @property
    def duration_s(self) -> float:
        return len(self.sound) / HZ


@dataclass
class Recipe:
    """What there is in a scene; levels in dBFS, times in s."""

    name: str
    type: str
    seconds: float
    hiss: float = -66.0
    beds: Sequence[tuple[Bed, float]] = ()
    switched: Sequence[tuple[Bed, float, float, float]] = ()
    """Bed, level, from, to: noises that come and go."""
    hits: Sequence[Hit] = ()
    every_s: float = 0.0
    peaks: tuple[float, float] = (-30.0, -6.0)
    snrs: Sequence[float] = ()
    """Talk at these ratios to the scene's own noise, in turn."""
    levels: Sequence[float] = ()
    """Or at these levels."""
    change: Callable[[Rng, Sound], Sound] | None = None
    rumble: float | None = None
    offset: float = 0.0
    gains: Sequence[tuple[float, float]] = field(default=())
    """(s, dB): a gain that jumps, for microphones with a will of their own."""


TALK = (20.0, 10.0, 5.0, 0.0, 15.0, 5.0, 10.0, 0.0)
CLATTER = (signals.plate, signals.pot, signals.glass, signals.door, signals.click, signals.cutlery)


def babble(rng: Rng, samples: int) -> Sound:
    """Eight people talking at once, none of them to us."""
    sound = np.zeros(samples)
    voices = talkers()
    for person in range(8):
        at = int(rng.integers(0, HZ))
        while at < samples:
            line = say(voices[person % len(voices)], LINES[int(rng.integers(len(LINES)))]).sound
            line = signals.in_room(rng, line, 0.5, -3)[: samples - at]
            sound[at : at + len(line)] += line
            at += len(line) + int(rng.integers(0, HZ))
    return sound


RECIPES = (
    Recipe("talk_fan", "talk", 110, beds=[(signals.fan, -46)], snrs=TALK),
    Recipe("talk_tap", "talk", 110, beds=[(signals.tap, -43)], snrs=TALK),
    Recipe("talk_sizzle", "talk", 110, beds=[(signals.sizzle, -45)], snrs=TALK),
    Recipe("talk_hood", "talk", 110, beds=[(signals.hood, -40)], snrs=TALK),
    Recipe("talk_boil", "talk", 110, beds=[(signals.boil, -44)], snrs=TALK),
    Recipe("talk_clatter", "talk", 90, hits=CLATTER, every_s=6, peaks=(-35, -15), levels=(-30, -38, -44)),
    Recipe("quiet_far", "quiet", 120, hiss=-67, levels=(-40, -46, -50, -48)),
    Recipe("quiet_rumble", "quiet", 90, hiss=-64, rumble=-46, offset=0.004, levels=(-36, -44, -48)),
    Recipe("quiet_fridge", "quiet", 90, beds=[(signals.fridge, -57)], levels=(-38, -44, -47)),
    Recipe("level_hood", "level", 120, switched=[(signals.hood, -42, 30, 80)], levels=(-26, -30)),
    Recipe("level_tap", "level", 120, switched=[(signals.tap, -44, t, t + 12) for t in (15, 60)], levels=(-28, -33)),
    Recipe(
        "level_gain", "level", 90, beds=[(signals.fan, -55)], levels=(-35, -40),
        gains=((20, 10), (35, -4), (55, 8), (70, -3)),
    ),
    Recipe("noise_fan", "noise", 90, beds=[(signals.fan, -42)]),
    Recipe("noise_tap", "noise", 90, beds=[(signals.tap, -38)]),
    Recipe("noise_sizzle", "noise", 90, beds=[(signals.sizzle, -40), (signals.hood, -48)]),
    Recipe("noise_boil", "noise", 90, beds=[(signals.boil, -40)]),
    Recipe("noise_switched", "noise", 120, switched=[
        (signals.hood, -44, 10, 100), (signals.hood, -36, 40, 70),
        (signals.tap, -40, 55, 62), (signals.tap, -40, 80, 95),
    ]),
    Recipe("impulse_clatter", "impulse", 120, hits=CLATTER, every_s=2.5),
    Recipe("impulse_sparse", "impulse", 120, hits=CLATTER, every_s=12, peaks=(-14, -3)),
    Recipe(
        "impulse_dishes", "impulse", 120, beds=[(signals.fan, -50)],
        hits=(signals.plate, signals.cutlery), every_s=3,
    ),
    Recipe("silence", "silence", 180),
    Recipe("silence_fridge", "silence", 180, beds=[(signals.fridge, -54)], hits=(signals.click,), every_s=60),
    Recipe("silence_rumble", "silence", 90, hiss=-63, rumble=-44, offset=-0.006),
    Recipe("media_tune", "media", 60, beds=[(signals.tune, -40)]),
    Recipe("media_babble", "media", 60, beds=[(babble, -42)]),
    Recipe("talk_over_tune", "talkmedia", 60, beds=[(signals.tune, -44)], snrs=(10, 15)),
    Recipe("whisper", "whisper", 90, hiss=-68, levels=(-38, -42, -45), change=signals.whispered),
)  # fmt: skip


def scenes() -> list[Scene]:
    """All of them; takes some seconds."""
    return [render(recipe, np.random.default_rng(20_261 + number)) for number, recipe in enumerate(RECIPES)]


def render(recipe: Recipe, rng: Rng) -> Scene:
    samples = round(recipe.seconds * HZ)
    noise = _noise(recipe, rng, samples)
    voice, parts = _talk(recipe, rng, noise)
    speech = [_label(recipe, voice, noise, begin, end) for begin, end in parts]
    gain = np.ones(samples)
    for at_s, db in recipe.gains:
        gain[round(at_s * HZ) :] = signals.gain(db)
    mixed = np.clip(np.rint((noise + voice) * gain * 32768), -32768, 32767)
    return Scene(recipe.name, recipe.type, mixed.astype(np.int16), speech)


def _noise(recipe: Recipe, rng: Rng, samples: int) -> Sound:
    noise = signals.at_level(signals.hiss(rng, samples), recipe.hiss) + recipe.offset
    if recipe.rumble is not None:
        noise += signals.rumble(rng, samples) * signals.gain(recipe.rumble)
    for bed, level in recipe.beds:
        noise += signals.at_level(bed(rng, samples), level)
    for bed, level, begin_s, end_s in recipe.switched:
        begin, end = round(begin_s * HZ), round(end_s * HZ)
        edge = np.clip(np.minimum(np.arange(end - begin), np.arange(end - begin)[::-1]) / (0.3 * HZ), 0, 1)
        noise[begin:end] += signals.at_level(bed(rng, end - begin), level) * edge
    at_s = 2.0
    while recipe.hits and at_s < recipe.seconds - 3:
        hit = recipe.hits[int(rng.integers(len(recipe.hits)))](rng)
        padded = signals.in_room(rng, np.concatenate([hit, np.zeros(HZ // 2)]), 0.4, 2)
        at = round(at_s * HZ)
        noise[at : at + len(padded)] += signals.at_peak(padded, rng.uniform(*recipe.peaks))[: samples - at]
        at_s += rng.exponential(recipe.every_s)
    return noise


def _talk(recipe: Recipe, rng: Rng, noise: Sound) -> tuple[Sound, list[tuple[float, float]]]:
    """The voices alone, and when they speak."""
    voice = np.zeros(len(noise))
    parts: list[tuple[float, float]] = []
    wanted = recipe.snrs or recipe.levels
    people = talkers()
    at_s, turn = 1.5, 0
    while wanted:
        line = say(people[int(rng.integers(len(people)))], LINES[int(rng.integers(len(LINES)))])
        end_s = at_s + len(line.sound) / HZ
        if end_s > recipe.seconds - 1.5:
            break
        sound = recipe.change(rng, line.sound) if recipe.change else line.sound
        sound = signals.in_room(rng, sound, rng.uniform(0.25, 0.5), rng.choice((8.0, 2.0, -2.0)))
        at = round(at_s * HZ)
        target = wanted[turn % len(wanted)]
        if recipe.snrs:
            target += signals.speech_band_level(noise[at : at + len(sound)])
        voice[at : at + len(sound)] += signals.at_level(sound, target)
        parts += [(at_s + a, at_s + b) for a, b in line.speech_s]
        at_s = end_s + float(rng.choice((0.5, 1.5, 4.0, 6.0)))
        turn += 1
    return voice, parts


def _label(recipe: Recipe, voice: Sound, noise: Sound, begin_s: float, end_s: float) -> dict[str, Any]:
    part = slice(round(begin_s * HZ), round(end_s * HZ))
    level = signals.speech_band_level(voice[part])
    return {
        "start": round(begin_s, 3),
        "end": round(end_s, 3),
        "snr_measured": round(level - signals.speech_band_level(noise[part]), 1),
        "level": round(level, 1),
        "kind": "whisper" if recipe.type == "whisper" else "speech",
    }
