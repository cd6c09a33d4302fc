"""A file that is whole whenever somebody looks."""

from pathlib import Path

from chimein.edge.metrics import MetricsFile


def test_it_is_replaced_whole_and_gone_with_the_daemon(tmp_path: Path) -> None:
    path = tmp_path / "metrics.prom"
    metrics = MetricsFile(path)
    metrics.write("a 1\n")
    with path.open() as reader:
        metrics.write("a 2\n")
        assert reader.read() == "a 1\n", "who had it open reads on in the old one"
    assert path.read_text() == "a 2\n"
    assert path.stat().st_mode & 0o777 == 0o644
    metrics.close()
    assert list(tmp_path.iterdir()) == []
    metrics.close()


def test_a_directory_that_is_not_there_hurts_nobody(tmp_path: Path) -> None:
    MetricsFile(tmp_path / "none" / "metrics.prom").write("a 1\n")
