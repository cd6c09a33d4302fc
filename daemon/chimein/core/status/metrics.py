"""The picture of the daemon (picture.py) as figures for Prometheus, in its text format. Pure.

(prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4: what node_exporter's textfile collector reads.)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chimein.core.answers import at

Picture = Mapping[str, object]


@dataclass(frozen=True)
class Figure:
    name: str
    """Without `chimein_`."""
    path: tuple[str, ...]
    """Where it stands in the picture."""
    kind: str
    help: str


FIGURES: Final = (
    Figure("up_seconds", ("up_s",), "gauge", "Since the daemon started."),
    Figure("muted", ("muted",), "gauge", "1 while nothing can hear."),
    Figure("microphone_alive", ("microphone", "alive"), "gauge", "1 while sound comes from the microphone."),
    Figure("microphone_level_dbfs", ("microphone", "level_dbfs"), "gauge", "The room, 150 Hz to 7 kHz."),
    Figure("microphone_heard_seconds_total", ("microphone", "heard_s"), "counter", "Sound that was heard."),
    Figure("microphone_lost_seconds_total", ("microphone", "lost_s"), "counter", "Missing, against the clock."),
    Figure("microphone_overruns_total", ("microphone", "losses"), "counter", "How often some was lost."),
    Figure("speaker_alive", ("speaker", "alive"), "gauge", "1 while answers can be heard."),
    Figure("speaker_queued_seconds", ("speaker", "queued_s"), "gauge", "Received and not heard yet."),
    Figure("speaker_dropped_seconds_total", ("speaker", "dropped_s"), "counter", "Received, and more than could wait."),
    Figure("speaker_underruns_total", ("speaker", "underruns"), "counter", "Answers that ran dry before their end."),
    Figure("speaker_device_underruns_total", ("speaker", "device_underruns"), "counter", "The device ran dry."),
    Figure("gate_open", ("gate", "open"), "gauge", "1 while what is heard goes up."),
    Figure("gate_floor_dbfs", ("gate", "floor_dbfs"), "gauge", "The room's steady noise."),
    Figure("session_connected_seconds", ("session", "connected_s"), "gauge", "Age of the connection; none: absent."),
    Figure("session_reconnects_total", ("session", "reconnects"), "counter", "Connections after the first."),
    Figure("session_oddities_total", ("session", "oddities"), "counter", "Surprises from the service, survived."),
    Figure("uplink_bytes_total", ("uplink", "bytes"), "counter", "Sound that left the house."),
    Figure("uplink_audio_seconds_total", ("uplink", "audio_s"), "counter", "The same in seconds."),
    Figure("uplink_dropped_seconds_total", ("uplink", "dropped_s"), "counter", "Too old when the line came back."),
    Figure("uplink_since_mute_bytes", ("uplink", "since_mute_bytes"), "gauge", "Left while muted: 0, or it is broken."),
    Figure("usage_today_input_tokens", ("usage", "today", "input_tokens"), "gauge", "As the service bills it."),
    Figure("usage_today_output_tokens", ("usage", "today", "output_tokens"), "gauge", "As the service bills it."),
    Figure("usage_today_usd", ("usage", "today", "usd"), "gauge", "By the price list."),
)
STATES: Final = (("link", "The way to the service."), ("ear", "Microphone and gate."), ("voice", "The speaker."))


def prometheus(picture: Picture) -> str:
    """The whole file. What the picture does not hold, or holds as null, is left out."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Picture) -> Iterator[str]:
    yield from _head("info", "gauge", "Always 1; says which version this is.")
    yield f'chimein_info{{version="{_label(picture.get("version"))}"}} 1'
    for name, help_text in STATES:
        if isinstance(picture.get(name), str):
            yield from _head(f"{name}_state", "gauge", help_text)
            yield f'chimein_{name}_state{{state="{_label(picture[name])}"}} 1'
    for figure in FIGURES:
        value = _figure(at(picture, *figure.path))
        if value is not None:
            yield from _head(figure.name, figure.kind, figure.help)
            yield f"chimein_{figure.name} {value:.15g}"


def _head(name: str, kind: str, help_text: str) -> Iterator[str]:
    yield f"# HELP chimein_{name} {help_text}"
    yield f"# TYPE chimein_{name} {kind}"


def _figure(value: object) -> float | None:
    """True counts as 1."""
    return float(value) if isinstance(value, int | float) else None


def _label(value: object) -> str:
    return str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
