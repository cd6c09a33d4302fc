"""Pictures, drawn by matplotlib, which comes with the extra `plot` and has its one owner here."""

import importlib.util
from pathlib import Path

from chimein.core.errors import ChimeinError
from chimein.core.gate.replay import STEP_S, Replay


class PlotError(ChimeinError, RuntimeError):
    """No picture can be drawn."""


def check() -> None:
    """PlotError if matplotlib is missing."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotError("--plot needs matplotlib: pip install 'chimein[plot]'")


def draw_gate(replay: Replay, path: Path, *, title: str) -> None:
    """Level, floor and threshold over time, and shaded what was sent. PlotError if it cannot be written."""
    check()
    from matplotlib.figure import Figure

    seconds = [(number + 1) * STEP_S for number in range(len(replay.steps))]
    figure = Figure(figsize=(14, 5), layout="constrained")
    axes = figure.add_subplot()
    for number, (start, end) in enumerate(replay.intervals):
        axes.axvspan(start, end, color="tab:green", alpha=0.2, lw=0, label="sent" if number == 0 else None)
    axes.plot(seconds, [step.level_dbfs for step in replay.steps], color="tab:blue", lw=0.8, label="level")
    axes.plot(seconds, [step.threshold_dbfs for step in replay.steps], color="tab:red", lw=0.8, label="threshold")
    axes.plot(seconds, [step.floor_dbfs for step in replay.steps], color="0.4", lw=0.8, label="floor")
    axes.set(title=title, xlabel="s", ylabel="dBFS, 150 Hz to 7 kHz", xlim=(0, max(replay.heard_s, STEP_S)))
    axes.legend(loc="upper right", ncols=4)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:  # ValueError: a format that matplotlib does not know
        raise PlotError(f"{path}: cannot be drawn: {error}") from error
