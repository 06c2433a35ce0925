"""Draw the picture at the top of lesson 02: python notebooks/support/figures/pictures/draw_02.py"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

sys.path += map(str, Path(__file__).parents[3:5])  # the notebooks' folder, the project's
from data.mnist import load_mnist
from nn_core import MLP, softmax

HERE = Path(__file__).parent
plt.style.use(HERE.parents[2] / "matplotlibrc")

data = load_mnist()
i = 7  # a clear 3
x, label = data.x_train[i : i + 1], data.labels_train[i]
logits = MLP(seed=0).forward(x)
p = softmax(logits)[0]
grid = np.linspace(0.008, 1, 300)

fig, (digit, scores, shares, curve) = plt.subplots(
    1, 4, figsize=(10, 2.9), width_ratios=[1, 1.25, 1.25, 1.25]
)
digit.imshow(x.reshape(28, 28))
digit.set_axis_off()
digit.set_title(f"an image of a {label} ...")
for axes, values in [(scores, logits[0]), (shares, p)]:
    bars = axes.bar(range(10), values)
    bars[label].set(facecolor="C1", hatch="//", edgecolor="white")
    axes.set(xticks=range(10), xlabel="digit")
scores.axhline(0, color="black", linewidth=1)
scores.set_title("... gets ten logits ...")
shares.axhline(0.1, color="black", linewidth=1, linestyle="--")
shares.set_ylim(0, 0.22)
shares.text(9.5, 0.108, "1/10", ha="right")
shares.set_title("... hence probabilities ...")
curve.plot(grid, -np.log(grid))
curve.plot(p[label], -np.log(p[label]), "o", color="C1", markersize=8)
curve.annotate(
    "the loss", (p[label], -np.log(p[label])), xytext=(14, 8), textcoords="offset points"
)
curve.set(xlabel=f"probability of the {label}", yticks=[0])
curve.text(0.12, 4.3, "surprise")
curve.set_title("... hence a loss")
fig.savefig(HERE / "02_softmax_cross_entropy.png")
