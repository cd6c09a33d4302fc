import asyncio
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from chimein.core.errors import ChimeinError
from chimein.demo.hearing import Hearing
from chimein.demo.rehearsal import Rehearsal

PATIENCE_S = 20.0
STARTS = """
import asyncio, pathlib, sys, time
from chimein.demo.rehearsal import Rehearsal
async def main():
    async with Rehearsal(pathlib.Path(sys.argv[1]), asyncio.Event()) as rehearsal:
        print(rehearsal.env["PID"], flush=True)
        time.sleep(60)
sys.executable = sys.argv[2]
asyncio.run(main())
"""


def program(tmp_path: Path, text: str) -> str:
    """Stands in for the interpreter that would run `-m chimein rehearse`."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


async def test_a_service_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program(tmp_path, "echo 'chimein: no ears' >&2; exit 1"))
    with pytest.raises(ChimeinError, match=r"did not start\. no ears"):
        async with Rehearsal(tmp_path, asyncio.Event()):
            pass


async def test_its_address_and_what_it_has_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = """echo '{"port": 1, "env": {"GOOGLE_API_KEY": "rehearsal"}}'; exec sleep 60"""
    monkeypatch.setattr(sys, "executable", program(tmp_path, says))
    async with Rehearsal(tmp_path, asyncio.Event()) as rehearsal:
        assert rehearsal.env == {"GOOGLE_API_KEY": "rehearsal"}
        assert rehearsal.hearings() == []
        notes = [
            {"kind": "setup", "connection": 1},
            {"kind": "heard", "connection": 1, "line": 1, "text": "tea", "start_s": 0.5, "end_s": 1.5},
            {"kind": "turn", "line": 1, "why": "about tea"},
        ]
        text = "".join(json.dumps(note) + "\n" for note in notes)
        (tmp_path / "rehearsal.jsonl").write_text(text + '{"kind": "tu', encoding="utf-8")
        assert rehearsal.hearings() == [Hearing(1, 0.5, 1.5, "tea", "about tea")]


async def test_nobody_waits_for_it_once_told_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program(tmp_path, "exec sleep 60"))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)
    async with asyncio.timeout(PATIENCE_S), Rehearsal(tmp_path, stop) as rehearsal:
        assert rehearsal.env == {}


def test_it_ends_with_a_demo_that_is_killed(tmp_path: Path) -> None:
    service = program(tmp_path, """echo "{\\"env\\": {\\"PID\\": $$}}"; exec cat""")
    demo = subprocess.Popen([sys.executable, "-c", STARTS, str(tmp_path), service], stdout=subprocess.PIPE)
    with demo:
        assert demo.stdout is not None
        watch = os.pidfd_open(int(demo.stdout.readline()))
        demo.kill()
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    assert poll.poll(PATIENCE_S * 1000), "it lives on without anybody"
    os.close(watch)
