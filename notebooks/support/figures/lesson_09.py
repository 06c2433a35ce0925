"""The pictures of lesson 09. Nothing here is needed to understand the lab."""

import numpy as np
from matplotlib.figure import Figure


def confusions(matrices):
    """Return a figure of {title: confusion matrix (10, 10)}, a panel for each, dark where many."""
    figure = Figure(figsize=(7.2, 2.9))
    panels = figure.subplots(1, len(matrices), sharey=True)
    for axes, (title, confusion) in zip(panels, matrices.items(), strict=True):
        shares = confusion / confusion.sum(axis=1, keepdims=True)
        image = axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)
        axes.set_title(title, fontsize=11)
        axes.set(xlabel="answer", xticks=range(10), yticks=range(10))
        axes.grid(False)
    panels[0].set_ylabel("true digit")
    bar = figure.colorbar(image, ax=panels, label="share of the row")
    bar.set_ticks(np.sqrt([0, 0.01, 0.1, 0.3, 1]), labels=["0", "0.01", "0.1", "0.3", "1"])
    return figure


def centring(ink, seen):
    """Return a figure: a drawing (height, width) on the left, and (28, 28) as MNIST has it."""
    figure = Figure(figsize=(6.4, 3.2))
    left, right = figure.subplots(1, 2)
    left.imshow(ink, vmin=0, vmax=1)
    left.set_title(f"Drawn: {ink.shape[0]} x {ink.shape[1]}")
    right.imshow(seen, vmin=0, vmax=1)
    right.set_title("As MNIST has it: 28 x 28")
    right.plot([3.5, 23.5, 23.5, 3.5, 3.5], [3.5, 3.5, 23.5, 23.5, 3.5], "--", linewidth=1)
    right.plot(14, 14, "+", color="C1", markersize=14, markeredgewidth=2.5)
    for axes in (left, right):
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
    return figure
