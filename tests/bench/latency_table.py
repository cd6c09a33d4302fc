"""How late it is: from the air to the wire and from the wire to the air, through the real way of the sound.

The daemon itself runs here, on a card of software whose clock is known to the microsecond, and talks to a service in a
process of its own over TLS. The microphone hears a noise that nowhere repeats, so that every chunk that goes up says by
itself when it was in the air. Later answers come down, and the speaker's file says when they left it.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.quiet_table import _cpu_s
from bench.signals import HZ
from bench.voices import say, talkers
from chimein import app
from chimein.core.audio import samples
from chimein.core.config import Config
from chimein.core.live.facts import ReplyAudio, SentAudio, TurnComplete
from chimein.edge.sound.microphone import Microphone
from chimein.rehearsal.bench import Rehearsal
from helpers.soundcard import SoundCard

SERVICE = {"ears": "none", "answers": "always", "voice": "tone", "reply_s": 1.0}
UP_S, ANSWERS = 12.0, 5
PERIODS_MS = (20, 40, 60, 80, 100)
LISTEN_S = 6.0


def table(_scenes: Path | None) -> Iterator[str]:
    """The table's lines, each as soon as it is measured."""
    yield "Latency: the daemon, real TLS, a card of software; ms from the air to the socket, and back into the air"
    yield ""
    yield f"{'':44} | {'median':>7} {'p95':>7} {'max':>7}   budget"
    up = asyncio.run(_up())
    yield _row(
        "microphone to wire, the youngest sample", up.youngest_ms, "60: card and child 30 (see below), gate 10, SDK 20"
    )
    yield _row("microphone to wire, the oldest sample", up.oldest_ms, "140: and its block of 80")
    down = asyncio.run(_down())
    yield _row(
        "wire to speaker, an answer's first sample", down, "250: gather up to 120, open the device 60, 2 periods of 25"
    )
    yield ""
    yield f"{'block of the microphone':44} | {'median':>7} {'p95':>7} {'max':>7}   cpu of the hearing child, %"
    for period_ms in PERIODS_MS:
        ages_ms, cpu_percent = asyncio.run(_block(period_ms))
        yield _row(f"{period_ms} ms, the youngest sample read", ages_ms, f"{cpu_percent:.2f}")
    yield "A stream keeps its block: a shorter one while somebody talks would mean to open it anew, and to lose what is"
    yield "said meanwhile. What ends a turn is the gate's hang-over of 700 ms, beside which 60 ms are nothing."


def _row(name: str, values_ms: list[float], note: str) -> str:
    if not values_ms:
        return f"{name:44} | nothing was measured"
    median, p95, most = np.percentile(values_ms, (50, 95, 100))
    return f"{name:44} | {median:7.0f} {p95:7.0f} {most:7.0f}   {note}"


# --- the air


class Air:
    """Noise in which every place is known again by a few samples."""

    MARK = 8

    def __init__(self, seconds: float) -> None:
        rng = np.random.default_rng(11)
        self.sound = rng.integers(-3000, 3000, round(seconds * HZ)).astype(np.int16)
        grid = range(0, len(self.sound) - self.MARK, HZ // 50)
        self._places = {self.sound[at : at + self.MARK].tobytes(): at for at in grid}

    def place(self, pcm: bytes) -> int | None:
        """Where in the noise a chunk begins; chunks are whole frames, as the noise is."""
        return self._places.get(pcm[: 2 * self.MARK])


def _card(folder: Path, sound: Any) -> SoundCard:
    card = SoundCard(folder)
    card.microphone("ear", sound[:, None], rate_hz=HZ)
    card.speaker("loud", channels=2, rate_hz=48_000)
    return card


# --- up


@dataclass(frozen=True)
class Up:
    youngest_ms: list[float]
    oldest_ms: list[float]


async def _up() -> Up:
    air, sent = Air(60.0), list[tuple[float, bytes]]()
    with tempfile.TemporaryDirectory() as name, Rehearsal({**SERVICE, "answers": "never"}) as service:
        card = _card(Path(name), air.sound)
        with card.plugged_in(), _environment(service.env, name):
            config = Config.model_validate(_devices() | {"gate": {"enabled": False}})
            await _live(config, UP_S, lambda at_s, what: _note(sent, at_s, what))
            start_s, _ = card.began("ear")
    found = [(at_s, air.place(pcm), len(pcm) // 2) for at_s, pcm in sent]
    ends = [(at_s, start_s + (place + count) / HZ, count) for at_s, place, count in found if place is not None]
    ends = ends[len(ends) // 4 :]  # what waited for the connection is no latency of the sound's
    young = [1000 * (at_s - end_s) for at_s, end_s, _ in ends]
    return Up(young, [age_ms + 1000 * count / HZ for age_ms, (_, _, count) in zip(young, ends, strict=True)])


def _note(sent: list[tuple[float, bytes]], at_s: float, what: object) -> None:
    if isinstance(what, SentAudio):
        sent.append((at_s, what.pcm))


# --- down


async def _down() -> list[float]:
    line = say(talkers()[0], "What shall we have for dinner tomorrow?").sound
    quiet = np.random.default_rng(5).normal(0, 20, 7 * HZ)
    quiet[HZ : HZ + len(line)] += 6000 * line
    first_s, is_new = list[float](), [True]

    def observe(at_s: float, what: object) -> None:
        if isinstance(what, ReplyAudio) and is_new[0]:
            first_s.append(at_s)
        if isinstance(what, ReplyAudio | TurnComplete):
            is_new[0] = isinstance(what, TurnComplete)

    latencies = []
    with tempfile.TemporaryDirectory() as name, Rehearsal(SERVICE) as service:
        card = _card(Path(name), quiet.astype(np.int16))
        with card.plugged_in(), _environment(service.env, name):
            config = Config.model_validate(_devices())
            heard_s: list[float] = []
            await _live(config, 7.0 * ANSWERS + 4.0, observe, every=lambda: _listen(card, heard_s))
    for at_s in first_s:
        after = [one for one in heard_s if at_s < one < at_s + 3.0]
        latencies += [1000 * (after[0] - at_s)] if after else []
    return latencies


def _listen(card: SoundCard, heard_s: list[float]) -> None:
    """Notes when each stretch of sound since the device was last started began."""
    with suppress(OSError, ValueError):
        start_s, first = card.began("loud")
        loud = np.flatnonzero(np.abs(card.heard_from("loud")[first:, 0]) > 50)
        begins = loud[np.flatnonzero(np.diff(loud, prepend=-48_000) > 24_000)]
        known = {round(one, 3) for one in heard_s}
        heard_s += [at_s for at_s in start_s + begins / 48_000 if round(at_s, 3) not in known]


# --- blocks


async def _block(period_ms: int) -> tuple[list[float], float]:
    air, ages_ms = Air(30.0), list[float]()
    with tempfile.TemporaryDirectory() as name:
        card = _card(Path(name), air.sound)
        with card.plugged_in():
            microphone = Microphone("ear", period_ms=period_ms)
            await microphone.open()
            loop = asyncio.get_running_loop()
            start_s, _ = card.began("ear")
            began_s, pid = loop.time(), microphone.child_pid
            assert pid is not None
            cpu_s = _cpu_s(pid)
            while loop.time() < began_s + LISTEN_S:
                pcm = (await microphone.read()).pcm
                place = air.place(pcm)
                if place is not None:
                    ages_ms.append(1000 * (loop.time() - start_s - (place + len(samples(pcm))) / HZ))
            cpu_percent = 100 * (_cpu_s(pid) - cpu_s) / (loop.time() - began_s)
            microphone.shut()
    return ages_ms[len(ages_ms) // 10 :], cpu_percent


# --- the daemon


def _devices() -> dict[str, Any]:
    return {"microphone": {"device": "ear"}, "speaker": {"device": "loud"}}


async def _live(config: Config, seconds: float, observe: Any, *, every: Any = None) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(config, stop=stop, observe=observe))
    end_s = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end_s and not running.done():
        await asyncio.sleep(0.5)
        if every is not None:
            every()
    stop.set()
    await running


class _environment:
    """The variables in force within."""

    def __init__(self, env: dict[str, str], folder: str) -> None:
        self._set = {**env, "XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder}

    def __enter__(self) -> None:
        self._before = dict(os.environ)
        os.environ.update(self._set)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self._before)
