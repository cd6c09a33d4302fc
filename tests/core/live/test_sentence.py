"""Where a sentence began, in tenths of a second of loud and quiet."""

import numpy as np
import pytest

from chimein.core.live.sentence import cut_sentence

LOUDNESS = {"x": 6000, "-": 900, ".": 60}


def said(picture: str) -> list[bytes]:
    rng = np.random.default_rng(3)
    return [rng.normal(0, LOUDNESS[piece], 1600).astype("<i2").tobytes() for piece in picture]


@pytest.mark.parametrize(
    ("picture", "count"),
    [
        ("xxxx..xxx", 3),
        ("xxxx.xxx", 8),
        ("xxxx....", 0),
        ("xxxx.", 5),
        ("x..x..x", 1),
        ("xx---xx-x", 9),
        ("....", 4),
        ("", 0),
    ],
)
def test_how_much_of_it_was_cut(picture: str, count: int) -> None:
    assert cut_sentence(said(picture)) == count


def test_digital_silence_is_a_pause() -> None:
    assert cut_sentence([*said("xx"), bytes(3200), bytes(3200), *said("x")]) == 1
