"""Draw the pictures of lesson 08: at its head, and of the five parts of a distortion.

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


def parts():
    """Return {name: (down, right)}: each part alone, twice as strong as the lesson has it."""
    row, column = np.mgrid[:28, :28] - 13.5
    i = np.arange(28)
    blur = np.exp(-(((i[:, None] - i) / 6) ** 2) / 2)
    blur /= np.linalg.norm(blur, axis=1, keepdims=True)
    bend = 2 * 1.2 * (blur @ np.random.default_rng(8).standard_normal((2, 28, 28)) @ blur.T)
    return {
        "bend": bend,
        "turn": (-0.28 * column, 0.28 * row),
        "stretch": (-0.14 * row, 0.14 * column),
        "slant": (0 * row, 0.14 * row),
        "shift": (0 * row + 1.2, 0 * row - 1.2),
    }


def draw_parts(image):
    """Return a figure: an image (784,), changed by each part alone, and its old outline."""
    figure = Figure(figsize=(9, 2.1))
    for axes, (name, (down, right)) in zip(figure.subplots(1, 5), parts().items(), strict=True):
        sources, shares = bilinear(down[None], right[None])
        changed = warp(image[None], sources[0], shares[0])
        axes.imshow(changed.reshape(28, 28), vmin=0, vmax=1)
        axes.contour(image.reshape(28, 28), [0.5], colors="C1", linewidths=1.2)
        axes.set(xticks=[], yticks=[], title=name)
        axes.grid(False)
        axes.spines[:].set_visible(False)
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    draw(distorted(3)).savefig(FOLDER / "08_distortion.png")
    data = load_mnist()
    three = data.x_train[np.flatnonzero(data.labels_train == 3)[4]]
    draw_parts(three).savefig(FOLDER / "08_parts.png")
