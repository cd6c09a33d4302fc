"""set-key as a person meets it, with the stores in a directory of our own."""

import io
import os
from pathlib import Path

import pytest

from chimein.cli import main
from chimein.core.secret import Secret
from chimein.edge import credstore

KEY = "AIzaSyRehearsal-of-a-key_0123456789"


class Store:
    """The stores, written to from `chimein set-key`."""

    def __init__(self, etc: Path) -> None:
        self.etc = etc
        self._keep = credstore.keep

    def keep(self, key: Secret, name: str = "gemini-api-key") -> credstore.Kept:
        return self._keep(key, name=name, etc=self.etc, program=str(self.etc / "no-systemd-creds"))

    @property
    def content(self) -> str | None:
        file = self.etc / "credstore" / "gemini-api-key"
        return file.read_text(encoding="ascii") if file.exists() else None


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(tmp_path)
    monkeypatch.setattr(credstore, "keep", store.keep)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return store


def pipe(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_key_from_a_pipe_is_kept_and_not_repeated(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, f"{KEY}\n".encode())
    assert main(["set-key"]) == 0
    said = capsys.readouterr()
    assert store.content == KEY
    assert KEY not in said.out + said.err
    assert "not encrypted" in said.out
    assert "systemctl restart chimein" in said.out


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"two words", b"two\nlines", "schlüssel".encode(), b"\0", b"x" * 5000],
    ids=["nothing", "blank", "two words", "two lines", "umlaut", "zero", "a novel"],
)
def test_what_is_no_key_leaves_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    store.keep(Secret("old"))
    pipe(monkeypatch, content)
    assert main(["set-key"]) == 2
    assert store.content == "old"
    assert "the old one stays" in capsys.readouterr().err


def test_it_is_for_root(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    pipe(monkeypatch, KEY.encode())
    assert main(["set-key"]) == 77
    assert "sudo chimein set-key" in capsys.readouterr().err
    assert store.content is None


def test_a_key_on_the_command_line_is_refused_without_repeating_it(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["set-key", KEY]) == 2
    said = capsys.readouterr()
    assert KEY not in said.out + said.err
    assert "make a new one" in said.err
    assert store.content is None


def test_the_token_of_another_server_has_a_name_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, b"a-token")
    assert main(["set-key", "--for", "home-assistant"]) == 0
    assert (store.etc / "credstore" / "chimein.home-assistant").read_text("ascii") == "a-token"
    assert store.content is None
    for name in ("", "../x", "Home", "a b"):
        assert main(["set-key", "--for", name]) == 2
    assert "a-token" not in capsys.readouterr().out
