"""The picture as Prometheus reads it."""

import re

from chimein.core.machines.appliance import Appliance
from chimein.core.status.metrics import FIGURES, prometheus
from chimein.core.status.picture import GatePicture, MicrophonePicture, Picture, SessionPicture

FULL = Picture(
    state=Appliance(),
    version='1.0 "x"',
    microphone=MicrophonePicture(device="ear", level_dbfs=-60.2, heard_s=12.5, lost_s=0.25, losses=2),
    gate=GatePicture(floor_dbfs=-70.0, threshold_dbfs=-60.0),
    session=SessionPicture(connected_s=3.0),
).to_json()
LINE = re.compile(r'(# (HELP|TYPE) chimein_\w+ .+|chimein_\w+(\{\w+="([^"\\]|\\.)*"\})? -?[0-9][0-9.e+-]*)')


def test_every_line_is_one_that_prometheus_reads() -> None:
    text = prometheus(FULL)
    assert text.endswith("\n")
    strange = [line for line in text.splitlines() if not LINE.fullmatch(line)]
    assert strange == []
    assert 'chimein_info{version="1.0 \\"x\\""} 1' in text


def test_every_figure_is_there_with_its_type_before_it() -> None:
    lines = prometheus(FULL).splitlines()
    for figure in FIGURES:
        found = [number for number, line in enumerate(lines) if line.startswith(f"chimein_{figure.name} ")]
        assert len(found) == 1, figure.name
        assert lines[found[0] - 1] == f"# TYPE chimein_{figure.name} {figure.kind}"
    assert "chimein_microphone_overruns_total 2" in lines
    assert "chimein_microphone_lost_seconds_total 0.25" in lines


def test_what_is_not_known_is_left_out() -> None:
    text = prometheus(Picture(state=Appliance(), version="1").to_json())
    assert "level_dbfs" not in text
    assert "connected_seconds" not in text
    assert "null" not in text.lower()
    assert "None" not in text


def test_a_state_is_a_label() -> None:
    assert 'chimein_ear_state{state="' in prometheus(FULL)
