"""Draw the pictures of lesson 03 into this folder: the work sheet, its answers, row times column.

usage: python notebooks/support/figures/pictures/draw_03.py
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

sys.path += map(str, Path(__file__).parents[3:5])  # the notebooks' folder, the project's
from nn_core import cross_entropy, softmax

HERE = Path(__file__).parent
plt.style.use(HERE.parents[2] / "matplotlibrc")

FORWARD, BACKWARD, GREY = "#0072B2", "#B84A00", "0.35"
CELL = 0.5, 0.3  # inches


def network():
    """Return the pencil's network: its arrays and their gradients by name, and the loss."""
    x, labels = np.array([[1.0, 2], [3, 1]]), np.array([0, 1])
    W1, b1 = np.array([[-1.0, 1, 0.5], [1, -1, 1]]), np.array([[0, -1, -0.5]])
    W2, b2 = np.array([[1.0, -1], [2, 0], [0, 1]]), np.array([[np.log(3), 0]])
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    logits = a1 @ W2 + b2
    p = softmax(logits)
    arrays = {"x": x, "W1": W1, "b1": b1, "z1": z1, "a1": a1, "W2": W2, "b2": b2, "logits": logits}
    arrays["p"] = p
    dlogits = (p - np.eye(2)[labels]) / 2
    da1 = dlogits @ W2.T
    dz1 = da1 * (z1 > 0)
    gradients = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0, keepdims=True), "z1": dz1, "a1": da1}
    gradients |= {"W2": a1.T @ dlogits, "b2": dlogits.sum(axis=0, keepdims=True)}
    return arrays, gradients | {"logits": dlogits}, cross_entropy(logits, labels)


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


def table(axes, left, middle, texts, name, colour, yours=()):
    """Draw rows of `texts` as a small table with its name above it; pale orange where `yours`."""
    top = middle + len(texts) * CELL[1] / 2
    axes.text(left, top + 0.08, name, color=colour, weight="bold", va="bottom")
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            corner = left + j * CELL[0], top - (i + 1) * CELL[1]
            fill = "#FBE3D6" if (i, j) in yours else "white"
            axes.add_patch(Rectangle(corner, *CELL, facecolor=fill, edgecolor=colour))
            centre = corner[0] + CELL[0] / 2, corner[1] + CELL[1] / 2
            style = {"color": "0.55" if text == "?" else "black", "size": 8 if "ln" in text else 10}
            axes.text(*centre, text, ha="center", va="center", **style)


# name: (left edge, the operation before it, what its gradient is made of)
PLACES = {
    "x": (0.15, "", ""),
    "W1": (1.5, "@", "x.T @ dz1"),
    "b1": (1.5, "+", "dz1.sum(axis=0)"),
    "z1": (3.35, "=", "da1 * (z1 > 0)"),
    "a1": (5.55, "max(0, ·)", "dlogits @ W2.T"),
    "W2": (7.45, "@", "a1.T @ dlogits"),
    "b2": (7.45, "+", "dlogits.sum(axis=0)"),
    "logits": (8.95, "=", "(p \N{MINUS SIGN} onehot) / N"),
    "p": (10.65, "softmax", ""),
}


# the six entries that section 5 leaves to the reader
YOURS = {"a1": [(1, 0)], "z1": [(0, 0), (1, 0)], "W1": [(0, 0), (1, 0)], "b1": [(0, 0)]}


def network_picture(path, stage):
    """All arrays of the pencil's network, and their gradients below, at a stage of the lesson.

    At the "start" the second sample and all gradients are missing, "half-way" all gradients but
    dlogits; in the "answers" nothing is.
    """
    solved = stage == "answers"
    arrays, gradients, loss = network()
    width, height, upper, lower = 12.85, 5.35, 4.2, 1.9
    figure = plt.figure(figsize=(width, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    for name, (left, operation, made_of) in PLACES.items():
        down = {"b1": 1.02, "b2": 1.17}.get(name, 0)  # a bias below its weights
        texts = [[text_of(value) for value in row] for row in arrays[name]]
        if stage == "start" and name in ("z1", "a1", "logits", "p"):
            texts[1] = ["?"] * len(texts[1])  # the second sample is the reader's
        table(axes, left, upper - down, texts, name, FORWARD)
        place = left - (0.35 if len(operation) > 1 else 0.19), upper - down
        size = 9 if len(operation) > 1 else 11
        axes.text(*place, operation, ha="center", va="center", color=GREY, size=size)
        if name in gradients:
            known = solved or (stage == "half-way" and name == "logits")
            texts = [[text_of(v) if known else "?" for v in row] for row in gradients[name]]
            yours = YOURS.get(name, ()) if stage == "half-way" else ()
            table(axes, left, lower - down, texts, f"d{name}", BACKWARD, yours)
            if solved:
                bottom = lower - down - len(texts) * CELL[1] / 2 - 0.06
                axes.text(left, bottom, made_of, va="top", color=GREY, size=8.5)
    right = 11.75
    axes.text(right, upper, "\N{MINUS SIGN}ln,\nmean", va="center", color=GREY, size=9)
    axes.text(right + 0.5, upper, f"loss\n{loss:.3f}", color=FORWARD, weight="bold", va="center")
    axes.text(right + 0.5, lower, "dloss\n1", color=BACKWARD, weight="bold", va="center")
    for start, end, y, colour, text in [
        (0.15, width - 0.25, height - 0.23, FORWARD, "forward: values"),
        (width - 0.25, 1.5, 0.17, BACKWARD, "backward: gradients"),
    ]:
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2}
        axes.annotate("", (end, y), (start, y), arrowprops=arrow)
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 3}
        style = {"ha": "center", "va": "center", "color": colour, "bbox": paper}
        axes.text((start + end) / 2, y, text, **style)
    figure.savefig(path)


def product_picture(path):
    """One entry of dW = x.T @ dz: a sum over all samples."""
    x = np.array([[1, 2], [3, 1], [0, 1], [2, 0]])
    dz = np.array([[1, 0, 2], [-1, 1, 0], [2, 1, 1], [0, 1, -1]])
    dW = x.T @ dz
    assert dW[0, 1] == 1 * 0 + 3 * 1 + 0 * 1 + 2 * 1 == 5
    figure = plt.figure(figsize=(9.2, 3.5), layout="none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 9.2), ylim=(0, 3.5))
    axes.set_axis_off()
    middle, size = 1.95, 0.5
    for left, array, name, rows, columns, colour in [  # rows, columns: of the frame
        (1.1, x.T, "x.T (2, 4)", (0, 1), (0, 4), FORWARD),
        (4.6, dz, "dz (4, 3)", (0, 4), (1, 2), BACKWARD),
        (7.2, dW, "dW (2, 3)", (0, 1), (1, 2), BACKWARD),
    ]:
        top = middle + len(array) * size / 2
        for i, j in np.ndindex(array.shape):
            framed = rows[0] <= i < rows[1] and columns[0] <= j < columns[1]
            corner = left + j * size, top - (i + 1) * size
            fill = "#FBE3D6" if framed else "white"
            axes.add_patch(Rectangle(corner, size, size, facecolor=fill, edgecolor="0.7"))
            text = f"{array[i, j]}".replace("-", "\N{MINUS SIGN}")
            text = "?" if array is dW and not framed else text
            centre = corner[0] + size / 2, corner[1] + size / 2
            axes.text(*centre, text, ha="center", va="center", size=13)
        corner = left + columns[0] * size, top - rows[1] * size
        extent = (columns[1] - columns[0]) * size, (rows[1] - rows[0]) * size
        frame = Rectangle(corner, *extent, fill=False, edgecolor="#D55E00", linewidth=2.5, zorder=3)
        axes.add_patch(frame)
        axes.text(left + array.shape[1] * size / 2, 3.3, name, ha="center", va="center", size=12)
        axes.texts[-1].set_color(colour)
    for n in range(4):
        column, row = 1.35 + n * size, 2.7 - n * size
        style = {"ha": "left", "va": "bottom", "rotation": 40, "size": 9, "color": GREY}
        axes.text(column - 0.1, 2.5, f"sample {n + 1}", **style)
        axes.text(4.5, row, f"sample {n + 1}", ha="right", va="center", size=9, color=GREY)
    for i in range(2):
        text = f"input {i + 1}"
        axes.text(1.0, 2.2 - i * size, text, ha="right", va="center", size=11)
    for left, top in [(4.6, 2.95), (7.2, 2.45)]:  # the three neurons
        for j in range(3):
            place = left + (j + 0.5) * size, top + 0.04
            axes.text(*place, "qrt"[j], ha="center", va="bottom", color=GREY, style="italic")
    axes.text(3.3, middle, "@", ha="center", va="center", size=15)
    axes.text(6.65, middle, "=", ha="center", va="center", size=15)
    sum_text = "$dw_{1r}$  =  1 · 0  +  3 · 1  +  0 · 1  +  2 · 1  =  5"
    axes.text(4.6, 0.55, sum_text, ha="center", va="center", size=13, color="#D55E00")
    axes.text(4.6, 0.2, "one product for each sample", ha="center", va="center", color=GREY)
    figure.savefig(path)


if __name__ == "__main__":
    network_picture(HERE / "03_backpropagation.png", "start")
    network_picture(HERE / "03_half_way.png", "half-way")
    network_picture(HERE / "03_answers.png", "answers")
    product_picture(HERE / "03_row_times_column.png")
