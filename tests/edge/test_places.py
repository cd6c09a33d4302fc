"""Where files live, and where the key is found."""

import os
from pathlib import Path

import pytest

from chimein.core.errors import ConfigError, NotAllowedError
from chimein.edge.places import Places, api_key, control_sockets, places


def test_under_systemd() -> None:
    found = places({"STATE_DIRECTORY": "/var/lib/chimein", "RUNTIME_DIRECTORY": "/run/chimein:/run/other"})
    assert found == Places(state=Path("/var/lib/chimein"), runtime=Path("/run/chimein"))
    assert found.control_socket == Path("/run/chimein/control.sock")
    assert found.database.parent == Path("/var/lib/chimein")


def test_in_a_session() -> None:
    found = places({"XDG_STATE_HOME": "/home/ada/state", "XDG_RUNTIME_DIR": "/run/user/1000"})
    assert found == Places(state=Path("/home/ada/state/chimein"), runtime=Path("/run/user/1000/chimein"))


def test_relative_xdg_directories_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    found = places({"XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run"})
    assert found.state == tmp_path / ".local/state/chimein"
    assert found.runtime == tmp_path / f"chimein-{os.getuid()}"


def test_a_command_asks_its_own_daemon_first_and_then_the_machines() -> None:
    sockets = control_sockets({"XDG_RUNTIME_DIR": "/run/user/1000"})
    assert sockets[0] == Path("/run/user/1000/chimein/control.sock")
    assert sockets[-1] == Path("/run/chimein/control.sock")
    assert control_sockets({"RUNTIME_DIRECTORY": "/r"}) == [Path("/r/control.sock")]


def test_directories_are_made_private(tmp_path: Path) -> None:
    found = Places(state=tmp_path / "a" / "state", runtime=tmp_path / "run")
    found.make()
    found.make()
    assert [path.stat().st_mode & 0o777 for path in (found.state, found.runtime)] == [0o700, 0o700]


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAllowedError, match="cannot be made"):
        Places(state=tmp_path / "file" / "state", runtime=tmp_path).make()


def test_a_shared_directory_under_tmp_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    found = places({"XDG_STATE_HOME": str(tmp_path / "state")})
    found.runtime.mkdir()
    found.runtime.chmod(0o777)
    with pytest.raises(NotAllowedError, match="open to others"):
        found.make()
    found.runtime.rmdir()
    (tmp_path / "elsewhere").mkdir()
    found.runtime.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotAllowedError):
        found.make()
    assert found.control_socket not in control_sockets({})


def test_the_credential_comes_before_the_environment(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "GOOGLE_API_KEY": "google", "GEMINI_API_KEY": "gemini"}
    assert _revealed(environ) == "google"
    (tmp_path / "gemini-api-key").write_text(" \n")
    assert _revealed(environ) == "google"
    (tmp_path / "gemini-api-key").write_text("from-the-vault\n")
    assert _revealed(environ) == "from-the-vault"


def test_the_environment_in_the_sdks_order() -> None:
    assert _revealed({"GEMINI_API_KEY": "gemini"}) == "gemini"
    assert _revealed({"GOOGLE_API_KEY": " ", "GEMINI_API_KEY": "gemini"}) == "gemini"
    assert _revealed({"GOOGLE_API_KEY": "google\n", "GEMINI_API_KEY": "gemini"}) == "google"
    assert api_key({}) is None


@pytest.mark.parametrize("content", [b"two words", b"two\nlines", "schlüssel".encode(), b"\xff\xfe\x00", b"a\x1b[31m"])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gemini-api-key").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        api_key({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert "gemini-api-key" in str(caught.value)
    assert not any(word in str(caught.value) for word in ("two", "lines", "schl", "31m"))
    assert caught.value.exit_status == 78


def test_a_credential_that_cannot_be_read_is_no_missing_one(tmp_path: Path) -> None:
    (tmp_path / "gemini-api-key").mkdir()
    with pytest.raises(NotAllowedError):
        api_key({"CREDENTIALS_DIRECTORY": str(tmp_path)})


def _revealed(environ: dict[str, str]) -> str:
    key = api_key(environ)
    assert key is not None
    return key.reveal()
