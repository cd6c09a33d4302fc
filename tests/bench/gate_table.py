"""The gate's table: our gate at three sensitivities and the others, over a kitchen of its own or any labelled set."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.contenders import Contender, contenders
from bench.kitchen import Scene, scenes
from bench.scorer import Figures, score
from chimein.core.errors import ChimeinError
from chimein.edge.sound.files import read_sound

COLUMNS = (
    ("core %", 6), ("5 dB", 5), ("0 dB", 5), ("quiet", 5), ("whisp", 5), ("onset p95/max", 13), ("miss", 4),
    ("sil", 5), ("noise", 5), ("imp", 5), ("media", 5), ("pause", 5), ("h/day", 5), ("cpu s/h", 7),
)  # fmt: skip
WIDTH = 28


def table(folder: Path | None) -> Iterator[str]:
    """The table's lines, each as soon as it is measured."""
    played = _labelled(folder) if folder else scenes()
    hours = sum(scene.duration_s for scene in played) / 3600
    place = f"the scenes in {folder}" if folder else "the bench's own kitchen (made voices, made noises)"
    yield f"The gate: {place}, {len(played)} scenes, {60 * hours:.0f} minutes"
    yield "Shares of speech that went up, and of noise by kind, in percent; a perfect gate has 100 and 0. Onsets in ms."
    if not folder:
        yield "In-sample, if only a little: our thresholds were found elsewhere, but this kitchen was heard meanwhile."
    yield ""
    yield " " * WIDTH + " | " + " ".join(f"{name:>{width}}" for name, width in COLUMNS)
    for name, contender in contenders().items():
        if isinstance(contender, str):
            yield f"{name:{WIDTH}} | {contender}"
        else:
            yield f"{name:{WIDTH}} | {_row(*_judged(contender, played), hours)}"


def _judged(contender: Contender, played: list[Scene]) -> tuple[Figures, float]:
    """Figures and CPU seconds."""
    began = time.process_time()
    decisions = {scene.name: contender(scene.sound, scene.speech) for scene in played}
    cpu_s = time.process_time() - began
    labels = {scene.name: {"type": scene.type, "dur": scene.duration_s, "speech": scene.speech} for scene in played}
    return score(labels, decisions), cpu_s


def _row(figures: Figures, cpu_s: float, hours: float) -> str:
    kinds = (figures.noise[kind].percent for kind in ("silence", "noise", "impulse", "media", "pauses"))
    values = [
        _number(figures.core.percent, 2),
        *(_number(share.percent) for share in figures.at_snr.values()),
        _number(figures.quiet_voice.percent),
        _number(figures.whisper.percent),
        f"{_number(figures.onset_p95_ms, 0)}/{_number(figures.onset_max_ms, 0)}",
        str(figures.missed),
        *(_number(kind) for kind in kinds),
        _number(figures.hours_per_day, 2),
        _number(cpu_s / hours),
    ]
    return " ".join(f"{value:>{width}}" for value, (_, width) in zip(values, COLUMNS, strict=True))


def _number(value: float, digits: int = 1) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _labelled(folder: Path) -> list[Scene]:
    """A set from disk, in the form that kitchen.py describes; ChimeinError if it is not there."""
    try:
        labels: dict[str, Any] = json.loads((folder / "labels.json").read_text())
    except (OSError, ValueError) as error:
        raise ChimeinError(f"{folder}: no labels.json that can be read: {error}") from error
    played = [(name, label) for name, label in labels.items() if label["type"] != "echo"]
    return [Scene(name, label["type"], read_sound(folder / f"{name}.wav"), label["speech"]) for name, label in played]
