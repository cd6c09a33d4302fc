"""Edges of a GPIO line: what the kernel is asked, held against its own header, and what it tells, through a pipe.

Real lines are pressed in the virtual kitchen.
"""

import os
import queue
import struct
import subprocess
import threading
from pathlib import Path

import pytest

from chimein.edge.panel import edges

HEADER = """
#include <stdio.h>
#include <stddef.h>
#include <linux/gpio.h>
int main(void) {
    struct gpio_v2_line_request r = { .offsets = {17}, .consumer = "chimein", .num_lines = 1, .fd = -1 };
    r.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING
        | GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
    r.config.num_attrs = 1;
    r.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
    r.config.attrs[0].attr.debounce_period_us = 30000;
    r.config.attrs[0].mask = 1;
    fprintf(stderr, "%u %u %zu %d", (unsigned)GPIO_V2_GET_LINE_IOCTL, (unsigned)GPIO_V2_LINE_GET_VALUES_IOCTL,
        sizeof(struct gpio_v2_line_event), GPIO_V2_LINE_EVENT_RISING_EDGE);
    return fwrite(&r, sizeof r, 1, stdout) != 1;
}
"""
EVENT = struct.Struct("=QIIII24x")


def test_the_kernel_is_asked_in_the_words_of_its_header(tmp_path: Path) -> None:
    source, program = tmp_path / "request.c", tmp_path / "request"
    source.write_text(HEADER)
    subprocess.run(["gcc", "-o", program, source], check=True)
    told = subprocess.run([program], capture_output=True, check=True)
    assert edges.request(17, "up", 30_000) == told.stdout
    assert told.stderr.decode() == f"{edges.GET_LINE} {edges.GET_VALUES} {EVENT.size} {edges.RISING}"


def test_without_debouncing_no_attribute_is_given() -> None:
    assert sum(edges.request(0, "floating", 0)[296:560]) == 0


@pytest.fixture
def wire() -> tuple[int, int]:
    return os.pipe()


def test_every_edge_is_told_with_the_kernels_time(wire: tuple[int, int]) -> None:
    line, heard = edges.Line(wire[0]), queue.SimpleQueue[tuple[int, bool]]()
    line.tell(lambda at_ns, is_high: heard.put((at_ns, is_high)))
    os.write(wire[1], EVENT.pack(1_000, 2, 17, 1, 1) + EVENT.pack(2_000, 1, 17, 2, 2))
    assert heard.get(timeout=10) == (1_000, False)
    assert heard.get(timeout=10) == (2_000, True)
    os.write(wire[1], EVENT.pack(3_000, 2, 17, 3, 3))
    assert heard.get(timeout=10) == (3_000, False)
    line.close()
    line.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "button"]
    os.close(wire[1])


def test_who_is_told_may_close_the_line(wire: tuple[int, int]) -> None:
    line, closed = edges.Line(wire[0]), threading.Event()

    def close(at_ns: int, is_high: bool) -> None:
        line.close()
        closed.set()

    line.tell(close)
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "button")
    os.write(wire[1], EVENT.pack(1_000, 2, 17, 1, 1))
    assert closed.wait(10)
    thread.join(10)
    assert not thread.is_alive()
    os.close(wire[1])


def test_a_chip_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        edges.open_line(tmp_path / "gpiochip9", 17, "up", 0)
