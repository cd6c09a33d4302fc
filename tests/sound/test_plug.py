"""Whether a card is still there, by the names that the kernel gives."""

import select
from pathlib import Path

import pytest

from chimein.core.sound.devices import Way
from chimein.sound.plug import LOOK_S, Plug


def name(root: Path, node: str) -> Path:
    path = root / "dev/snd" / node
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_card_that_is_pulled_is_out(tmp_path: Path) -> None:
    node = name(tmp_path, "pcmC1D0c")
    name(tmp_path, "pcmC1D0p")
    plug = Plug("hw:1,0", Way.IN, root=tmp_path)
    assert plug.is_in
    node.unlink()
    assert not plug.is_in
    assert Plug("hw:1,0", Way.OUT, root=tmp_path).is_in


def test_another_card_under_the_same_name_is_another_card(tmp_path: Path) -> None:
    node = name(tmp_path, "pcmC1D0p")
    plug = Plug("hw:1,0", Way.OUT, root=tmp_path)
    node.rename(tmp_path / "still-open")  # so that its inode is not given away at once
    name(tmp_path, "pcmC1D0p")
    assert not plug.is_in


def test_what_is_no_hardware_cannot_be_pulled(tmp_path: Path) -> None:
    for pcm in (None, "hw:7,0"):
        plug = Plug(pcm, Way.IN, root=tmp_path)
        assert (plug.changes, plug.look_s) == (None, None)
        assert plug.is_in


def has_news(plug: Plug) -> bool:
    assert plug.changes is not None
    return select.select([plug.changes], [], [], 0.0) != ([], [], [])


def test_the_kernel_says_when_to_look_and_nobody_looks_before(tmp_path: Path) -> None:
    node = name(tmp_path, "pcmC1D0p")
    plug = Plug("hw:1,0", Way.OUT, root=tmp_path)
    assert plug.look_s is None
    assert not has_news(plug)
    name(tmp_path, "pcmC2D0p")
    assert has_news(plug)
    assert plug.is_in, "another card came"
    assert not has_news(plug), "and that has been seen"
    node.unlink()
    assert has_news(plug)
    assert not plug.is_in


def test_where_the_kernel_grants_no_watch_it_is_looked_at_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chimein.sound.plug._watch", lambda folder: None)
    node = name(tmp_path, "pcmC1D0p")
    plug = Plug("hw:1,0", Way.OUT, root=tmp_path)
    assert plug.look_s == LOOK_S
    node.unlink()
    assert not plug.is_in
