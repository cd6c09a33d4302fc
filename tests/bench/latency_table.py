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
from bench.stages import all_watched
from bench.voices import say, talkers
from chimein import app
from chimein.core.audio import samples
from chimein.core.config import Config
from chimein.core.live.facts import ReplyAudio, SentAudio, TurnComplete
from chimein.core.machines.events import GateOpened
from chimein.edge.sound.microphone import Microphone
from chimein.edge.sound.speaker import Speaker
from chimein.flow.live.outbox import Outbox
from chimein.flow.sound.speak import Mouth
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
    yield _row("microphone to wire, the youngest sample", up.youngest_ms, "60, of which:")
    yield _row("  card, child, pipe: a block's last sample", up.read_ms, "30 (see below)")
    yield _row("  gate: handed on in the same step", up.gate_ms, "10")
    yield _row("  outbox", up.outbox_ms, "5")
    yield _row("  SDK, TLS, socket", up.socket_ms, "15")
    yield _row("microphone to wire, the oldest sample", up.oldest_ms, "140: and its block of 80")
    down = asyncio.run(_down())
    yield _row("a word's beginning to the gate's decision", down.decided_ms, "500: so far back the pre-roll reaches")
    yield _row("wire to speaker, an answer's first sample", down.whole_ms, "250, of which:")
    yield _row("  from the fact to the mouth", down.mouth_ms, "5")
    yield _row("  playout: gathers 120 ms", down.gather_ms, "125, less the more comes at once")
    yield _row("  child opens and starts the device", down.open_ms, "70")
    yield _row("  in the device's buffer", down.buffer_ms, "50: two periods of 25")
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
    read_ms: list[float]
    gate_ms: list[float]
    outbox_ms: list[float]
    socket_ms: list[float]


async def _up() -> Up:
    air, sent = Air(60.0), list[tuple[float, bytes]]()
    read, said, taken = (list[tuple[float, Any]]() for _ in range(3))
    stages = all_watched(
        (Microphone, "read", lambda at_s, block: read.append((at_s, block.pcm)), True),
        (Outbox, "say", lambda at_s, pcm: said.append((at_s, pcm)), False),
        (Outbox, "next", lambda at_s, item: taken.append((at_s, getattr(item, "pcm", b""))), True),
    )
    with tempfile.TemporaryDirectory() as name, Rehearsal({**SERVICE, "answers": "never"}) as service, stages:
        card = _card(Path(name), air.sound)
        with card.plugged_in(), _environment(service.env, name):
            config = Config.model_validate(_devices() | {"gate": {"enabled": False}})
            await _live(config, UP_S, lambda at_s, what: _note(sent, at_s, what))
            start_s, started_at = card.began("ear")
    ways = [_ends(air, one, started_at) for one in (read, said, taken, sent)]
    journeys = []
    # What waited for the connection at the start is no latency of the sound's.
    for at_s, first, last in ways[3][len(ways[3]) // 4 :]:
        passed = [next((then_s for then_s, begin, end in way if begin < last <= end), None) for way in ways[:3]]
        if None not in passed:
            journeys.append([start_s + (last - started_at) / HZ, *passed, at_s, (last - first) / HZ])
    table = 1000 * np.array(journeys, dtype=np.float64)
    young = table[:, 4] - table[:, 0]
    stages_ms = [list(table[:, stage + 1] - table[:, stage]) for stage in range(4)]
    return Up(list(young), list(young + table[:, 5]), *stages_ms)


def _ends(air: Air, pieces: list[tuple[float, bytes]], started_at: int) -> list[tuple[float, int, int]]:
    """When it was there, and where in the noise it begins and ends.

    A card that was late for its own sound, on a busy machine, is started anew; what was in the air before has another
    clock and is passed over.
    """
    found = [(at_s, air.place(pcm), len(pcm) // 2) for at_s, pcm in pieces if pcm]
    return [(at_s, place, place + count) for at_s, place, count in found if place is not None and place >= started_at]


def _note(sent: list[tuple[float, bytes]], at_s: float, what: object) -> None:
    if isinstance(what, SentAudio):
        sent.append((at_s, what.pcm))


# --- down


ROUND_S, WORD_S = 7.0, 1.0
"""The room repeats itself, and a sentence begins in it."""


@dataclass(frozen=True)
class Down:
    decided_ms: list[float]
    whole_ms: list[float]
    mouth_ms: list[float]
    gather_ms: list[float]
    open_ms: list[float]
    buffer_ms: list[float]


async def _down() -> Down:
    line = say(talkers()[0], "What shall we have for dinner tomorrow?").sound
    quiet = np.random.default_rng(5).normal(0, 20, round(ROUND_S * HZ))
    quiet[round(WORD_S * HZ) :][: len(line)] += 6000 * line
    first_s, is_new = list[float](), [True]
    opened_s, said_s, played_s = (list[float]() for _ in range(3))

    def observe(at_s: float, what: object) -> None:
        if isinstance(what, ReplyAudio) and is_new[0]:
            first_s.append(at_s)
        if isinstance(what, ReplyAudio | TurnComplete):
            is_new[0] = isinstance(what, TurnComplete)
        if isinstance(what, GateOpened):
            opened_s.append(at_s)

    heard: dict[float, float] = {}
    stages = all_watched(
        (Mouth, "say", lambda at_s, pcm: said_s.append(at_s), False),
        (Speaker, "play", lambda at_s, pcm: played_s.append(at_s), False),
    )
    with tempfile.TemporaryDirectory() as name, Rehearsal(SERVICE) as service, stages:
        card = _card(Path(name), quiet.astype(np.int16))
        with card.plugged_in(), _environment(service.env, name):
            config = Config.model_validate(_devices())
            await _live(config, ROUND_S * ANSWERS + 4.0, observe, every=lambda: _listen(card, heard))
            start_s, started_at = card.began("ear")
    word_s = start_s - started_at / HZ + WORD_S
    decided = [1000 * ((at_s - word_s) % ROUND_S) for at_s in opened_s if at_s > start_s]
    ways = []
    for at_s in first_s:
        said, played, sounds = (_after(at_s, times) for times in (said_s, played_s, sorted(heard)))
        if said is not None and played is not None and sounds is not None:
            ways.append([at_s, said, played, heard[sounds], sounds])
    steps = [list(step) for step in np.diff(1000 * np.array(ways), axis=1).T]
    return Down(decided, [1000 * (way[-1] - way[0]) for way in ways], *steps)


def _after(at_s: float, times: list[float]) -> float | None:
    """The first of them then or within 3 s. A fact is told to whoever looks on a moment after it was handed on."""
    return next((one for one in times if at_s - 0.05 < one < at_s + 3.0), None)


def _listen(card: SoundCard, heard: dict[float, float]) -> None:
    """Notes when each stretch of sound since the device was last started began, and when that start was."""
    with suppress(OSError, ValueError):
        start_s, first = card.began("loud")
        loud = np.flatnonzero(np.abs(card.heard_from("loud")[first:, 0]) > 50)
        begins = loud[np.flatnonzero(np.diff(loud, prepend=-48_000) > 24_000)]
        known = {round(one, 3) for one in heard}
        heard.update({at_s: start_s for at_s in start_s + begins / 48_000 if round(at_s, 3) not in known})


# --- blocks


async def _block(period_ms: int) -> tuple[list[float], float]:
    air, ages_ms = Air(30.0), list[float]()
    with tempfile.TemporaryDirectory() as name:
        card = _card(Path(name), air.sound)
        with card.plugged_in():
            microphone = Microphone("ear", period_ms=period_ms)
            await microphone.open()
            loop = asyncio.get_running_loop()
            began_s, pid = loop.time(), microphone.child_pid
            assert pid is not None
            cpu_s = _cpu_s(pid)
            while loop.time() < began_s + LISTEN_S:
                pcm = (await microphone.read()).pcm
                place = air.place(pcm)
                start_s, started_at = card.began("ear")
                if place is not None and place >= started_at:
                    ages_ms.append(1000 * (loop.time() - start_s - (place - started_at + len(samples(pcm))) / HZ))
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
