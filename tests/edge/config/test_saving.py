"""Files are replaced whole, and what cannot be written says so."""

import os
import stat
from pathlib import Path

import pytest

from chimein.core.errors import ConfigError, NotAllowedError
from chimein.edge.config.saving import save


def test_saving_keeps_mode_and_link_and_leaves_nothing_behind(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    save(link, "new\n")
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert {entry.name for entry in tmp_path.iterdir()} == {"real.yaml", "link.yaml"}


def test_saving_makes_what_is_missing(tmp_path: Path) -> None:
    save(tmp_path / "a" / "b.yaml", "new\n")
    assert (tmp_path / "a" / "b.yaml").read_text() == "new\n"


def test_saving_where_nothing_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        save(tmp_path / "file" / "config.yaml", "")
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(NotAllowedError, match="try sudo"):
            save(tmp_path / "config.yaml", "")
