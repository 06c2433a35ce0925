"""A reader of the lab without a browser: buttons are clicked, sliders moved, time passes.

A message from the browser is `widget.set_state({...})`, a click on a button `button.click()`.
"""

import asyncio
import time
import xml.etree.ElementTree as ET

import numpy as np

from data.mnist import bundled_digits
from support.lab import driver

driver.TURN = 0  # a turn for others after each step, whatever a processor does in 20 milliseconds

DIGITS = bundled_digits()
STROKE = bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)  # a drawing on the pad
SVG = "{http://www.w3.org/2000/svg}"
BUTTONS = ("train", "pause", "step", "stop", "reset")


def run(scenario):
    """Run an asynchronous scenario; a task that nobody awaited must not hide its exception."""
    troubles = []

    async def watched():
        asyncio.get_running_loop().set_exception_handler(lambda _, what: troubles.append(what))
        return await scenario

    result = asyncio.run(watched())
    assert troubles == []
    return result


async def train(lab, **sliders):
    """Set these sliders, click Train, and wait until the training has ended."""
    for name, value in sliders.items():
        lab.controls.sliders[name].value = value
    lab.buttons.train.click()
    await lab.session.driver.task


async def click(button):
    """Click where Jupyter's callbacks run: in the event loop."""
    button.click()


async def until(condition, seconds=100):
    """Let the training go on until this holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.001)


def enabled(lab):
    """Return the names of the buttons that are on."""
    names = [name for name in BUTTONS if "nn-off" not in getattr(lab.buttons, name)._dom_classes]
    assert names == [name for name in BUTTONS if lab.buttons.is_on(name)]
    return names


def weights(lab):
    return [param.copy() for param in lab.session.model.params().values()]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


def labels_of_runs(lab):
    """Return what the rows of the runs say, from the oldest to the newest."""
    return [row["label"] for row in lab.run_list.rows][::-1]


def in_percent(share):
    """Return a share as the page writes an accuracy: no line ends before the sign."""
    return f"{share:.2%}".replace("%", "\N{NO-BREAK SPACE}%")


def check_matrix(lab, moment):
    """Assert that the matrix shows what the network said at this moment."""
    labels, said = lab.session.val[1], lab.session.snapshots[moment]
    counts = np.array(lab.matrix.counts)
    expected = np.zeros((10, 10), int)
    np.add.at(expected, (labels, said.answers), 1)
    assert np.array_equal(counts, expected)
    assert np.array_equal(counts.sum(axis=1), np.bincount(labels, minlength=10))
    assert lab.matrix.text.startswith(f"{said.name}: {in_percent((said.answers == labels).mean())}")


def curves(lab):
    """Return the lines of the runs, the dots, and the whole drawing."""
    svg = ET.fromstring(lab.chart.svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))
    lines = [path for path in svg.iter(f"{SVG}path") if path.get("class") == "lab-run"]
    return lines, svg.findall(f".//{SVG}circle"), svg


def points(line):
    """Return the points of a line as "x,y"."""
    return line.get("d").replace("M", "").replace("L", "").split()
