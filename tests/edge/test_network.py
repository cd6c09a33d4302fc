"""What the kernel says about the network: read from the wire, and heard from a real kernel where we may change one."""

import asyncio
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from chimein.edge.network import hurry_the_resolver, is_gain, messages

NEW_LINK, DEL_LINK, NEW_ADDRESS, DEL_ADDRESS, NEW_ROUTE, DEL_ROUTE = 16, 17, 20, 21, 24, 25
CARRIER, UP = 0x10000, 0x1


def message(kind: int, body: bytes = bytes(16)) -> bytes:
    """struct nlmsghdr and what follows it, padded to four bytes."""
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body + bytes(-len(body) % 4)


def interface(flags: int) -> bytes:
    return struct.pack("=BxHiII", 0, 1, 2, flags, 0)


@pytest.mark.parametrize(
    ("data", "gains"),
    [
        (message(NEW_ADDRESS), [True]),
        (message(NEW_ROUTE), [True]),
        (message(DEL_ADDRESS), [False]),
        (message(DEL_ROUTE), [False]),
        (message(NEW_LINK, interface(UP | CARRIER)), [True]),
        (message(NEW_LINK, interface(UP)), [False]),
        (message(NEW_LINK, b""), [False]),
        (message(DEL_LINK, interface(UP | CARRIER)), [False]),
        (message(DEL_ROUTE, b"odd") + message(NEW_ROUTE), [False, True]),
        (message(NEW_ROUTE)[:-4], []),
        (b"", []),
        (bytes(64), []),
    ],
)
def test_what_is_a_gain(data: bytes, gains: list[bool]) -> None:
    assert [is_gain(kind, body) for kind, body in messages(data)] == gains


LISTEN = """
import asyncio, subprocess
from chimein.edge.network import network_news
async def listen():
    news = network_news()
    waiting = asyncio.ensure_future(anext(news))
    await asyncio.sleep(0)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    async with asyncio.timeout(10):
        await waiting
    print("news")
asyncio.run(listen())
"""


def can_have_a_network_of_our_own() -> bool:
    tools = shutil.which("unshare"), shutil.which("ip")
    return all(tools) and subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_have_a_network_of_our_own(), reason="this machine gives nobody a network namespace")
def test_a_real_kernel_tells_of_an_interface_that_comes_up() -> None:
    told = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", LISTEN], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.stdout == "news\n", told.stderr


async def test_where_nobody_may_listen_there_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("chimein.edge.network.socket.socket", refused)
    from chimein.edge.network import network_news

    async with asyncio.timeout(5):
        assert [news async for news in network_news()] == []


def test_a_silent_name_server_is_not_waited_for_unless_the_owner_wants_it() -> None:
    environment = {"HOME": "/"}
    hurry_the_resolver(environment)
    assert environment == {"HOME": "/", "RES_OPTIONS": "timeout:1 attempts:3"}
    environment["RES_OPTIONS"] = "attempts:5"
    hurry_the_resolver(environment)
    assert environment["RES_OPTIONS"] == "attempts:5"


DEAF_NAME_SERVER = """
import socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
asks = "import os, socket; from chimein.edge.network import hurry_the_resolver; hurry_the_resolver(os.environ)"
asks += "; socket.getaddrinfo('service.test', 443)"
subprocess.run([sys.executable, "-c", asks], stderr=subprocess.DEVNULL)
server.setblocking(False)
queries = 0
try:
    while server.recv(512):
        queries += 1
except BlockingIOError:
    print(queries)
"""


@pytest.mark.skipif(not can_have_a_network_of_our_own(), reason="this machine gives nobody a network namespace")
def test_the_c_library_heeds_it(tmp_path: Path) -> None:
    """Three rounds of two questions (IPv4, IPv6), where it would make two by itself."""
    servers = tmp_path / "resolv.conf"
    servers.write_text("nameserver 127.0.0.1\n")
    asked = subprocess.run(
        ["unshare", "-rnm", sys.executable, "-c", DEAF_NAME_SERVER, servers],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert asked.stdout == "6\n", asked.stderr
