import sys
from pathlib import Path

import pytest

from chimein.core.errors import ChimeinError
from chimein.demo.rehearsal import Rehearsal


def program(tmp_path: Path, text: str) -> str:
    """Stands in for the interpreter that would run `-m chimein rehearse`."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


async def test_a_service_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program(tmp_path, "echo 'chimein: no ears' >&2; exit 1"))
    with pytest.raises(ChimeinError, match=r"did not start\. no ears"):
        async with Rehearsal(tmp_path):
            pass


async def test_its_address_and_its_latest_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = """echo '{"port": 1, "env": {"GOOGLE_API_KEY": "rehearsal"}}'; exec sleep 60"""
    monkeypatch.setattr(sys, "executable", program(tmp_path, says))
    async with Rehearsal(tmp_path) as rehearsal:
        assert rehearsal.env == {"GOOGLE_API_KEY": "rehearsal"}
        assert rehearsal.latest_reason() == ""
        (tmp_path / "rehearsal.jsonl").write_text(
            '{"kind": "turn", "why": "not about tea"}\n{"kind": "usage"}\n', encoding="utf-8"
        )
        assert rehearsal.latest_reason() == "not about tea"
