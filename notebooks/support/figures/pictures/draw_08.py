"""Draw the picture at the head of lesson 08.

usage: python notebooks/support/figures/pictures/draw_08.py
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
sys.path += map(str, FOLDER.parents[2:4])  # the notebooks' folder, the project's

from data.distortion import bilinear, random_displacements, warp  # noqa: E402
from data.mnist import load_mnist  # noqa: E402


def distorted(n):
    """Return (n + 1, 10, 784): the digits 0 to 9, and `n` distortions of each."""
    data = load_mnist()
    digits = np.stack([data.x_train[np.flatnonzero(data.labels_train == k)[7]] for k in range(10)])
    ways = list(
        zip(*bilinear(*random_displacements(10 * n, np.random.default_rng(1))), strict=True)
    )
    copies = [warp(digits[i % 10][None], *way)[0] for i, way in enumerate(ways)]
    return np.concatenate([digits, copies]).reshape(n + 1, 10, 784)


def draw(images):
    """Return a figure: the digits in the first row, their distortions below."""
    figure = Figure(figsize=(9, 3.7))
    for i, row in enumerate(figure.subplots(len(images), 10)):
        for axes, image in zip(row, images[i], strict=True):
            axes.imshow(image.reshape(28, 28), vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
            axes.grid(False)
            for spine in axes.spines.values():
                spine.set(visible=i == 0, color="C1", linewidth=2)
    figure.suptitle("Ten digits (framed), and three distortions of each")
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    draw(distorted(3)).savefig(FOLDER / "08_distortion.png")
