"""Draw the picture at the head of lesson 06.

usage: python notebooks/support/figures/pictures/draw_06.py
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
sys.path += map(str, FOLDER.parents[2:4])  # the notebooks' folder, the project's
from data.mnist import load_mnist  # noqa: E402
from nn_core import MLP, SGD, ReLU, fit  # noqa: E402
from support.figures.lesson_06 import draw_error_map, draw_losses  # noqa: E402


class OutputReLU(ReLU):
    """The broken ReLU of section 2: its mask is always true."""

    def forward(self, z):
        """Return max(0, z), and remember a mask that lets everything through."""
        a = np.maximum(z, 0)
        self.mask = a >= 0
        return a


def train(relu, x, labels):
    """Return the records of a training with the first ReLU exchanged."""
    model = MLP((784, 64, 64, 10))
    model.layers[1] = relu()
    return list(fit(model, x, labels, SGD(0.1), epochs=6, batch_size=32))


def draw(broken, mended):
    """Return a figure: the map of a gradient check above the losses of two trainings."""
    figure = Figure(figsize=(9, 5))
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.15])
    axes = upper.subplots()
    draw_error_map(axes, wrong=["W1", "b1"], bugs=["ReLU 1"])
    axes.set_title("The gradient check shows where", loc="left")
    axes = lower.subplots()
    draw_losses(axes, {"broken": broken, "mended": mended})
    axes.set_title("The loss shows almost nothing", loc="left")
    axes.legend(loc="lower left")
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    data = load_mnist()
    x, labels = data.x_train[:5000], data.labels_train[:5000]
    draw(train(OutputReLU, x, labels), train(ReLU, x, labels)).savefig(FOLDER / "06_bug_hunt.png")
