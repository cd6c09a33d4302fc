"""From what was sent back to what was heard."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chimein.core.audio import UP_HZ
from chimein.demo.passage import Passage

BLOCK_S = 0.08
CHUNK_S = 0.1


def sound(length_s: float) -> bytes:
    """Never the same."""
    return os.urandom(2 * round(length_s * UP_HZ))


class Kitchen:
    """Hears in blocks, sends what the gate lets through in chunks, as soon as the link takes it."""

    def __init__(self) -> None:
        self.passage = Passage()
        self.passage.connected()
        self.heard_s = self.sent_s = self._waiting_s = 0.0
        self.is_stuck = False

    def hears(self, blocks: int, *, is_open: bool) -> None:
        for _ in range(blocks):
            self.heard_s += BLOCK_S
            if is_open:
                self.lets_through(BLOCK_S)

    def lets_through(self, length_s: float) -> None:
        """Pre-roll comes all at once."""
        self._waiting_s += length_s
        while self._waiting_s > 1e-9 and not self.is_stuck:
            chunk_s = min(CHUNK_S, self._waiting_s)
            self._waiting_s -= chunk_s
            self.sent_s += chunk_s
            self.passage.sent(sound(chunk_s), self.heard_s)


@given(st.lists(st.tuples(st.integers(8, 60), st.integers(1, 60)), min_size=1, max_size=6))
def test_every_moment_is_found_again(stretches: list[tuple[int, int]]) -> None:
    kitchen = Kitchen()
    moments = []
    for silent, loud in stretches:
        kitchen.hears(silent, is_open=False)
        moments.append((kitchen.sent_s + 0.01, kitchen.heard_s - 0.5 + 0.01))
        kitchen.lets_through(0.5)
        kitchen.hears(loud, is_open=True)
        moments.append((kitchen.sent_s, kitchen.heard_s))
    for sent_s, heard_s in moments:
        assert kitchen.passage.heard_s(1, sent_s) == pytest.approx(heard_s, abs=1e-6)


def test_what_had_to_wait_was_heard_when_it_was_heard() -> None:
    kitchen = Kitchen()
    kitchen.hears(100, is_open=False)
    kitchen.is_stuck = True
    kitchen.hears(50, is_open=True)
    kitchen.is_stuck = False
    kitchen.hears(1, is_open=True)
    assert kitchen.passage.heard_s(1, 1.0) == pytest.approx(9.0)


def test_what_was_not_sent_was_not_heard() -> None:
    passage = Passage()
    assert passage.heard_s(1, 0.0) is None
    passage.sent(sound(1.0), 5.0)
    passage.connected()
    passage.sent(sound(1.0), 9.0)
    assert passage.heard_s(1, 1.0) == 5.0
    assert passage.heard_s(2, 0.5) == 8.5
    assert passage.heard_s(2, 1.5) is None
    assert passage.heard_s(0, 0.5) is None


def test_what_goes_up_once_more_was_heard_when_it_was_first() -> None:
    passage = Passage()
    spoken = sound(3.0)
    for at in range(0, len(spoken), 3200):
        passage.sent(spoken[at : at + 3200], 5.0 + at / 32000 + 0.1)
    for _ in range(2):  # lost twice
        passage.connected()
        for at in range(32000, len(spoken), 2560):
            passage.sent(spoken[at : at + 2560], 12.0)
    passage.sent(sound(1.0), 20.0)
    for connection in (2, 3):
        assert passage.heard_s(connection, 0.5) == pytest.approx(6.5)
        assert passage.heard_s(connection, 2.0) == pytest.approx(8.0)
    assert passage.heard_s(3, 2.5) == pytest.approx(19.5)
