"""Drawings, and a drawing pad without a browser: what comes from one, as messages."""

import itertools

import numpy as np

from support.lab.pad import SIDE


def stroke(*corners, width=8, side=SIDE):
    """Return a drawing (side, side), 0 or 1: a line through the corners (row, column)."""
    ink = np.zeros((side, side))
    rows, columns = np.mgrid[:side, :side]
    for (r0, c0), (r1, c1) in itertools.pairwise(corners):
        for share in np.linspace(0, 1, 60):
            r, c = r0 + share * (r1 - r0), c0 + share * (c1 - c0)
            ink[(rows - r) ** 2 + (columns - c) ** 2 <= (width / 2) ** 2] = 1
    return ink


SEVEN = stroke((20, 30), (20, 80), (95, 45))
ONE = stroke((10, 56), (100, 56))


def receive(pad, **state):
    """Do what happens when the browser sets these values; bytes come as a memoryview."""
    binary = {name: value for name, value in state.items() if isinstance(value, bytes)}
    data = {
        "method": "update",
        "state": {name: value for name, value in state.items() if name not in binary},
        "buffer_paths": [[name] for name in binary],
    }
    buffers = [memoryview(value) for value in binary.values()]
    pad._handle_msg({"content": {"data": data}, "buffers": buffers})


def draw(pad, ink):
    receive(pad, ink=to_ink(ink))


def to_ink(ink):
    return np.round(255 * ink).astype(np.uint8).tobytes()


def click(pad, label, ink):
    """Do what happens when the reader clicks the right label."""
    data = {"method": "custom", "content": {"correct": label}}
    pad._handle_msg({"content": {"data": data}, "buffers": [memoryview(to_ink(ink))]})
