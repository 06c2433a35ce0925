"""Draw the picture at the head of lesson 06: python notebooks/images/draw_06.py"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
sys.path.append(str(FOLDER.parents[1]))

from nn_core import bilinear, load_mnist, random_displacements, warp  # noqa: E402

TEST_ACCURACY = {  # in percent: mean and spread over three seeds, from benchmarks/accuracy.py
    "plain SGD": (97.76, 0.04),
    "momentum": (97.79, 0.52),
    "falling rate": (98.12, 0.04),
    "weight decay": (98.11, 0.09),
    "distortion": (99.08, 0.06),
}


def distorted(n):
    """Return (n, 784): a 3, and distortions of it."""
    data = load_mnist()
    three = data.x_train[np.flatnonzero(data.labels_train == 3)[7]]
    ways = zip(*bilinear(*random_displacements(n - 1, np.random.default_rng(1))), strict=True)
    return [three, *(warp(three[None], *way)[0] for way in ways)]


def draw(images):
    """Return a figure: the images on the left, mistakes for each recipe on the right."""
    figure = Figure(figsize=(9, 3.4))
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.25])
    left.suptitle("One 3, and eleven distortions of it")
    for i, (axes, image) in enumerate(zip(left.subplots(3, 4).flat, images, strict=True)):
        axes.imshow(image.reshape(28, 28), vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set(visible=i == 0, color="C1", linewidth=2)
    axes = right.subplots()
    for row, (name, (percent, spread)) in enumerate(TEST_ACCURACY.items()):
        mistakes = 10 * (100 - percent)
        colour = "C1" if name == "distortion" else "0.75"
        axes.barh(row, mistakes, 0.6, xerr=10 * spread, color=colour, capsize=3)
        axes.text(0.4, row, f"{name}: {mistakes:.0f}", va="center", fontsize=11)
    axes.set(title="Mistakes in 1,000 test images", yticks=[], xlabel="after 40 epochs")
    axes.invert_yaxis()
    axes.spines["left"].set_visible(False)
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parent / "matplotlibrc")
    draw(distorted(12)).savefig(FOLDER / "06_better_training.png")
