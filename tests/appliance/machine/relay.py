"""Standard input and output <-> a TCP port on loopback: QEMU starts one for each connection of the guest."""

import contextlib
import os
import socket
import sys
import threading


def copy(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := os.read(0, 1 << 16):
            line.sendall(data)
        line.shutdown(socket.SHUT_WR)


with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as outside:
    outside.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=copy, args=(outside,), daemon=True).start()
    while received := outside.recv(1 << 16):
        while received:
            received = received[os.write(1, received) :]
os._exit(0)  # the other direction may still wait for the guest
