"""The pictures of lesson 09. Nothing here is needed to understand the lab."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


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


def two_rulers(scale=0.6, start=11, n=6):
    """Return a figure: n pixels of a drawing, squeezed and moved, above those of the result."""
    figure = Figure(figsize=(7.2, 2.2))
    axes = figure.subplots()
    edges = start + scale * np.arange(n + 1)
    for j in range(n):
        colour = ("C0", "C1")[j % 2]
        axes.add_patch(Rectangle((edges[j], 1.2), scale, 0.5, facecolor=colour, alpha=0.55))
        axes.text(edges[j] + scale / 2, 1.45, str(j), ha="center", va="center", fontsize=10)
    for edge in edges[2:4]:  # those of pixel 2, which the lesson names
        axes.text(edge, 1.15, f"{edge:.1f}", ha="center", va="top", fontsize=9)
    for i in range(10, 16):
        axes.add_patch(Rectangle((i, 0), 1, 0.5, facecolor="w", edgecolor="0.4"))
        axes.text(i + 0.5, 0.25, str(i), ha="center", va="center")
        axes.plot([i, i], [0.5, 1.75], color="0.75", linewidth=1, linestyle=":")
    shared = np.minimum(edges[1:], 13) - np.maximum(edges[:-1], 12)
    parts = [f"{s:.1f} from {j}" for j, s in enumerate(shared) if s > 1e-9]
    axes.text(
        12.5, -0.12, "pixel 12 of the result takes " + ", ".join(parts), ha="center", va="top"
    )
    axes.text(9.8, 1.45, "drawing, scaled", ha="right", va="center")
    axes.text(9.8, 0.25, "result", ha="right", va="center")
    axes.set(xlim=(7.3, 16.2), ylim=(-0.5, 1.8))
    axes.set_axis_off()
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
        axes.spines[:].set(visible=True, color="0.4")
    return figure


def slopes(x, missing, slopes):
    """Return a figure of two images (784,) with the outline of x: missing ink, and slopes."""
    figure = Figure(figsize=(6.4, 3.2))
    panels = figure.subplots(1, 2)
    titles = ["the ink that is missing", "the slopes for an 8"]
    for axes, values, title in zip(panels, [missing, slopes], titles, strict=True):
        most = np.abs(values).max()
        axes.imshow(values.reshape(28, 28), cmap="PuOr", vmin=-most, vmax=most)
        axes.contour(x.reshape(28, 28), [0.5], colors="k", linewidths=1.2)
        axes.set_title(title, fontsize=11)
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
    return figure
