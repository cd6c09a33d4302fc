"""What the kernel says about the network: that an interface, an address or a route is there that was not; and how
patient the C library is with a name server.

A netlink socket, rtnetlink(7). Where the kernel or a sandbox does not let us listen there is no news, and whoever waits
for it goes by his timer alone.
"""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Final

_HEADER: Final = struct.Struct("=IHHII")
"""struct nlmsghdr: length, type, flags, sequence, port."""
_LINK: Final = struct.Struct("=BxHiII")
"""struct ifinfomsg: family, type, index, flags, change."""
_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
"""RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR and IPV6_ROUTE."""
_NEW_LINK, _NEW_ADDRESS, _NEW_ROUTE = 16, 20, 24
_HAS_CARRIER: Final = 0x10000
"""IFF_LOWER_UP: the cable is in, or the access point has been joined."""
_BUFFER_BYTES: Final = 1 << 16
_RESOLVER: Final = "timeout:1 attempts:3"
"""resolv.conf(5). The C library's own five seconds, twice, are 10 s for each name server; these are 3."""

_log = logging.getLogger(__name__)


def hurry_the_resolver(environment: MutableMapping[str, str]) -> None:
    """A name server that is silent is asked again after a second and soon given up; what the owner wants is kept.

    Whoever asks it sits in a thread that nobody can stop, and the loop has few of them: every attempt to reach the
    service took one for 10 to 30 s, until none was left to look at an array's mute button.
    """
    environment.setdefault("RES_OPTIONS", _RESOLVER)


async def network_news() -> AsyncIterator[None]:
    """Yields each time the network has gained something; ends at once where nobody may listen."""
    try:
        listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
    except OSError as error:
        _log.info("no news of the network: %s", error)
        return
    with listener:
        listener.setblocking(False)
        try:
            listener.bind((0, _GROUPS))
        except OSError as error:
            _log.info("no news of the network: %s", error)
            return
        loop = asyncio.get_running_loop()
        while True:
            try:
                if any(is_gain(kind, body) for kind, body in messages(await loop.sock_recv(listener, _BUFFER_BYTES))):
                    yield
            except OSError as error:  # ENOBUFS: so much has happened that the kernel could not keep it for us
                _log.debug("news of the network was lost: %s", error)
                yield
                await asyncio.sleep(1.0)


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, body) of each netlink message in a datagram; what is cut short is left out."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield kind, data[at + _HEADER.size : at + length]
        at += (length + 3) & ~3


def is_gain(kind: int, body: bytes) -> bool:
    """A new address, a new route, or an interface that has a carrier."""
    if kind == _NEW_LINK and len(body) >= _LINK.size:
        return bool(_LINK.unpack_from(body)[3] & _HAS_CARRIER)
    return kind in (_NEW_ADDRESS, _NEW_ROUTE)
