"""What the kernel knows and does about a TCP socket of ours: its counters, and how to make it throw away what it holds.

From any thread: these calls keep the interpreter's lock, so that nobody closes the descriptor between the look and the
deed, and none of them waits for the network (tcp(7), linux/tcp.h, linux/sockios.h, connect(2)).
"""

import ctypes
import fcntl
import socket
import struct
from asyncio.trsock import TransportSocket
from dataclasses import dataclass
from typing import Final

Socket = socket.socket | TransportSocket

USER_TIMEOUT_S: Final = 15.0
"""The kernel gives up on a network that acknowledges nothing for so long. It does so without a word to the other side:
whoever waits for an answer gives up before it (pulse.SPEECH_PATIENCE_S), with a reset, so that a service that can be
reached again does not find two connections."""
_REPEAT_WITHIN_S: Final = 1.0
_REPEAT_SELDOM_MS: Final = 120_000
RTO_MAX_MS: Final = 44
"""TCPRTO_MAX_MS, since Linux 6.15."""
_INFO_BYTES: Final = 240
_REPEATS, _RTT, _ACKED, _UNSENT, _SENT = 2, 68, 120, 144, 200
"""Offsets in struct tcp_info: u8 tcpi_retransmits; u32 tcpi_rtt; u64 tcpi_bytes_acked; u32 tcpi_notsent_bytes; u64
tcpi_bytes_sent and, after it, tcpi_bytes_retrans. All since Linux 4.19."""
_SIOCOUTQ: Final = 0x5411
_NOWHERE: Final = bytes(16)
"""A struct sockaddr of the family AF_UNSPEC."""
_libc: Final = ctypes.PyDLL(None)


@dataclass(frozen=True)
class Info:
    sent_bytes: int
    """What the socket has sent since it was opened, repeats of lost packets apart."""
    acknowledged_bytes: int
    """What the other side has said to have."""
    unacknowledged_bytes: int
    """What is on its way. Not the difference of the two: what no route took counts as sent, too."""
    unsent_bytes: int
    """What waits in the kernel and has never left this machine."""
    rtt_s: float
    """A round trip, smoothed."""
    repeats: int
    """So many times in a row nobody acknowledged in time, and it was sent again: a network that stands still."""


def info(tcp: Socket) -> Info:
    """Raises OSError where the socket is closed."""
    told = tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    sent, repeated = struct.unpack_from("=QQ", told, _SENT)
    (unsent,) = struct.unpack_from("=I", told, _UNSENT)
    (waiting,) = struct.unpack("i", fcntl.ioctl(tcp.fileno(), _SIOCOUTQ, bytes(4)))
    return Info(
        sent_bytes=sent - repeated,
        acknowledged_bytes=struct.unpack_from("=Q", told, _ACKED)[0],
        unacknowledged_bytes=max(0, waiting - unsent),
        unsent_bytes=unsent,
        rtt_s=struct.unpack_from("=I", told, _RTT)[0] / 1e6,
        repeats=told[_REPEATS],
    )


def reset(tcp: Socket) -> None:
    """Ends it at once and throws away whatever the kernel holds; the other side is told so, if it can be reached.

    The descriptor stays open, and the next read from it says that the connection was reset.
    """
    _libc.connect(tcp.fileno(), _NOWHERE, len(_NOWHERE))


def repeats_soon(tcp: Socket) -> None:
    """What nobody acknowledges is repeated every second, and not at intervals that double: so a line that was dead for
    ten seconds lives again within one, and not six, of its return. Raises OSError, also where the kernel is older."""
    tcp.setsockopt(socket.IPPROTO_TCP, RTO_MAX_MS, int(_REPEAT_WITHIN_S * 1000))


def repeats_seldom(tcp: Socket) -> None:
    """The opposite: at intervals that double, up to two minutes. Raises OSError, also where the kernel is older."""
    tcp.setsockopt(socket.IPPROTO_TCP, RTO_MAX_MS, _REPEAT_SELDOM_MS)


def lives_for(tcp: Socket, unacknowledged_s: float, *, dies_with_us: bool) -> None:
    """How long the kernel repeats what nobody acknowledges; and whether the end of this process, however it comes, ends
    that (SO_LINGER 0), or whether the kernel goes on alone. Raises OSError."""
    tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(unacknowledged_s * 1000))
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", dies_with_us, 0))
