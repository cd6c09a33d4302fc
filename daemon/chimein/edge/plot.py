"""Pictures, drawn by matplotlib, which comes with the extra `plot` and has its one owner here."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chimein.core.errors import ChimeinError
from chimein.core.gate.replay import STEP_S, Replay
from chimein.core.money.days import Day, columns, every_day, tokens, usd


class PlotError(ChimeinError, RuntimeError):
    """No picture can be drawn."""


def check() -> None:
    """PlotError if matplotlib is missing."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotError(
            "--plot needs matplotlib: `sudo apt install python3-matplotlib`, or, in a checkout, "
            "`pip install 'chimein[plot]'`"
        )


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
    _save(figure, path)


def draw_usage(days: Sequence[Day], first: str, last: str, path: Path) -> None:
    """Each day from `first` to `last`: its tokens as bars, way upon modality, and its money as a dot.

    PlotError if it cannot be written.
    """
    check()
    from matplotlib.figure import Figure

    dates = every_day(first, last)
    by_date = {str(day.get("day")): day for day in days}
    figure = Figure(figsize=(max(6.0, min(16.0, 2.5 + 0.6 * len(dates))), 5), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(dates))
    floor = [0] * len(dates)
    for way, kind in columns(days):
        bars = [tokens(by_date.get(date, {}), (way, kind)) for date in dates]
        colour = _COLOURS.get((way, kind))
        axes.bar(places, bars, bottom=floor, label=f"{way}, {kind.lower()}", color=colour, width=0.7)
        floor = [below + more for below, more in zip(floor, bars, strict=True)]
    axes.set(title=f"chimein, {first} to {last}", ylabel="tokens")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(0, max(1, max(floor)) * 1.25)
    money = axes.twinx()
    spent = [usd(by_date.get(date, {})) for date in dates]
    cost = [(place, of_day) for place, of_day in zip(places, spent, strict=True) if of_day]
    money.plot(*zip(*cost, strict=True) if cost else ([], []), "ko", ms=4, label=f"USD, together {sum(spent):.2f}")
    money.set_ylabel("USD")
    money.set_ylim(0, (max(spent) or 0.01) * 1.25)
    shown = range(0, len(dates), -(-len(dates) // 16))
    axes.set_xticks(shown, [dates[place] for place in shown], rotation=45, ha="right")
    axes.set_xlim(-0.6, len(dates) - 0.4)
    handles, labels = axes.get_legend_handles_labels()
    line, line_label = money.get_legend_handles_labels()
    axes.legend(handles + line, labels + line_label, loc="upper left", ncols=3, fontsize="small")
    _save(figure, path)


_COLOURS = {
    ("in", "AUDIO"): "tab:blue",
    ("in", "TEXT"): "lightsteelblue",
    ("out", "AUDIO"): "tab:orange",
    ("out", "TEXT"): "navajowhite",
    ("out", "THOUGHTS"): "tab:brown",
}


def _save(figure: Any, path: Path) -> None:
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:  # ValueError: a format that matplotlib does not know
        raise PlotError(f"{path}: cannot be drawn: {getattr(error, 'strerror', None) or error}") from error
