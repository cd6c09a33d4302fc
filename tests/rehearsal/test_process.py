"""`chimein rehearse` as a process: how it begins, and that it never outlives whoever started it."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chimein.cli import main
from chimein.rehearsal.bench import QUICK
from chimein.rehearsal.mind.process import Mind

PATIENCE_S = 20.0
STARTS = """
import sys, time
from chimein.rehearsal.bench import Rehearsal
bench = Rehearsal({script})
bench.start()
print(bench._process.pid, flush=True)
time.sleep(60)
"""
SLOW = {**QUICK, "ears": "real", "answers": "judge"}


def ends(pidfds: list[int]) -> bool:
    """Whether all of them end within PATIENCE_S each."""
    for pidfd in pidfds:
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        if not poll.poll(PATIENCE_S * 1000):
            return False
        os.close(pidfd)
    return True


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_and_its_thinkers_end_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTS.format(script=SLOW)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        service = int(parent.stdout.readline())
        thinkers = children_of(service)
        assert len(thinkers) == 2
        family = [os.pidfd_open(pid) for pid in (service, *thinkers)]
        parent.kill()
    assert ends(family), "some live on without anybody"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_also_while_it_loads(number: signal.Signals, tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    command = [sys.executable, "-m", "chimein", "rehearse", "--record", str(record)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as service:
        thinkers: list[int] = []
        while not thinkers and service.poll() is None:
            thinkers = children_of(service.pid)
        family = [os.pidfd_open(pid) for pid in thinkers]
        service.send_signal(number)
        said, complaints = service.communicate(timeout=PATIENCE_S)
    assert (service.returncode, said, complaints) == (0, b"", b"")
    assert ends(family)


@pytest.mark.parametrize("option", ["--record", "--wav"])
def test_a_file_that_cannot_be_written_is_one_message(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine = "--wav" if option == "--record" else "--record"
    nowhere = tmp_path / "nowhere" / "x"
    assert main(["rehearse", option, str(nowhere), fine, str(tmp_path / "fine")]) == 1
    assert capsys.readouterr().err == f"chimein: {nowhere}: cannot be written: No such file or directory\n"


def test_a_command_is_run_against_it_for_as_long_as_it_takes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps(QUICK))
    asks = (
        "import os, socket, sys; from urllib.parse import urlparse; "
        "at = urlparse(os.environ['GOOGLE_GEMINI_BASE_URL']); "
        "socket.create_connection((at.hostname, at.port)).close(); sys.exit(7)"
    )
    assert main(["rehearse", "--script", str(script), "--", sys.executable, "-c", asks]) == 7
    assert main(["rehearse", "--script", str(script), "--", str(tmp_path / "nothing")]) == 2
    assert capfd.readouterr() == ("", f"chimein: {tmp_path}/nothing: cannot be run: No such file or directory\n")


async def test_a_thinker_that_is_killed_is_asked_again() -> None:
    mind = Mind()
    try:
        await mind.warm_up("ears")
        assert mind._child is not None
        mind._child.kill()
        assert await mind.readings(b"") == []
    finally:
        await mind.close()
