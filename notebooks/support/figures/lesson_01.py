"""The figures of lesson 01."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def draw_shares(labels):
    """Draw how common each digit is among the `labels`."""
    figure = Figure(figsize=(7.2, 2.4))
    axes = figure.subplots()
    axes.bar(range(10), 100 * np.bincount(labels, minlength=10) / len(labels))
    axes.axhline(10, color="black", linestyle="--", linewidth=1, label="a tenth")
    axes.set(title="How common each digit is", xlabel="digit", ylabel="share (%)")
    axes.set(xticks=range(10), ylim=(0, 14))
    axes.legend(ncols=2, loc="upper right")
    return figure


def draw_pixels(image, label):
    """Draw an image (784,), and a part of it written out in hundredths."""
    grid = image.reshape(28, 28)
    figure = Figure(figsize=(7.2, 3.7))
    whole, part = figure.subplots(1, 2)
    whole.imshow(grid, vmin=0, vmax=1)
    whole.add_patch(Rectangle((7.5, 7.5), 12, 12, fill=False, edgecolor="C1", linewidth=2))
    part.imshow(grid[8:20, 8:20], vmin=0, vmax=1)
    for row, column in np.ndindex(12, 12):
        pixel = grid[8 + row, 8 + column]
        colour = "white" if pixel > 0.5 else "black"
        text = f"{100 * pixel:.0f}"
        part.text(column, row, text, color=colour, ha="center", va="center", size=8)
    for axes, title in [(whole, f"You see a {label}"), (part, "The network sees numbers")]:
        axes.set_title(title)
        axes.set_axis_off()
    return figure


def neuron_drawer(upper, lower, is_seven):
    """Return a function draw(w1, w2, b): images as points, grey where the neuron says seven."""
    grid = np.meshgrid(np.linspace(0, 0.3, 151), np.linspace(0, 0.3, 151))

    def draw(w1, w2, b):
        correct = ((w1 * upper + w2 * lower + b > 0) == is_seven).mean()
        z = w1 * grid[0] + w2 * grid[1] + b
        figure = Figure(figsize=(7, 3.6))
        axes = figure.subplots()
        where = {"extent": (0, 0.3, 0, 0.3), "origin": "lower", "aspect": "auto"}
        axes.imshow(z > 0, vmin=0, vmax=6, **where)
        if z.min() < 0 < z.max():
            axes.contour(*grid, z, levels=[0], colors="black", linewidths=2)
        for label, marker, chosen in [("six", "o", ~is_seven), ("seven", "x", is_seven)]:
            axes.scatter(upper[chosen], lower[chosen], marker=marker, label=label, alpha=0.8)
        share = f"{correct:.0%} of {len(is_seven)} images right"
        axes.set(title=f"Grey: the neuron says seven ({share})")
        axes.set(xlabel="mean ink, upper half", ylabel="mean ink, lower half")
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        return figure

    return draw


def draw_moved_points(W1, b1, w_out, b_out):
    """Draw the puzzle of two pixels: one line, what a ReLU layer does to the points, the band."""
    pixels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    wanted = np.array([False, True, True, False])

    def hidden(x):
        return np.maximum(x @ W1 + b1, 0)

    panels = [
        ("One neuron", pixels, lambda x: x @ [1, 1] - 0.5),
        ("After the ReLU layer", hidden(pixels), lambda a: a @ w_out + b_out),
        ("From the pixels", pixels, lambda x: hidden(x) @ w_out + b_out),
    ]
    extent = (-0.5, 2.5, -0.5, 1.5)
    grid = np.stack(np.meshgrid(np.linspace(-0.5, 2.5, 301), np.linspace(-0.5, 1.5, 201)), axis=-1)
    figure = Figure(figsize=(9.6, 2.7))
    all_axes = figure.subplots(1, 3)
    for axes, (name, points, z) in zip(all_axes, panels, strict=True):
        correct = ((z(points) > 0) == wanted).sum()
        axes.imshow(z(grid) > 0, extent=extent, origin="lower", vmin=0, vmax=6)
        axes.scatter(*points[wanted].T, s=90, marker="o", label="yes")
        axes.scatter(*points[~wanted].T, s=90, marker="X", label="no")
        axes.set(title=f"{name}: {correct} of 4 right", xlabel="pixel 1", ylabel="pixel 2")
        cases = {}  # those that lie on the same spot share a label
        for spot, case in zip(points, pixels, strict=True):
            cases.setdefault(tuple(spot), []).append("({:.0f}, {:.0f})".format(*case))
        for spot, names in cases.items():
            style = {"textcoords": "offset points", "ha": "center", "size": 9}
            axes.annotate(" and ".join(names), spot, xytext=(0, 8), **style)
    all_axes[1].set(xlabel="neuron 1", ylabel="neuron 2")
    all_axes[0].legend(loc="upper right", frameon=True, framealpha=1)
    for axes in all_axes:
        axes.text(2.45, -0.4, "grey: yes", ha="right", size=9)
    return figure


def draw_hills(signals):
    """Draw what leaves each layer as a hill: `signals` is {factor: [activations, layer by layer]}.

    A hill is the histogram of the activations above zero, on an axis in powers of ten.
    """
    edges = np.linspace(-7, 5, 121)
    figure = Figure(figsize=(9.6, 4))
    all_axes = figure.subplots(1, len(signals), sharex=True, sharey=True)
    for axes, (factor, kept) in zip(all_axes, signals.items(), strict=True):
        for n, a in enumerate(kept, 1):
            counts, _ = np.histogram(np.log10(a[a > 0]), edges)
            hill = n - 1.6 * counts / counts.max()
            axes.fill_between(edges[1:], n, hill, color="C0", edgecolor="white", zorder=n + 2)
        axes.set(title=f"{factor} times the He weights", xlabel="activation")
    all_axes[0].set(ylabel="layer", yticks=range(1, 11))
    all_axes[0].set_xticks(range(-4, 5, 2), ["0.0001", "0.01", "1", "100", "10,000"])
    all_axes[0].set_xlim(-5.2, 4.6)
    for axes in all_axes:
        axes.tick_params(axis="x", labelsize=9)
    all_axes[0].invert_yaxis()
    return figure


def draw_two_histograms(accuracies, shuffled_accuracies):
    """Draw the accuracies of untrained networks, with the true labels and with shuffled ones."""
    figure = Figure(figsize=(7.2, 3.8))
    both = figure.subplots(2, 1, sharex=True, sharey=True)
    titles = ["With the true labels", "With the same labels, shuffled"]
    for axes, title, values in zip(both, titles, (accuracies, shuffled_accuracies), strict=True):
        axes.hist(100 * values, bins=np.arange(0, 26), edgecolor="white")
        axes.set_xlim(0, max(18, 100 * accuracies.max() + 2))
        axes.axvline(10, color="black", linestyle="--", label="one in ten")
        axes.set(title=f"{title}: {values.mean():.1%} right on average", ylabel="networks")
    both[1].set(xlabel="accuracy (%)")
    both[0].legend()
    return figure
