"""What the doctor asks of the house, asked of real things."""

import socket
import threading
import time
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path

import pytest

from chimein.core.config import LiveSettings
from chimein.edge import visit
from chimein.rehearsal.service.certificate import Papers, make


def test_whom_it_talks_to() -> None:
    assert visit.host(LiveSettings(), {}) == ("generativelanguage.googleapis.com", 443)
    assert visit.host(LiveSettings(), {"GOOGLE_GEMINI_BASE_URL": "https://localhost:8443/x"}) == ("localhost", 8443)
    vertex = LiveSettings(service="vertex", project="p", location="europe-west4")
    assert visit.host(vertex, {})[0] == "europe-west4-aiplatform.googleapis.com"


def test_a_name_is_resolved_or_it_is_said_why_not() -> None:
    assert {"127.0.0.1", "::1"} & set(visit.resolve("localhost").addresses)
    unknown = visit.resolve("no-such-host.invalid")
    assert unknown.addresses == ()
    assert unknown.trouble


def test_a_key_is_found_without_being_shown(tmp_path: Path) -> None:
    key = "A" * 39
    assert visit.key_source({"GOOGLE_API_KEY": key}, tmp_path) == ("the environment", "")
    assert visit.key_source({}, tmp_path) == (None, "")
    store = tmp_path / "credstore.encrypted"
    store.mkdir()
    (store / "gemini-api-key").write_text("x")
    assert visit.key_source({}, tmp_path) == (str(store), "")


def test_room_on_a_disk_is_known_before_the_directory_is_there(tmp_path: Path) -> None:
    free, trouble = visit.free_mb(tmp_path / "not" / "there" / "yet")
    assert free is not None
    assert free > 0
    assert trouble == ""


def test_the_firmware_of_a_pi_is_read(tmp_path: Path) -> None:
    assert visit.throttled(tmp_path) is None
    file = tmp_path / visit.THROTTLED
    file.parent.mkdir(parents=True)
    file.write_text("50005\n")
    assert visit.throttled(tmp_path) == 0x50005


class Server:
    """Answers one handshake, and a HEAD with a Date that is `off_s` behind ours."""

    def __init__(self, papers: Papers, off_s: float) -> None:
        self._context = papers.context()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._off_s = off_s
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            line, _ = self._listener.accept()
            with self._context.wrap_socket(line, server_side=True) as safe:
                safe.recv(4096)
                date = formatdate(time.time() - self._off_s, usegmt=True)
                safe.sendall(f"HTTP/1.1 404 Not Found\r\nDate: {date}\r\n\r\n".encode())

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return make(tmp_path_factory.mktemp("papers"))


def test_a_handshake_tells_version_and_time(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.authority))
    server = Server(papers, off_s=400.0)
    hand = visit.shake_hands("localhost", server.port)
    server.close()
    assert hand.trouble == ""
    assert hand.version == "TLSv1.3"
    assert hand.clock_off_s == pytest.approx(400.0, abs=5)


def test_a_certificate_of_nobody_is_refused(papers: Papers) -> None:
    server = Server(papers, off_s=0.0)
    hand = visit.shake_hands("localhost", server.port)
    server.close()
    assert hand.version is None
    assert "certificate" in hand.trouble


def test_nobody_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert visit.shake_hands("localhost", port).trouble
