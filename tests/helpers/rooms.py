"""Made rooms for the gate's tests: hiss, somebody who talks, and what a gate makes of them."""

from dataclasses import dataclass

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples
from chimein.core.gate import Forward, Gate, GateStep, Item, Sensitivity


@dataclass(frozen=True)
class Settings:
    enabled: bool = True
    sensitivity: Sensitivity = "normal"
    preroll_ms: int = 500
    hangover_ms: int = 700


NORMAL = Settings()


def hiss(seconds: float, dbfs: float, seed: int = 1) -> Samples:
    """Steady white noise."""
    noise = np.random.default_rng(seed).normal(size=round(seconds * UP_HZ)) * 32768 * 10 ** (dbfs / 20)
    return np.asarray(np.clip(np.rint(noise), -32768, 32767), dtype=np.int16)


def talk(seconds: float, dbfs: float, seed: int = 2) -> Samples:
    """A buzz with a gliding pitch of about 120 Hz, two syllables a second: a talker, to the gate."""
    t = np.arange(round(seconds * UP_HZ)) / UP_HZ
    pitch = 120 + 15 * np.sin(2 * np.pi * 0.7 * t + seed)
    phase = np.cumsum(2 * np.pi * pitch / UP_HZ)
    buzz = sum((np.sin(k * phase) / k**0.7 for k in range(1, 30)), np.zeros(len(t)))
    sound = buzz * np.maximum(np.sin(2 * np.pi * 2.0 * t), 0.0) ** 0.5
    sound *= 10 ** (dbfs / 20) / np.sqrt(np.mean(sound**2))
    return np.asarray(np.clip(np.rint(sound * 32768), -32768, 32767), dtype=np.int16)


def room(*parts: tuple[float, Samples], seconds: float, floor_dbfs: float = -65.0) -> Samples:
    """Hiss, and sounds that begin at their seconds."""
    sound = hiss(seconds, floor_dbfs).astype(np.int32)
    for at_s, part in parts:
        at = round(at_s * UP_HZ)
        end = min(len(sound), at + len(part))
        sound[at:end] += part[: end - at]
    return np.clip(sound, -32768, 32767).astype(np.int16)


def through(gate: Gate, sound: Samples, frames: int = 5) -> list[GateStep]:
    size = frames * FRAME_SAMPLES
    return [gate.push(sound[at : at + size]) for at in range(0, len(sound), size)]


def sent(step: GateStep) -> bytes:
    """All that it sends, in one piece."""
    return b"".join(item.pcm for item in step.items if isinstance(item, Forward))


def joined(steps: list[GateStep]) -> list[Item]:
    """The items, with sound that follows sound put into one piece."""
    items: list[Item] = []
    for item in (item for step in steps for item in step.items):
        if isinstance(item, Forward) and items and isinstance(items[-1], Forward):
            items[-1] = Forward(items[-1].pcm + item.pcm)
        else:
            items.append(item)
    return items
