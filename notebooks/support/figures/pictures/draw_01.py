"""Draw the pictures of lesson 01 into this folder.

usage: python notebooks/support/figures/pictures/draw_01.py
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

sys.path += map(str, Path(__file__).parents[3:5])  # the notebooks' folder, the project's
from data.mnist import load_mnist
from nn_core import MLP

HERE = Path(__file__).parent
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "0.55"


def network_picture():
    """An untrained network reads a digit: a circle is shaded by what its neuron really says."""
    network, image = MLP(seed=0), load_mnist().x_train[7]
    columns, signal = [], image[None]
    for layer in network.layers:
        signal = layer.forward(signal)
        columns.append(signal[0])
    a1, a2, logits = columns[1], columns[3], columns[4]

    fig = plt.figure(figsize=(9.6, 4.2))
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 9.6), ylim=(0, 4.2))
    ax.set_axis_off()
    ax.imshow(1 - image.reshape(28, 28), cmap="gray", extent=(0.3, 3.0, 0.75, 3.45), zorder=2)
    ax.add_patch(plt.Rectangle((0.3, 0.75), 2.7, 2.7, fill=False, ec=GREY, zorder=3))

    places = {name: column_places(x) for name, x in [("a1", 4.4), ("a2", 6.1)]}
    out = np.column_stack([np.full(10, 7.45), np.linspace(3.5, 0.7, 10)])
    edge = np.column_stack([np.full(12, 3.0), np.linspace(0.85, 3.35, 12)])
    connect(ax, edge, places["a1"])
    connect(ax, places["a1"], places["a2"])
    connect(ax, places["a2"], out - [0.15, 0])
    for name, activation in [("a1", a1), ("a2", a2)]:
        shade = activation[: len(places[name])] / activation.max()
        look = {"s": 110, "cmap": "Blues", "ec": BLUE, "lw": 0.8, "vmax": 1.2, "zorder": 3}
        ax.scatter(*places[name].T, c=shade, **look)
        for y in (-0.12, 0, 0.12):
            ax.plot(places[name][0, 0], 2.1 + y, "o", color=BLUE, ms=2.5, zorder=3)

    guess, zero = logits.argmax(), 8.25
    for digit, ((x, y), logit) in enumerate(zip(out, logits, strict=True)):
        best = digit == guess
        ax.text(x, y, digit, ha="center", va="center", size=12, weight="bold" if best else None)
        length = 0.5 * logit / np.abs(logits).max()
        ax.barh(y, length, left=zero, height=0.2, color=ORANGE if best else GREY, zorder=3)
    ax.plot([zero, zero], [0.5, 3.7], color="black", lw=1)
    says = f"\N{LEFT DOUBLE QUOTATION MARK}a {guess}!\N{RIGHT DOUBLE QUOTATION MARK}"
    ax.text(zero + 0.6, out[guess, 1], says, va="center", size=14, color=ORANGE)
    for x, text in [
        (1.65, "784 pixels"),
        (4.4, "128 neurons"),
        (6.1, "64 neurons"),
        (8, "10 scores"),
    ]:
        ax.text(x, 0.25, text, ha="center", va="center", size=12)
    fig.savefig(HERE / "01_forward_pass.png", dpi=100)


def column_places(x, n=12):
    """Return the centres (n, 2) of a column of circles at `x`, with a gap in its middle."""
    upper = np.linspace(3.72, 2.42, n // 2)
    return np.column_stack([np.full(n, x), np.concatenate([upper, 4.2 - upper[::-1]])])


def connect(ax, starts, ends):
    """Draw a line from each start to each end, faintly."""
    for start in starts:
        for end in ends:
            ax.plot(*np.transpose([start, end]), color="0.87", lw=0.4, zorder=1)


def product_picture():
    """A layer as one matrix product, on the numbers of the lesson."""
    x = np.array([[1, 0.5, 0], [0, 0.5, 1]])
    W = np.array([[2, -1], [-2, 2], [3, 1]])
    b = np.array([1, -0.5])
    z = x @ W + b
    assert z[0, 0] == 1 * 2 + 0.5 * -2 + 0 * 3 + 1 == 2

    fig = plt.figure(figsize=(8.2, 2.7))
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 8.2), ylim=(0, 2.7))
    ax.set_axis_off()
    middle, size = 1.5, 0.5
    for left, array, name, frame in [  # frame: rows and columns of the orange frame
        (1.1, x, "x (2, 3)", (1, 3)),
        (3.2, W, "W (3, 2)", (3, 1)),
        (4.85, b[None], "b (2,)", (1, 1)),
        (6.5, z, "z (2, 2)", (1, 1)),
    ]:
        rows, columns = array.shape
        top = middle + rows * size / 2
        for i, j in np.ndindex(rows, columns):
            framed = i < frame[0] and j < frame[1]
            corner = left + j * size, top - (i + 1) * size
            fill = "#FBE3D6" if framed else "white"
            ax.add_patch(plt.Rectangle(corner, size, size, fc=fill, ec="0.7"))
            text = f"{array[i, j]:g}".replace("-", "\N{MINUS SIGN}")
            text = "?" if array is z and not framed else text
            centre = corner[0] + size / 2, corner[1] + size / 2
            ax.text(*centre, text, ha="center", va="center", size=13)
        height, width = frame[0] * size, frame[1] * size
        outline = plt.Rectangle((left, top - height), width, height, fill=False, ec=ORANGE, lw=2.5)
        ax.add_patch(outline).set_zorder(3)
        ax.text(left + columns * size / 2, 2.45, name, ha="center", va="center", size=12)
    for place, sign in [(2.9, "@"), (4.53, "+"), (6.17, "=")]:
        ax.text(place, middle, sign, ha="center", va="center", size=15)
    for i in range(2):
        ax.text(1.0, middle + (0.5 - i) * size, f"row {i}", ha="right", va="center", size=11)
    sum_text = "1 · 2  +  0.5 · (\N{MINUS SIGN}2)  +  0 · 3  +  1  =  2"
    ax.text(4.1, 0.32, sum_text, ha="center", va="center", size=13, color=ORANGE)
    fig.savefig(HERE / "01_layer_product.png", dpi=100)


if __name__ == "__main__":
    network_picture()
    product_picture()
