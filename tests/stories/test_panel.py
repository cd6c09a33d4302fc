"""Somebody logs in from afar, sees the lamp in a terminal and presses a button on the keys."""

import fcntl
import os
import pty
import re
import subprocess
import termios
import threading
from pathlib import Path

from helpers.household import CHIMEIN, Household, household

LINE = ("anna", "The tomatoes in the garden need some water this evening.")


class Terminal:
    """`chimein COMMAND` on a terminal of its own."""

    def __init__(self, home: Household, command: str) -> None:
        self._keys, theirs = pty.openpty()
        self._shown = b""
        env = {**home.env, "COLUMNS": "100", "NO_COLOR": "1"}
        self._process = subprocess.Popen(
            [*CHIMEIN, command], stdin=theirs, stdout=theirs, stderr=theirs, env=env, preexec_fn=_take_the_terminal
        )
        os.close(theirs)
        self._looking = threading.Thread(target=self._look)
        self._looking.start()

    def types(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    @property
    def shows(self) -> str:
        """All that it has shown."""
        return self._shown.decode(errors="replace")

    @property
    def lamp(self) -> str:
        """The word beside the lamp, on the line that is drawn again and again."""
        return (re.findall(r"[●○] (\S+(?: \S+)?) +link", self.shows) or [""])[-1]

    def breaks_off(self) -> None:
        """The line of whoever sits there is gone."""
        self._process.kill()
        self.ends()

    def ends(self) -> int:
        status = self._process.wait(timeout=30)
        self._looking.join()
        os.close(self._keys)
        return status

    def _look(self) -> None:
        try:
            while shown := os.read(self._keys, 4096):
                self._shown += shown
        except OSError:  # how a terminal says that nobody writes to it any more
            return


def test_the_lamp_is_seen_and_the_button_pressed_from_afar(tmp_path: Path) -> None:
    with household(tmp_path, {"ears": "none", "answers": "never"}) as home:
        home.records(LINE)
        home.edits()
        home.starts_the_service()
        home.switches_on()
        home.waits_until(lambda: home.status()["link"] == "online", "it is online")
        home.waits_until(home.who_can_hear, "it hears")
        there = Terminal(home, "panel")
        home.waits_until(lambda: there.lamp, "the lamp is seen")

        there.types("m")
        home.waits_until(lambda: there.lamp == "muted", "the lamp is red")
        assert home.who_can_hear() == []
        assert home.status()["muted_by"] == ["software"]
        there.types("m")
        home.waits_until(home.who_can_hear, "it hears again")

        conversations = len(home.told("setup"))
        there.types("M")
        home.waits_until(lambda: there.lamp == "let go", "the lamp has warned")
        assert len(home.told("setup")) == conversations
        there.types("M")
        home.waits_until(lambda: len(home.told("setup")) > conversations, "another conversation begins")
        assert not home.told("setup")[-1]["resumed"]
        home.waits_until(lambda: not home.status()["muted"], "what the hold had shut is open again")

        there.types("q")
        assert there.ends() == 0
        assert "Traceback" not in there.shows

        there = Terminal(home, "panel")
        home.waits_until(lambda: there.lamp, "the lamp is seen again")
        there.types("M")
        home.waits_until(lambda: there.lamp == "let go", "the lamp has warned")
        conversations = len(home.told("setup"))
        there.breaks_off()
        home.waits_until(lambda: "finger" not in home.status()["why"], "the finger has gone")
        assert home.status()["muted_by"] == ["software"], "what it had shut stays shut"
        assert len(home.told("setup")) == conversations, "and nothing is forgotten"

        there = Terminal(home, "panel")
        home.waits_until(lambda: there.lamp == "muted", "the lamp is red")
        there.types("\x03")
        assert there.ends() == 0, "ctrl-c"
        assert "Traceback" not in there.shows

        there = Terminal(home, "panel")
        home.waits_until(lambda: there.lamp == "muted", "the lamp is red")
        assert home.switches_off() == 0
        assert there.ends() == 0
        assert "chimein has stopped" in there.shows
        assert "Traceback" not in home.log.read_text()


def _take_the_terminal() -> None:
    """As a login does: so that ctrl-c is one."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
