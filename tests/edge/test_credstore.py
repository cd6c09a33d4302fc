"""The stores of credentials in a directory of our own, with a systemd-creds that we wrote."""

import stat
from pathlib import Path

import pytest

from chimein.core.errors import NotAllowedError
from chimein.core.secret import Secret
from chimein.edge.credstore import keep

KEY = Secret("AIzaSyRehearsal-of-a-key_0123456789")


def creds(directory: Path, script: str) -> str:
    """A systemd-creds that writes down how it was called and then does what `script` says."""
    program = directory / "systemd-creds"
    program.write_text(f'#!/bin/sh\necho "$@" >"{directory}/called"\n{script}\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_encrypted_under_the_name_that_the_unit_imports(tmp_path: Path) -> None:
    kept = keep(KEY, etc=tmp_path, program=creds(tmp_path, "tr a-zA-Z n-za-mN-ZA-M"))
    assert kept.file == tmp_path / "credstore.encrypted" / "gemini-api-key"
    assert kept.why_plain == ""
    assert kept.file.read_bytes() == b"NVmnFlErurnefny-bs-n-xrl_0123456789"
    assert (mode(kept.file), mode(kept.file.parent)) == (0o600, 0o700)


def test_no_command_line_holds_the_key(tmp_path: Path) -> None:
    keep(KEY, etc=tmp_path, program=creds(tmp_path, "cat"))
    assert (tmp_path / "called").read_text(encoding="utf-8") == "encrypt --name=gemini-api-key - -\n"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("cat >&2; exit 1", "***"),  # even a program that repeats it
        ("echo 'Failed to determine local credential host secret' >&2; exit 1", "Failed to determine"),
        ("exit 3", "ended with 3"),
        ("cat >/dev/null", "ended with 0"),
    ],
)
def test_where_nothing_can_be_encrypted_it_is_for_root_alone(tmp_path: Path, script: str, why: str) -> None:
    kept = keep(KEY, etc=tmp_path, program=creds(tmp_path, script))
    assert kept.file == tmp_path / "credstore" / "gemini-api-key"
    assert why in kept.why_plain
    assert KEY.reveal() not in kept.why_plain
    assert kept.file.read_text(encoding="ascii") == KEY.reveal()
    assert mode(kept.file) == 0o600


def test_where_there_is_no_systemd_creds_it_says_so(tmp_path: Path) -> None:
    kept = keep(KEY, etc=tmp_path, program=str(tmp_path / "nothing"))
    assert "there is no" in kept.why_plain


def test_of_the_two_stores_one_holds_a_key(tmp_path: Path) -> None:
    plain = keep(KEY, etc=tmp_path, program=creds(tmp_path, "exit 1")).file
    encrypted = keep(Secret("another"), etc=tmp_path, program=creds(tmp_path, "cat")).file
    assert (plain.exists(), encrypted.read_bytes()) == (False, b"another")
    plain = keep(KEY, etc=tmp_path, program=creds(tmp_path, "exit 1")).file
    assert (plain.exists(), encrypted.exists()) == (True, False)


def test_a_store_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "credstore.encrypted" / "gemini-api-key").mkdir(parents=True)
    with pytest.raises(NotAllowedError, match="cannot be written"):
        keep(KEY, etc=tmp_path, program=creds(tmp_path, "cat"))
    assert [path.name for path in (tmp_path / "credstore.encrypted").iterdir()] == ["gemini-api-key"]
