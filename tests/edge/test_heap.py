"""What the C library does with memory that is no longer needed, asked of the library itself."""

import json
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has another heap")

LIFE = """
import ctypes, json, sys, tempfile, threading

from chimein.edge.heap import keep_small

if sys.argv[1] == "small":
    keep_small()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = libc.fclose.argtypes = [ctypes.c_void_p]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]


def heaps():
    with tempfile.NamedTemporaryFile() as told:
        stream = libc.fopen(told.name.encode(), b"w")
        libc.malloc_info(0, stream)
        libc.fclose(stream)
        words = told.read().decode()
    return words.count("<heap nr="), int(words.rpartition('<system type="current" size="')[2].partition('"')[0])


def large_messages():
    for _ in range(5):
        large = libc.malloc(20 << 20)
        settles_behind_it = libc.malloc(64)
        libc.free(large)


before = heaps()[1]
large_messages()
threads = [threading.Thread(target=large_messages) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
number, after = heaps()
print(json.dumps({"heaps": number, "grown_bytes": after - before}))
"""
"""Five threads that read large messages, and keep a word of each."""


def lives(how: str) -> dict[str, int]:
    told = subprocess.run([sys.executable, "-c", LIFE, how], capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


def test_a_large_message_leaves_nothing_behind() -> None:
    assert lives("as it is")["grown_bytes"] > 15 << 20, "else there is nothing to be mended any more"
    small = lives("small")
    assert small["heaps"] == 1
    assert small["grown_bytes"] < 1 << 20
