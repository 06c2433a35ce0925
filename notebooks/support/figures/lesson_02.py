"""The figures of lesson 02."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def draw_surprise(chances):
    """Draw the curve -ln p, and a dot for each of the `chances`."""
    grid = np.linspace(0.005, 1, 200)
    figure = Figure(figsize=(7.2, 3))
    axes = figure.subplots()
    axes.plot(grid, -np.log(grid))
    axes.plot(chances, -np.log(chances), "o")
    axes.set(xlabel="probability given to the right digit", ylabel="surprise, -ln p (nats)")
    axes.set_title("Sure and right costs little, sure and wrong costs more and more")
    return figure


def draw_logits(z3, z5, z8, add, label):
    """Draw three logits, their probabilities, and the loss if `label` ("3", "5", "8") is right."""
    names, logits = ["3", "5", "8"], np.array([z3, z5, z8]) + add
    right, shifted = names.index(label), logits - logits.max()
    log_p = shifted - np.log(np.exp(shifted).sum())
    p, loss = np.exp(log_p), -log_p[right]
    figure = Figure(figsize=(7.8, 3), layout="none")  # fixed margins redraw faster
    left, middle, curve = figure.subplots(1, 3, gridspec_kw={"bottom": 0.18, "wspace": 0.4})
    shares = [_share(value) for value in p]
    scores = [f"{value:.4g}" for value in logits]
    for axes, values, texts in [(left, logits, scores), (middle, p, shares)]:
        bars = axes.bar(names, values)
        bars[right].set(hatch="//", edgecolor="white")
        axes.bar_label(bars, texts, padding=2)
        axes.margins(y=0.2)
        axes.set(title="logits" if axes is left else "probabilities", xlabel="digit")
    middle.set_ylim(0, 1.15)
    grid = np.geomspace(min(p[right], 0.005), 1, 300)
    curve.plot(grid, -np.log(grid))
    curve.plot(p[right], loss, "o", markersize=9, clip_on=False)
    curve.set(title=f"loss {loss:.4g}", xlabel="p of the right digit", ylabel="nats")
    return figure


def _share(p):
    """Write a probability so that nearly 1 is not taken for 1, nor nearly 0 for 0."""
    if p > 0.999:
        return ">.999"
    return f"{p:.3f}" if p >= 0.001 else "<.001"


def draw_log_p(log_p, labels, classes):
    """Draw `log_p` (N, n) as a table, with the entry at each image's label framed."""
    rows, columns = log_p.shape
    figure = Figure(figsize=(1.5 + 1.1 * columns, 0.7 + 0.5 * rows), layout="none")
    axes = figure.add_axes((0.3, 0, 0.69, 0.76))
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    axes.set_axis_off()
    for i in range(rows):
        name = f"image {i}, label {labels[i]}"
        axes.text(-0.1, i + 0.5, name, ha="right", va="center", size=11)
        for j in range(columns):
            framed = j == labels[i]
            style = {"ec": "C1" if framed else "0.7", "lw": 2.5 if framed else 1}
            box = {"fc": "#FBE3D6" if framed else "white", "zorder": 2 + framed, **style}
            axes.add_patch(_box(j, i, **box))
            axes.text(j + 0.5, i + 0.5, f"{log_p[i, j]:.3f}", ha="center", va="center", zorder=4)
    for j, name in enumerate(classes):
        axes.text(j + 0.5, -0.2, f"column {j}\n(a {name})", ha="center", va="bottom", size=10)
    return figure


def _box(left, top, **style):
    return Rectangle((left + 0.02, top + 0.03), 0.96, 0.94, clip_on=False, **style)


def draw_first_losses(scales, curves):
    """Draw how the first losses of untrained networks change when their logits are scaled."""
    figure = Figure()
    axes = figure.subplots()
    styles = ["-", "--", ":", "-.", (0, (9, 2))]
    for curve, style in zip(curves, styles, strict=True):
        axes.plot(scales, curve, linestyle=style)
    axes.axhline(np.log(10), color="black", linewidth=1, label="ln 10")
    axes.axvline(1, color="gray", linewidth=1, label="the logits as they are")
    axes.set(xlabel="logits multiplied by", ylabel="loss (nats)")
    axes.set_title("The first loss of five untrained networks")
    axes.legend()
    return figure


def draw_ink(means, spreads):
    """Draw the mean ink of each digit, and how far its images typically lie from it."""
    figure = Figure(figsize=(7.2, 2.8))
    axes = figure.subplots()
    axes.bar(range(10), means, yerr=spreads)
    axes.set(xlabel="digit", ylabel="mean ink", xticks=range(10))
    axes.set_title("How much ink a digit takes")
    return figure
