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
from support.figures.lesson_06 import draw_losses  # noqa: E402


class OutputReLU(ReLU):
    """The broken ReLU of section 2: its mask is always true."""

    def forward(self, z):
        """Return max(0, z), and remember a mask that lets everything through."""
        a = np.maximum(z, 0)
        self.mask = a >= 0
        return a


def train(relu, x, labels):
    """Return the mask of 64 images before the training, and the records of the training."""
    model = MLP((784, 64, 64, 10))
    model.layers[1], model.layers[3] = relu(), relu()
    model.forward(x[:64])
    mask = model.layers[1].mask
    return mask, list(fit(model, x, labels, SGD(0.1), epochs=6, batch_size=32))


def draw(broken, mended):
    """Return a figure of two results of `train`: the masks left, the losses right."""
    figure = Figure(figsize=(9, 3.2))
    left, right = figure.subfigures(1, 2, width_ratios=[1.2, 1])
    titles = {"mended: z > 0": mended[0], "broken: a >= 0": broken[0]}
    panels = left.subplots(1, 2, sharey=True)
    for axes, (title, mask) in zip(panels, titles.items(), strict=True):
        axes.imshow(mask, vmin=0, vmax=1, aspect="auto")
        axes.set(title=title, xlabel="neuron", xticks=[], yticks=[])
        axes.grid(False)
    panels[0].set_ylabel("image")
    axes = right.subplots()
    draw_losses(axes, {"broken": broken[1], "mended": mended[1]})
    axes.set_title("Both learn, one worse", loc="left")
    axes.legend(loc="lower left")
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    data = load_mnist()
    x, labels = data.x_train[:5000], data.labels_train[:5000]
    draw(train(OutputReLU, x, labels), train(ReLU, x, labels)).savefig(FOLDER / "06_bug_hunt.png")
