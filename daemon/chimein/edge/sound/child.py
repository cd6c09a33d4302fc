"""One small program of chimein.sound in a process of its own: started by exec, heard through pipes, killed at will.

`kill()` may be called from any thread, at any time, and needs neither the loop nor the child's good will. It takes no
lock: everything it touches is either read once or safe to do twice. All else belongs to the loop's thread.

What the child writes on stderr (PortAudio's hundred lines at every start) never reaches ours. It is read with a small
allowance per second and only its last lines are kept; a child that writes more waits in its write(), which also stops
the spinning of a PortAudio whose card has gone.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Final

import chimein
from chimein.sound import frames

DEATH_S: Final = 0.1
"""How long kill() waits. Only a process that hangs inside the kernel takes longer, and it runs no more."""
NOISE_BYTES: Final = 64 * 1024
"""Of stderr, before we look away for a second."""
TAIL_BYTES: Final = 2048
LONGEST_QUEUE_BYTES: Final = 8 * 1024 * 1024
CRASHES: Final = {
    *(signal.SIGILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGTRAP, signal.SIGSYS),
}
"""What a library dies of: made for another processor, broken, or refused a system call."""
PASSED_ON: Final = ("ALSA_", "PULSE_", "PIPEWIRE_", "PA_", "XDG_", "LC_", "LD_")
PASSED_ON_NAMES: Final = ("HOME", "PATH", "LANG", "USER", "TMPDIR", "TZ", "DBUS_SESSION_BUS_ADDRESS")


def command(program: str, arguments: Iterable[str]) -> list[str]:
    """What starts ``chimein.sound.<program>``: a fresh interpreter that looks for modules where this one does."""
    return [sys.executable, "-P", "-s", "-m", f"chimein.sound.{program}", *arguments]


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The child's environment: what the sound system reads, and no key. NumPy gets one thread."""
    passed_on = {name: value for name, value in ours.items() if name in PASSED_ON_NAMES or name.startswith(PASSED_ON)}
    places = dict.fromkeys([str(Path(chimein.__file__).resolve().parent.parent), *filter(None, sys.path)])
    return passed_on | {
        "PYTHONPATH": os.pathsep.join(places),
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
        "JACK_NO_START_SERVER": "1",
    }


class Child:
    """A running program. `on_message` and `on_end` are called in the loop's thread; after `close()` neither is."""

    def __init__(
        self,
        program: str,
        arguments: Iterable[str],
        *,
        on_message: Callable[[frames.Kind, bytes], None],
        on_end: Callable[[str], None],
    ) -> None:
        """Starts it, from the thread of the running loop: the child dies with the thread that made it."""
        self._loop = asyncio.get_running_loop()
        self._on_message = on_message
        self._on_end = on_end
        self._unpacker = frames.Unpacker()
        self._unsent = bytearray()
        self._noise = bytearray()
        self._allowance_bytes = NOISE_BYTES
        self._is_closed = False
        self._pause: asyncio.TimerHandle | None = None
        self._process = subprocess.Popen(
            command(program, arguments),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(os.environ),
            process_group=0,  # Ctrl-C at a terminal is the daemon's to answer
        )
        for pipe in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe.fileno(), False)
        self._loop.add_reader(self._stdout.fileno(), self._read)
        self._loop.add_reader(self._stderr.fileno(), self._read_noise)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def crashed_by(self) -> str | None:
        """The signal of which it died by itself, as "SIGSEGV"; None while it lives, and when it was killed."""
        status = self._process.returncode
        return signal.Signals(-status).name if status is not None and -status in CRASHES else None

    @property
    def last_words(self) -> str:
        """The last line of its stderr, "" if there was none."""
        lines = self._noise.decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def kill(self) -> None:
        """SIGKILL, and back when it is gone (at most DEATH_S later). Any thread, any state, as often as you like."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DEATH_S)

    def close(self) -> None:
        """Kills it and lets go of its pipes and of everything that was in them. In the loop's thread only."""
        self.kill()
        if self._is_closed:
            return
        self._is_closed = True
        if self._pause is not None:
            self._pause.cancel()
        for pipe in (self._stdout, self._stderr):
            self._loop.remove_reader(pipe.fileno())
        self._loop.remove_writer(self._stdin.fileno())
        for pipe in (self._stdin, self._stdout, self._stderr):
            pipe.close()
        self._unpacker.wipe()
        self._unsent.clear()
        self._bury()

    def abandon(self) -> None:
        """Lets go of the pipes of a killed child whose loop has been closed."""
        for pipe in (self._stdin, self._stdout, self._stderr):
            pipe.close()

    def send(self, frame: bytes) -> bool:
        """Hands a frame to its stdin, now or as soon as there is room. False when too much waits already: dropped."""
        if self._is_closed or len(self._unsent) > LONGEST_QUEUE_BYTES:
            return False
        waits = bool(self._unsent)
        self._unsent += frame
        if not waits:
            self._write()
            if self._unsent and not self._is_closed:
                self._loop.add_writer(self._stdin.fileno(), self._write)
        return True

    # --- private: the loop's thread

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr

    def _bury(self) -> None:
        """It has been killed. One that takes long to die, on a busy machine, is still waited for: it was our child."""
        if self._process.poll() is None:
            self._loop.call_later(DEATH_S, self._bury)

    def _write(self) -> None:
        try:
            written = os.write(self._stdin.fileno(), self._unsent)
        except BlockingIOError:
            return
        except BrokenPipeError:  # it has ended; its stdout says so
            self._unsent.clear()
        else:
            del self._unsent[:written]
        if not self._unsent:
            self._loop.remove_writer(self._stdin.fileno())

    def _read(self) -> None:
        try:
            data = os.read(self._stdout.fileno(), 1 << 16)
        except BlockingIOError:
            return
        try:
            messages = self._unpacker.feed(data)
        except frames.Garbled as error:
            self._end(f"it sent {error}")
            return
        for kind, payload in messages:
            if not self._is_closed:
                self._on_message(kind, payload)
        if not data and not self._is_closed:
            self._end("")

    def _end(self, why: str) -> None:
        self._read_noise()
        self.close()
        crash = f"its process died of {self.crashed_by}" if self.crashed_by else ""
        self._on_end(why or crash or self.last_words or f"its process ended with status {self._process.returncode}")

    def _read_noise(self) -> None:
        with contextlib.suppress(BlockingIOError):
            noise = os.read(self._stderr.fileno(), NOISE_BYTES)
            self._noise += noise
            del self._noise[:-TAIL_BYTES]
            if not noise:
                self._loop.remove_reader(self._stderr.fileno())
            self._allowance_bytes -= len(noise)
            if self._allowance_bytes <= 0 and not self._is_closed:
                self._loop.remove_reader(self._stderr.fileno())
                self._pause = self._loop.call_later(1.0, self._listen_to_noise)

    def _listen_to_noise(self) -> None:
        self._allowance_bytes = NOISE_BYTES
        self._loop.add_reader(self._stderr.fileno(), self._read_noise)


class Keeper:
    """What Microphone and Speaker have in common: one child at a time, and one task that waits for news of it."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Future[None] | None = None

    @property
    def child_pid(self) -> int | None:
        """The process at work, None when there is none."""
        child = self._child
        return None if child is None else child.pid

    def _end(self) -> None:
        """Kills the child. Any thread, any state; what belongs to the loop's thread is left to it."""
        child, loop = self._child, self._loop
        if child is None or loop is None:
            return
        child.kill()
        if loop is asyncio._get_running_loop():
            self._bury(child)
            return
        try:
            loop.call_soon_threadsafe(self._bury, child)
        except RuntimeError:  # the loop is closed; nobody waits any more
            child.abandon()

    def _bury(self, child: Child | None) -> None:
        if child is None:
            return
        child.close()
        if self._child is child:
            self._child = None
            self._wake()

    async def _wait(self) -> None:
        self._news = asyncio.get_running_loop().create_future()
        await self._news

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
