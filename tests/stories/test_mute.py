"""Mute that can be believed: the real daemon, its real hearing child and gpiozero's pins, while something hangs."""

import asyncio
import os
import random
import signal
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from chimein import app
from chimein.core.config import Config, MicrophoneSettings, PanelSettings, SpeakerSettings
from chimein.core.machines.events import Muter
from chimein.edge.panel.mark import PressMarks
from chimein.edge.panel.panel import open_panel
from chimein.edge.places import places
from chimein.edge.store import Store

PATIENCE_S = 60.0
PRESSES = int(os.environ.get("PRESSES", "40"))
SEED = int(os.environ.get("SEED", "1"))


def hearing() -> list[int]:
    """The processes that hold the microphone (here a file): what a sceptic asks the kernel, and not the daemon."""
    found = []
    for pid in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(os.readlink(fd).endswith("/room.wav") for fd in (pid / "fd").iterdir()):
                found.append(int(pid.name))
    return found


def waits_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.005)  # a person looking again


class ClosedPin(MockPWMPin):
    """Pulled to ground before anybody asks: a switch that is closed when the power comes."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        if value == "up":
            self.drive_low()


class Speaker:
    """The daemon in a thread of its own, a button on pin 17, and a hand that can hold its loop."""

    def __init__(self, folder: Path, kind: str = "momentary", *, is_closed: bool = False) -> None:
        self.board = MockFactory(pin_class=ClosedPin if is_closed else MockPWMPin)
        self.pin = self.board.pin("GPIO17")
        self._config = Config(
            microphone=MicrophoneSettings(device=f"file:{folder / 'room.wav'}"),
            speaker=SpeakerSettings(device=f"file:{folder / 'out.wav'}"),
            panel=PanelSettings.model_validate({"board": "generic", "button": {"kind": kind}}),
        )
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    async def _live(self) -> None:
        self.loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.loop.call_later(0.2, self._ready.set)
        await app.run(
            self._config,
            stop=self._stop,
            panel=lambda on_button: open_panel(self._config.panel, on_button, factory=self.board),
        )

    def presses(self) -> None:
        """The finger goes down; back when the pin's thread has done what it does."""
        self.pin.drive_low()

    def lets_go(self) -> None:
        self.pin.drive_high()

    def taps(self) -> None:
        self.presses()
        self.lets_go()

    @contextmanager
    def whose_loop_hangs(self) -> Iterator[None]:
        held, go_on = threading.Event(), threading.Event()

        def hang() -> None:
            held.set()
            go_on.wait(PATIENCE_S)

        self.loop.call_soon_threadsafe(hang)
        assert held.wait(PATIENCE_S)
        try:
            yield
        finally:
            go_on.set()

    def is_red(self) -> bool:
        return [bool(self.board.pin(f"GPIO{pin}").state) for pin in (22, 27, 23)] == [True, False, False]

    def goes_to_bed(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with wave.open(str(tmp_path / "room.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        for _ in range(60 + PRESSES):  # it talks on while nobody hears
            file.writeframes(b"\1\0\xff\xff" * 8_000)
    for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
        (tmp_path / name.lower()).mkdir()
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "https://127.0.0.1:1")
    monkeypatch.setenv("GOOGLE_API_KEY", "none-that-is-good-for-anything")
    return tmp_path


@pytest.fixture
def speaker(folder: Path) -> Iterator[Speaker]:
    speaker = Speaker(folder)
    waits_until(hearing, "it hears")
    yield speaker
    speaker.goes_to_bed()


def test_a_press_shuts_it_also_while_the_loop_hangs(speaker: Speaker) -> None:
    with speaker.whose_loop_hangs():
        speaker.presses()
        assert hearing() == []
        speaker.lets_go()
        assert hearing() == []
    waits_until(speaker.is_red, "the lamp is red")
    assert hearing() == []


def test_a_press_shuts_it_also_while_the_child_hangs(speaker: Speaker) -> None:
    (child,) = hearing()
    os.kill(child, signal.SIGSTOP)
    speaker.presses()
    assert hearing() == []
    waits_until(speaker.is_red, "the lamp is red")


def test_a_press_that_the_loop_never_heard_of_is_still_a_mute_in_the_next_life(folder: Path) -> None:
    speaker = Speaker(folder)
    waits_until(hearing, "it hears")
    with speaker.whose_loop_hangs():
        speaker.presses()
        assert is_marked(), "kill -9 now, and the next life finds this"
        marks = list(places().state.glob("pressed.*"))
    waits_until(speaker.is_red, "the lamp is red")
    waits_until(lambda: not is_marked(), "the mark has gone")
    speaker.lets_go()
    time.sleep(0.085)  # two presses within the bounce time are one
    speaker.taps()
    waits_until(hearing, "it hears again")
    speaker.goes_to_bed()
    marks[0].touch()
    again = Speaker(folder)
    waits_until(again.is_red, "the lamp is red")
    assert hearing() == []
    again.goes_to_bed()


def test_random_presses_end_where_counting_says(speaker: Speaker) -> None:
    """Each press toggles, whatever is under way: the child being started, the loop hanging, a first of two. So many as
    PRESSES says in the environment, from SEED; a thousand take five minutes."""
    chance = random.Random(SEED)
    presses = 0
    for _ in range(PRESSES):
        time.sleep(0.085 + chance.choice([0.0, 0.002, 0.02, 0.1, 0.3]))
        hang = speaker.whose_loop_hangs() if chance.random() < 0.2 else nullcontext()
        with hang:
            speaker.presses()
            presses += 1
            assert hearing() == [], f"press {presses}: it mutes, or is not let go of yet"
            time.sleep(chance.choice([0.0, 0.0, 0.03]))
            speaker.lets_go()
    assert presses % 2 == 0
    waits_until(hearing, "it hears")
    time.sleep(0.085)
    speaker.presses()
    assert hearing() == []
    speaker.lets_go()
    waits_until(speaker.is_red, "the lamp is red")


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_latching_switch_decides_by_its_level_at_the_start(folder: Path, is_closed: bool) -> None:
    remember(folder, frozenset() if is_closed else frozenset({Muter.HARDWARE}))
    speaker = Speaker(folder, "switch", is_closed=is_closed)
    if is_closed:
        waits_until(speaker.is_red, "the lamp is red")
        assert hearing() == []
        speaker.lets_go()
    waits_until(hearing, "it hears")
    speaker.presses()
    assert hearing() == []
    speaker.goes_to_bed()


def is_marked() -> bool:
    """A life of the daemon that began now would find a press that nobody has heard of."""
    return PressMarks(places().state, aside=lambda in_s, work: None).left_over()


def remember(folder: Path, mutes: frozenset[Muter]) -> None:
    """As an earlier life of the daemon has left it."""
    store = Store(folder / "xdg_state_home" / "chimein" / "chimein.sqlite")
    store.keep_mutes(mutes)
    store.close()
