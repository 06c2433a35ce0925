"""The pictures of lesson 08. Nothing here is needed to understand how images are distorted."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def bare(axes):
    """Leave nothing but the picture and a thin frame."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set(visible=True, color="0.8")


def moved(image, shifted):
    """Return a figure: a digit (784,), the same moved, and where the two differ."""
    figure = Figure(figsize=(7.2, 2.4))
    panels = figure.subplots(1, 3)
    for axes, values, title in zip(
        panels, (image, shifted), ("a 3", "two pixels to the right"), strict=False
    ):
        axes.imshow(values.reshape(28, 28), vmin=0, vmax=1)
        axes.set_title(title)
    difference = (shifted - image).reshape(28, 28)
    picture = panels[2].imshow(difference, cmap="PuOr", vmin=-1, vmax=1)
    panels[2].set_title("the difference")
    figure.colorbar(picture, ax=panels[2], label="-1 gone, +1 new", fraction=0.05)
    for axes in panels:
        bare(axes)
    return figure


def one_row(noise, blur):
    """Return a figure: three rows of `blur` (28, 28), and what it makes of `noise` (28,)."""
    figure = Figure(figsize=(7.2, 2.9))
    left, right = figure.subplots(1, 2)
    pixels = np.arange(28)
    for row, style in zip((5, 14, 22), ("-", "--", "-."), strict=True):
        left.plot(pixels, blur[row], style, label=f"row {row}")
    left.set(title="Three rows of blur: bells", xlabel="pixel", ylabel="weight", ylim=(0, 0.42))
    left.legend(fontsize=9, ncols=3, loc="upper center", columnspacing=1, handlelength=1.5)
    right.plot(pixels, noise, "o", ms=4, color="0.55", label="noise")
    right.plot(pixels, blur @ noise, "-", color="C0", label="blurred")
    right.axhline(0, color="0.8", linewidth=1)
    right.set(title="One row of pixels", xlabel="pixel", ylabel="value")
    right.legend(fontsize=9, ncols=2)
    return figure


def two_rulers(first=7, last=13, pixel=9, place=9.75):
    """Return a figure: a row of new pixels above a row of old ones, and what one of them shows."""
    figure = Figure(figsize=(7.2, 2.5))
    axes = figure.subplots()
    before, share = int(place), place - int(place)
    colours = {before: "C0", before + 1: "C1"}
    for y, name in ((1.25, "new"), (0, "old")):
        for i in range(first, last + 1):
            shown = "0.85" if (y > 0 and i == pixel) else "w"
            colour = colours.get(i) if y == 0 else None
            face = colour or shown
            axes.add_patch(
                Rectangle(
                    (i - 0.5, y),
                    1,
                    0.5,
                    facecolor=face,
                    edgecolor="0.4",
                    alpha=0.55 if colour else 1,
                )
            )
            axes.text(i, y + 0.25, str(i), ha="center", va="center")
        axes.text(first - 0.8, y + 0.25, f"{name} pixels", ha="right", va="center")
    arrow = {"arrowstyle": "->", "linewidth": 1.8}
    axes.annotate("", (place, 0.52), (pixel, 1.25), arrowprops=arrow)
    axes.plot([place, place], [-0.1, 0.5], color="k", linewidth=1.5)
    axes.text(place, -0.18, f"place {place}", ha="center", va="top")
    near, far = f"share {1 - share:.2f}", f"share {share:.2f}"
    axes.text(before - 0.1, -0.18, near, ha="right", va="top", color="C0")
    axes.text(before + 1.6, -0.18, far, ha="left", va="top", color="#B84A00")
    axes.set(xlim=(first - 2.9, last + 0.7), ylim=(-0.55, 1.85))
    axes.set_axis_off()
    return figure


def making_of(noise, field, image, torn, moved):
    """Return a figure: noise (28, 28), what blurring makes of it, and a digit moved by both.

    The last panel has the outline of the unmoved digit, to see which way the ink went.
    """
    figure = Figure(figsize=(7.2, 4.6))
    panels = figure.subplot_mosaic([[".", "noise", "field"], ["digit", "torn", "moved"]])
    for name, values, title in (("noise", noise, "noise"), ("field", field, "blurred: a field")):
        picture = panels[name].imshow(values, cmap="PuOr", vmin=-3, vmax=3)
        panels[name].set_title(title)
    both = [panels["noise"], panels["field"]]
    figure.colorbar(picture, ax=both, label="looks down (pixels)", fraction=0.05, location="left")
    titles = {"digit": "a digit", "torn": "moved by the noise", "moved": "moved by the field"}
    for (name, title), values in zip(titles.items(), (image, torn, moved), strict=True):
        panels[name].imshow(values.reshape(28, 28), vmin=0, vmax=1)
        panels[name].set_title(title)
    panels["moved"].contour(image.reshape(28, 28), [0.5], colors="C1", linewidths=1.5)
    for axes in panels.values():
        bare(axes)
    return figure


def distortions(image, down, right, warped):
    """Return a figure: where the pixels of a digit come from, and distorted digits (8, 784).

    `down` and `right` (28, 28) are the displacements of the first of them.
    """
    figure = Figure(figsize=(7.2, 3.2))
    left, grid = figure.subfigures(1, 2, width_ratios=[1, 1.35])
    axes = left.subplots()
    axes.imshow(image.reshape(28, 28), vmin=0, vmax=2)
    row, column = np.mgrid[:28, :28]
    y, x = row + down, column + right
    for k in range(0, 28, 3):
        axes.plot(x[k], y[k], color="C1", linewidth=0.8)
        axes.plot(x[:, k], y[:, k], color="C1", linewidth=0.8)
    axes.set(title="where pixels look", xlim=(-4, 31), ylim=(31, -4))
    bare(axes)
    for axes, picture in zip(grid.subplots(2, 4).flat, warped, strict=True):
        axes.imshow(picture.reshape(28, 28), vmin=0, vmax=1)
        bare(axes)
    return figure


def strengths(rows):
    """Return a figure: a row of digits for each of the strengths that are the keys of `rows`."""
    figure = Figure(figsize=(7.2, 3.1))
    grid = figure.subplots(len(rows), 8)
    for line, (strength, images) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(f"strength {strength}")
        for axes, image in zip(line, images, strict=True):
            axes.imshow(image.reshape(28, 28), vmin=0, vmax=1)
            bare(axes)
    return figure


def training(losses):
    """Return a figure of mini-batch losses, as the means of 200 parts."""
    figure = Figure(figsize=(7.2, 2.6))
    axes = figure.subplots()
    parts = np.array_split(np.asarray(losses), 200)
    axes.plot(np.cumsum([len(part) for part in parts]), [part.mean() for part in parts])
    axes.set(title="The last training", xlabel="step", ylabel="loss (log scale)", yscale="log")
    return figure


def doubtful(images, labels, answers):
    """Return a figure of images (N, 784) with "true → answer" above; the wrong ones are framed."""
    rows = -(-len(images) // 10)
    figure = Figure(figsize=(7.2, 1.0 * rows))
    for axes, image, label, answer in zip(
        figure.subplots(rows, 10).flat, images, labels, answers, strict=True
    ):
        axes.imshow(image.reshape(28, 28), vmin=0, vmax=1)
        bare(axes)
        axes.set_title(f"{label} → {answer}", fontsize=9, loc="center", pad=3)
        if label != answer:
            for spine in axes.spines.values():
                spine.set(color="C1", linewidth=2.5)
    return figure
