"""The C library's heap, kept small: this process lives for months, on a machine with little memory.

glibc is made for speed on large machines. It opens a heap for each thread that allocates, up to eight for a core, and
none of them ever shrinks but at its end. And it learns: once a block larger than 128 KiB has been freed, the next of
that size comes no longer from the kernel but from the heap, up to 32 MiB, where small things settle behind it and keep
its place from being given back (mallopt(3), M_MMAP_THRESHOLD). So every large message, certificate store and SDK thread
left some of its size behind, in steps: a soak grew by 10 MB in half an hour with not one Python object more.

One heap costs us nothing, since the interpreter's lock lets one thread allocate at a time; large blocks straight from
the kernel cost a page fault for each 4 KiB, and there are few.
"""

import contextlib
import ctypes
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
LARGE_BYTES: Final = 128 << 10
"""glibc's own value to begin with: setting it ends the learning."""


def keep_small() -> None:
    """For this process, before it has threads. Does nothing where the C library is another one."""
    libc = ctypes.CDLL(None)
    with contextlib.suppress(AttributeError):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, LARGE_BYTES)
