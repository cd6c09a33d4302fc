"""What reaches the journal and the terminal, and what never does."""

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chimein.core.machines.events import Muter
from chimein.core.secret import Secret
from chimein.edge.journal import JournalHandler, Redaction, set_up_logging, wants_debug

KEY = "not-like-a-google-key-0123456789"
GOOGLE_KEY = "AIza" + "SyB-3_" * 6


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in ("chimein", "websockets", "websockets.client")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(False)
    sys.excepthook = hook


class Journal:
    """systemd.journal.send, remembered."""

    def __init__(self) -> None:
        self.entries: list[dict[str, object]] = []

    def send(self, message: str, **fields: object) -> None:
        self.entries.append({"MESSAGE": message, **fields})


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def log(journal: Journal) -> logging.Logger:
    handler = JournalHandler(journal.send)
    handler.addFilter(Redaction([Secret(KEY)]))
    logger = logging.Logger("chimein.test")
    logger.addHandler(handler)
    return logger


def terminal(*, verbose: bool = False) -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(verbose=verbose, secrets=[Secret(KEY)], stream=stream)
    return stream


def test_an_entry_has_fields(journal: Journal, log: logging.Logger) -> None:
    log.warning("muted by %s", "the button", extra={"EVENT": "MuteAsked", "by": Muter.HARDWARE, "after_s": 1.5})
    (entry,) = journal.entries
    assert entry["MESSAGE"] == "muted by the button"
    assert entry["PRIORITY"] == 4
    assert entry["EVENT"] == "MuteAsked"
    assert entry["CHIMEIN_BY"] == "hardware"
    assert entry["CHIMEIN_AFTER_S"] == "1.5"
    assert str(entry["CODE_FILE"]).endswith("test_journal.py")


def test_arguments_never_travel_beside_the_message(journal: Journal, log: logging.Logger) -> None:
    log.info("connecting with %s", {"x-goog-api-key": KEY})
    (entry,) = journal.entries
    assert not {"ARGS", "CODE_ARGS", "CHIMEIN_ARGS", "CHIMEIN_MSG"} & entry.keys()
    assert KEY not in str(entry)


@pytest.mark.parametrize("key", [KEY, GOOGLE_KEY, "auth_tokens/abc-def.123", "AQ.Ab8RN6K_0123456789"])
def test_no_key_anywhere_in_an_entry(journal: Journal, log: logging.Logger, key: str) -> None:
    try:
        raise ValueError(f"refused: {key}")
    except ValueError:
        log.exception("failed with %s", key, extra={"reason": f"?key={key}"}, stack_info=True)
    log.error(f"in the format itself {key}")
    log.error("%d", key)
    assert len(journal.entries) == 3
    assert "ValueError: refused: " in str(journal.entries[0]["EXCEPTION_TEXT"])
    assert key not in str(journal.entries).replace(key[:12] + "***", "")


def test_a_line_whose_arguments_do_not_fit_is_still_a_line(journal: Journal, log: logging.Logger) -> None:
    log.warning("%d seconds", "many")
    assert "do not fit" in str(journal.entries[0]["MESSAGE"])


def test_a_terminal_gets_short_lines() -> None:
    stream = terminal()
    log = logging.getLogger("chimein.flow.sound.listen")
    log.info("the microphone is open", extra={"event": "SoundCame"})
    log.warning("the microphone stopped")
    log.debug("a frame")
    assert stream.getvalue() == "the microphone is open\nwarning: the microphone stopped\n"


def test_verbose_shows_our_own_debug_and_nobody_elses() -> None:
    stream = terminal(verbose=True)
    logging.getLogger("chimein.flow.sound.listen").debug("a frame")
    for name in ("websockets.client", "websockets", "google_genai.live", "httpx", "some.dependency"):
        logging.getLogger(name).debug("> x-goog-api-key: %s", KEY)
        logging.getLogger(name).info("hello")
    assert stream.getvalue() == "flow.sound.listen: a frame\n"


def test_what_warns_or_fails_is_masked_too() -> None:
    stream = terminal()
    try:
        raise RuntimeError(f"no {KEY}")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    assert "RuntimeError: no ***" in stream.getvalue()
    assert KEY not in stream.getvalue()


def test_setting_up_twice_does_not_say_things_twice() -> None:
    terminal()
    stream = terminal()
    logging.getLogger("chimein").info("once")
    assert stream.getvalue() == "once\n"


def test_a_file_gets_times_because_nobody_else_adds_them(tmp_path: Path) -> None:
    with open(tmp_path / "log", "w+") as stream:
        set_up_logging(stream=stream)
        logging.getLogger("chimein").info("hello")
        stream.seek(0)
        assert stream.read().startswith("2")


def test_debug_by_environment() -> None:
    assert wants_debug({"CHIMEIN_LOG": "Debug"})
    assert not wants_debug({"CHIMEIN_LOG": "info"})
    assert not wants_debug({})
