"""What an array's channels are worth beside each other, by their levels over the last seconds. Pure.

Levels are in dB, of frames of 20 ms, (frames, channels); flags of channels are (channels,).
"""

from typing import Final

import numpy as np

from chimein.core.sound.levels import LIVELY_DB, Flags, Floats, still_rings

ENOUGH_FRAMES: Final = 150
TOGETHER: Final = 0.6
"""Correlation of two channels' levels over time, from which on they hear the same room."""
BETTER_DB: Final = 1.5
"""By so much a channel has to be better, twice running, before it is heard in place of the one that is."""
LOUDER: Final = 0.4
LOUDER_DB: Final = 5.0
"""Of two channels in which speech stands equally high, the louder one is the one that was worked on: so many dB of
contrast is one dB of level worth, for the first five."""
WORKED_ON_DB: Final = 6.0
"""What it counts that a channel comes later than bare ones."""
ECHO: Final = 0.4
MOST_ECHO_DB: Final = 15.0
"""What it counts how much less of what is played, over speech, one hears than another: so much of each dB, up to 15."""
ENOUGH_ECHO: Final = 50
DEAF_DB: Final = 15.0
"""So much quieter than the loudest of the others, and less than a microphone's own hiss, DEAF_LEVEL_DB: nothing is
connected to that one."""
DEAF_LEVEL_DB: Final = 10.0
"""Of a difference of 3 steps, -80 dBFS."""


def able_channels(levels: Floats, zeros: Flags) -> Flags:
    """(channels,) bool: which may be microphones. `levels` in dB, `zeros` of 20 ms frames: not one sample but zero;
    both of shape (frames, channels).
    """
    some_sound, is_part_time = _part_time(zeros)
    able: Flags = np.logical_and(~is_part_time, some_sound.any())
    if able.any():
        loud = np.percentile(levels, 95, axis=0)
        able &= (loud > DEAF_LEVEL_DB) | (loud > loud[able].max() - DEAF_DB)
    return able


def best_channel(
    levels: Floats, able: Flags, plays: Flags, present: int, *, microphones: Flags, together: Flags, worked_on: Flags
) -> int | None:
    """The one of the `able` in which speech stands highest, `present` where no other is clearly better; None: nobody
    has spoken, or nobody can say.

    `levels` in dB, (frames, channels); `plays`, (frames,): where a loopback sounds. (channels,): the `microphones`, of
    which most have to hear the same; those that do, and those that are `worked_on`, as times of arrival say.
    """
    if not able.any():
        return None
    echo = np.percentile(levels[plays], 50, axis=0) if plays.sum() >= ENOUGH_ECHO else None
    levels = levels[~still_rings(plays)]  # or the loudest echo would count as the best hearing
    if len(levels) < ENOUGH_FRAMES:
        return None
    together = microphones & together
    alike = together if together.sum() > 1 else _alike(levels, microphones)
    if alike.sum() == 1 < microphones.sum():  # which of them is right, nobody can say
        return None
    able = able & alike if (able & alike).any() else able
    low, high = np.percentile(levels, (10, 95), axis=0)
    contrast = high - low
    quieter = np.minimum(high[able].max() - high, LOUDER_DB)
    merit = contrast - LOUDER * quieter + WORKED_ON_DB * worked_on
    if echo is not None:
        left = echo - high
        merit -= ECHO * np.minimum(left - left[able].min(), MOST_ECHO_DB)
    merit = np.where(able, merit, -np.inf)
    best = int(np.argmax(merit))
    if contrast[best] < LIVELY_DB:
        return None
    return best if merit[best] >= merit[present] + BETTER_DB else present


def frames_of_playing(levels: Floats, zeros: Flags, loopbacks: Flags) -> Flags:
    """(frames,) bool: something is being played, by whatever repeats it."""
    some_sound, is_part_time = _part_time(zeros)
    sounds: Flags = np.logical_and(np.logical_not(zeros), is_part_time)
    if loopbacks.any():
        floor = np.percentile(levels[:, loopbacks], 10, axis=0)
        sounds[:, loopbacks] = levels[:, loopbacks] > floor + LIVELY_DB
    plays: Flags = np.any(sounds, axis=1)
    return plays if is_part_time.any() or loopbacks.any() else ~some_sound


def _part_time(zeros: Flags) -> tuple[Flags, Flags]:
    """(frames,): some channel sounds; (channels,): those that are exact zeros meanwhile, now or then."""
    some_sound: Flags = np.logical_not(np.all(zeros, axis=1))
    return some_sound, np.any(zeros & some_sound[:, None], axis=0)


def _alike(levels: Floats, able: Flags) -> Flags:
    """Which of the able channels move with most of them."""
    numbers = np.flatnonzero(able)
    if len(numbers) < 2:
        return able
    moved = levels[:, numbers] - levels[:, numbers].mean(axis=0)
    size = np.sqrt((moved**2).sum(axis=0)) + 1e-9
    likeness = (moved.T @ moved) / np.outer(size, size)
    centre = int(np.argmax((likeness >= TOGETHER).sum(axis=1) + likeness.sum(axis=1) / len(numbers)))
    together = np.zeros_like(able)
    together[numbers[likeness[centre] >= TOGETHER]] = True
    return together
