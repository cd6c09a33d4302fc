"""Small signal tools and the noises of a kitchen, all made from nothing but a random generator.

Sounds are float arrays at 16 kHz, full scale 1. Every noise comes with an arbitrary level; `at_level` sets it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

HZ = 16_000
Sound = NDArray[Any]
Rng = np.random.Generator
Response = Callable[[Sound], Sound]


def gain(db: float) -> float:
    return float(10 ** (db / 20))


def band(low_hz: float, high_hz: float, order: int = 3) -> Response:
    """A band pass with slopes of 6 * order dB per octave, as a magnitude response."""

    def response(hz: Sound) -> Sound:
        low = (low_hz / np.maximum(hz, 1e-3)) ** (2 * order)
        return np.asarray(1 / np.sqrt((1 + low) * (1 + (hz / high_hz) ** (2 * order))))

    return response


def filtered(sound: Sound, response: Response) -> Sound:
    size = 1 << (len(sound) - 1).bit_length()
    hz = np.fft.rfftfreq(size, 1 / HZ)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * response(hz), size)[: len(sound)])


def speech_band_level(sound: Sound) -> float:
    """dBFS between 150 Hz and 6 kHz: what all levels and signal-to-noise ratios here refer to."""
    audible = filtered(sound, band(150, 6000, 4))
    return float(10 * np.log10(np.mean(audible**2) + 1e-12))


def at_level(sound: Sound, dbfs: float) -> Sound:
    return sound * gain(dbfs - speech_band_level(sound))


def at_peak(sound: Sound, dbfs: float) -> Sound:
    return np.asarray(sound * (gain(dbfs) / np.abs(sound).max()))


def wander(rng: Rng, samples: int, period_s: float, depth_db: float) -> Sound:
    """A gain that drifts at random, with a new value every period."""
    points = int(samples / HZ / period_s) + 3
    drift = np.interp(np.arange(samples) / HZ, period_s * np.arange(points), rng.normal(0, depth_db, points))
    return np.asarray(10 ** (drift / 20))


def in_room(rng: Rng, sound: Sound, reverberation_s: float, direct_db: float) -> Sound:
    """The sound in a room: itself and a decaying tail that is `direct_db` weaker; as long as it was, level kept."""
    seconds = np.arange(round(reverberation_s * HZ)) / HZ
    tail = rng.normal(size=len(seconds)) * 10 ** (-3 * seconds / reverberation_s)
    tail = filtered(tail, lambda hz: 1 / (1 + hz / 3000))
    tail *= gain(-direct_db) / np.sqrt(np.sum(tail**2))
    tail[: HZ // 200] = 0.0
    tail[0] = 1.0
    size = 1 << (len(sound) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)]
    return np.asarray(wet / np.sqrt(np.sum(tail**2)))


# --- steady


def hiss(rng: Rng, samples: int) -> Sound:
    """A microphone's own noise: white, with a little more towards the bass."""
    white = rng.normal(size=samples)
    return white + filtered(rng.normal(size=samples), lambda hz: 1.5 / (1 + hz / 150))


def fan(rng: Rng, samples: int) -> Sound:
    """Falling noise, a motor's harmonics and a slight flutter of the blades."""
    seconds = np.arange(samples) / HZ
    turn = 2 * np.pi * np.cumsum(73 + 0.4 * np.sin(0.7 * seconds)) / HZ
    air = filtered(rng.normal(size=samples), lambda hz: 1 / (1 + (hz / 400) ** 1.1))
    motor = sum(a * np.sin(k * turn) for k, a in ((1, 1.0), (2, 0.7), (4, 0.4), (7, 0.2)))
    return np.asarray(air / air.std() * (1 + 0.1 * np.sin(turn / 3)) + 0.4 * motor)


def hood(rng: Rng, samples: int) -> Sound:
    """A cooker hood: broad noise with a whistle."""
    seconds = np.arange(samples) / HZ
    air = filtered(rng.normal(size=samples), lambda hz: np.sqrt(hz / 100) / (1 + (hz / 1200) ** 1.5))
    whistle = np.sin(2 * np.pi * 412 * seconds) + 0.6 * np.sin(2 * np.pi * 824 * seconds)
    return np.asarray((air / air.std() + 0.2 * whistle) * wander(rng, samples, 5, 0.4))


def tap(rng: Rng, samples: int) -> Sound:
    """Water into a sink: bright noise that ripples."""
    water = filtered(rng.normal(size=samples), band(700, 6500, 1))
    return water * wander(rng, samples, 0.12, 1.0) * wander(rng, samples, 3, 0.6)


def fridge(rng: Rng, samples: int) -> Sound:
    """Mains harmonics and a low rumble, on for 40 s of every 70."""
    seconds = np.arange(samples) / HZ
    hum = sum(a * np.sin(2 * np.pi * 50 * k * seconds + k) for k, a in ((1, 1), (2, 1), (3, 0.5), (4, 0.4), (7, 0.1)))
    running = np.clip(np.minimum((seconds + 15) % 70, 40 - (seconds + 15) % 70) / 0.6, 0, 1)
    return np.asarray((hum + filtered(rng.normal(size=samples), band(90, 700, 1))) * running)


def sizzle(rng: Rng, samples: int) -> Sound:
    """Something in a hot pan: treble that surges, with spatters."""
    fat = filtered(rng.normal(size=samples), band(2000, 7500, 2))
    fat *= wander(rng, samples, 0.3, 1.5) * wander(rng, samples, 4, 1.5) / fat.std()
    spatter = np.zeros(samples)
    for at in rng.integers(0, samples - 500, samples // HZ * 7):
        length = int(rng.integers(30, 400))
        spatter[at : at + length] += rng.exponential(2.0) * rng.normal(size=length) * np.hanning(length)
    return fat + filtered(spatter, band(800, 7500, 2))


def boil(rng: Rng, samples: int) -> Sound:
    """A pot on the boil: low noise in quick bubbles."""
    return filtered(rng.normal(size=samples), band(150, 1400, 1)) * wander(rng, samples, 0.06, 3.0)


def rumble(rng: Rng, samples: int) -> Sound:
    """Traffic through the wall, all of it under 80 Hz; standard deviation 1."""
    low = filtered(rng.normal(size=samples), band(8, 60, 3))
    return np.asarray(low / low.std())


# --- sudden


def ring(rng: Rng, low_hz: float, high_hz: float, modes: int, decay_s: float, knock: float) -> Sound:
    """A struck thing: some modes that die away, after a knock."""
    seconds = np.arange(round(HZ * (3 * decay_s + 0.05))) / HZ
    sound = knock * rng.normal(size=len(seconds)) * np.exp(-seconds / 0.006)
    for hz in np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), modes)):
        decay = decay_s * rng.uniform(0.3, 1.0)
        sound += rng.uniform(0.3, 1) * np.sin(2 * np.pi * hz * seconds + rng.uniform(0, 6)) * np.exp(-seconds / decay)
    return filtered(sound, band(low_hz * 0.7, 7500, 1))


def plate(rng: Rng) -> Sound:
    return ring(rng, 1100, 6000, 6, 0.15, 0.8)


def pot(rng: Rng) -> Sound:
    return ring(rng, 300, 4000, 7, 0.6, 0.5)


def glass(rng: Rng) -> Sound:
    return ring(rng, 2000, 7000, 4, 0.35, 0.3)


def door(rng: Rng) -> Sound:
    return ring(rng, 80, 400, 4, 0.06, 2.0)


def click(rng: Rng) -> Sound:
    return ring(rng, 1500, 6000, 3, 0.008, 2.0)


def cutlery(rng: Rng) -> Sound:
    """A handful of it."""
    sound = np.zeros(HZ)
    for at in rng.integers(0, HZ // 2, 6):
        piece = ring(rng, 2500, 7000, 5, 0.1, 0.4)
        sound[at : at + len(piece)] += piece * rng.uniform(0.3, 1)
    return sound


# --- neither speech nor noise


def tune(rng: Rng, samples: int) -> Sound:
    """Plucked notes with chords: what a radio does to a gate."""
    sound = np.zeros(samples + 2 * HZ)
    at = 0
    while at < samples:
        root = 110 * 2 ** (rng.integers(0, 12) / 12)
        for interval in (1, 1.26, 1.5, 2 * 2 ** (rng.integers(0, 8) / 12)):
            seconds = np.arange(round(1.5 * HZ)) / HZ
            partials = (np.sin(2 * np.pi * root * interval * k * seconds) / k for k in range(1, 8))
            note = sum(partials, np.zeros(len(seconds))) * np.exp(-seconds / 0.4)
            sound[at : at + len(note)] += note
        at += round(HZ * rng.choice((0.25, 0.25, 0.5)))
    return sound[:samples]


def whispered(rng: Rng, sound: Sound) -> Sound:
    """The same words without a voice: every frame's smoothed spectrum on noise, little bass."""
    window, hop, lifter = np.hanning(512), 128, 24
    noise = rng.normal(size=len(sound) + 512)
    result = np.zeros(len(sound) + 512)
    for at in range(0, len(sound) - 512, hop):
        log_power = np.log(np.abs(np.fft.rfft(sound[at : at + 512] * window)) ** 2 + 1e-9)
        cepstrum = np.fft.irfft(log_power)
        cepstrum[lifter:-lifter] = 0.0
        envelope = np.exp(np.fft.rfft(cepstrum).real / 2)
        frame = np.fft.irfft(np.fft.rfft(noise[at : at + 512] * window) * envelope)
        result[at : at + 512] += frame * window
    return filtered(result[: len(sound)], band(400, 7000, 1))
