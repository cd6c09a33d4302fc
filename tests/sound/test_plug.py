"""Whether a card is still there, by the names that the kernel gives."""

from pathlib import Path

from chimein.core.sound.devices import Way
from chimein.sound.plug import Plug


def name(root: Path, node: str) -> Path:
    path = root / "dev/snd" / node
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_card_that_is_pulled_is_out(tmp_path: Path) -> None:
    node = name(tmp_path, "pcmC1D0c")
    name(tmp_path, "pcmC1D0p")
    plug = Plug("hw:1,0", Way.IN, root=tmp_path)
    assert plug.can_be_seen
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
        assert not plug.can_be_seen
        assert plug.is_in
