"""Draw 03_backpropagation.png: the arrays of the pencil's network and their gradients.

usage: python notebooks/support/figures/pictures/draw_03.py
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

sys.path += map(str, Path(__file__).parents[3:5])  # the notebooks' folder, the project's
from nn_core import softmax

HERE = Path(__file__).parent
plt.style.use(HERE.parents[2] / "matplotlibrc")

FORWARD, BACKWARD = "#0072B2", "#B84A00"
CELL, GAP = (0.5, 0.3), 0.24  # inches


def network():
    """Return the columns of the picture, in forward order: [{name: (values, gradient)}, ...]."""
    x, labels = np.array([[1.0, 2], [3, 1]]), np.array([0, 1])
    W1, b1 = np.array([[-1.0, 1, 0.5], [1, -1, 1]]), np.array([0, -1, -0.5])
    W2, b2 = np.array([[1.0, -1], [2, 0], [0, 1]]), np.array([np.log(3), 0])
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    logits = a1 @ W2 + b2
    dlogits = (softmax(logits) - np.eye(2)[labels]) / 2
    da1 = dlogits @ W2.T
    dz1 = da1 * (z1 > 0)
    db1, db2 = dz1.sum(axis=0), dlogits.sum(axis=0)
    return [
        {"x": (x, None)},
        {"W1": (W1, x.T @ dz1), "b1": (b1[None], db1[None])},
        {"z1": (z1, dz1)},
        {"a1": (a1, da1)},
        {"W2": (W2, a1.T @ dlogits), "b2": (b2[None], db2[None])},
        {"logits": (logits, dlogits)},
    ]


def text_of(value):
    """Return an entry as it stands on the paper: an eighth as a fraction, ln 3 by name."""
    whole = round(value - np.log(3))
    if abs(value - np.log(3) - whole) < 1e-9:
        return f"{whole}+ln 3" if whole else "ln 3"
    eighths = round(8 * value)
    assert abs(8 * value - eighths) < 1e-9, value
    bottom = 8 // np.gcd(eighths, 8)
    top = str(eighths * bottom // 8).replace("-", "\N{MINUS SIGN}")
    return top if bottom == 1 else f"{top}/{bottom}"


def table(axes, left, middle, array, name, colour):
    """Draw `array` as a small table with its name above it."""
    rows, columns = array.shape
    top = middle + rows * CELL[1] / 2
    axes.text(left, top + 0.08, name, color=colour, weight="bold", va="bottom")
    for i, j in np.ndindex(rows, columns):
        corner = left + j * CELL[0], top - (i + 1) * CELL[1]
        axes.add_patch(Rectangle(corner, *CELL, facecolor="white", edgecolor=colour))
        centre = corner[0] + CELL[0] / 2, corner[1] + CELL[1] / 2
        size = 8 if "ln" in text_of(array[i, j]) else 10
        axes.text(*centre, text_of(array[i, j]), ha="center", va="center", fontsize=size)


def draw(path):
    """Write the picture."""
    columns = network()
    widths = [max(v.shape[1] for v, _ in column.values()) * CELL[0] + GAP for column in columns]
    width, height, upper, lower = sum(widths) + 1.2, 4.45, 3.35, 1.4
    figure = plt.figure(figsize=(width, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    left = 0.15
    for column, step in zip(columns, widths, strict=True):
        for i, (name, (values, gradient)) in enumerate(column.items()):
            table(axes, left, upper - 0.93 * i, values, name, FORWARD)  # a bias below its weights
            if gradient is not None:
                table(axes, left, lower - 0.93 * i, gradient, f"d{name}", BACKWARD)
        left += step
    axes.text(left + 0.1, upper, "loss", color=FORWARD, weight="bold", va="center", fontsize=12)
    axes.text(left + 0.1, lower, "dloss = 1", color=BACKWARD, weight="bold", va="center")
    for start, end, y, colour, text in [
        (0.15, left + 0.55, height - 0.23, FORWARD, "forward: values"),
        (left + 0.55, 0.15 + 2 * CELL[0] + GAP, 0.17, BACKWARD, "backward: gradients"),
    ]:
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2}
        axes.annotate("", (end, y), (start, y), arrowprops=arrow)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 3}
        style = {"ha": "center", "va": "center", "color": colour, "bbox": paper}
        axes.text((start + end) / 2, y, text, **style)
    figure.savefig(path)


if __name__ == "__main__":
    draw(HERE / "03_backpropagation.png")
