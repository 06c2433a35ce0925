"""Draw 04_backprop_in_code.png: the layers, what they remember, and both ways through them.

usage: python notebooks/support/figures/pictures/draw_04.py
"""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

HERE = Path(__file__).parent
plt.style.use(HERE.parents[2] / "matplotlibrc")

FORWARD, BACKWARD, GREY = "#0072B2", "#B84A00", "0.35"
# name, what it remembers on the way forward, what it keeps on the way back
LAYERS = [
    ("Linear 1", "x", "dW1, db1"),
    ("ReLU", "mask", ""),
    ("Linear 2", "a1", "dW2, db2"),
    ("ReLU", "mask", ""),
    ("Linear 3", "a2", "dW3, db3"),
    ("loss", "log_p, labels", ""),
]
VALUES = ["x", "z1", "a1", "z2", "a2", "logits", "loss"]


def draw(path):
    """Write the picture."""
    width, height, box, gap = 11.4, 3.6, 1.12, 0.58
    figure = plt.figure(figsize=(width, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    low, high, left = 1.05, 2.35, 0.75
    for i, (name, remembers, keeps) in enumerate(LAYERS):
        x = left + i * (box + gap)
        style = {"boxstyle": "round,pad=0.05", "facecolor": "white", "edgecolor": "0.4"}
        axes.add_patch(FancyBboxPatch((x, low), box, high - low, linewidth=1.5, **style))
        middle = x + box / 2
        axes.text(middle, 1.98, name, ha="center", va="center", weight="bold", size=12)
        axes.text(middle, 1.55, "remembers", ha="center", va="center", size=9, color=GREY)
        axes.text(middle, 1.3, remembers, ha="center", va="center", size=10, color=FORWARD)
        if keeps:
            arrow = {"arrowstyle": "-|>", "color": BACKWARD, "linewidth": 1.5}
            axes.annotate("", (middle, 0.5), (middle, low - 0.1), arrowprops=arrow)
            axes.text(middle, 0.34, keeps, ha="center", va="center", color=BACKWARD, size=11)
    for i, name in enumerate(VALUES):
        start = left + i * (box + gap) - gap + 0.1
        end, middle = start + gap - 0.2, start + (gap - 0.2) / 2
        forward = {"arrowstyle": "-|>", "color": FORWARD, "linewidth": 2}
        axes.annotate("", (end, 2.1), (start, 2.1), arrowprops=forward)
        axes.text(middle, 2.58, name, ha="center", va="center", color=FORWARD, size=10)
        if i > 0:  # nobody asks for dx
            backward = {"arrowstyle": "-|>", "color": BACKWARD, "linewidth": 2}
            axes.annotate("", (start, 1.35), (end, 1.35), arrowprops=backward)
            text = "1" if name == "loss" else f"d{name}"
            axes.text(middle, 0.82, text, ha="center", va="center", color=BACKWARD, size=10)
    axes.text(0.2, 3.2, "forward: values", color=FORWARD, size=12, va="center")
    axes.text(
        width - 0.2, 3.2, "backward: gradients", color=BACKWARD, size=12, va="center", ha="right"
    )
    figure.savefig(path)


if __name__ == "__main__":
    draw(HERE / "04_backprop_in_code.png")
