"""The pictures of lesson 06. Nothing here is needed to find a bug."""

import numpy as np
from matplotlib.figure import Figure

from support.figures.lesson_05 import smooth

GUESSING = np.log(10)  # the loss of a network that gives each digit the same probability
TOP = 4  # the losses are cut off here
APART = {"wspace": 0.12}  # so that nobody takes the right panel's label for one of the left panel
BROKEN, MENDED = ("C1", "--", "o"), ("C0", "-", "s")  # colour, line, marker
STYLES = {
    "broken": BROKEN,
    "mended": MENDED,
    "batches of 64": BROKEN,
    "batches of 4": ("C2", "-.", "^"),
}


def draw_losses(axes, runs, epoch=None):
    """Draw the smoothed losses of {name: records}; those after `epoch` in grey."""
    for name, records in runs.items():
        color, line, _ = STYLES[name]
        steps, losses = smooth([record.loss for record in records], points=40)
        epochs = steps * records[-1].epoch / len(records)
        losses = np.minimum(losses, TOP)
        seen = epochs <= (epoch or epochs[-1])
        axes.plot(epochs, losses, line, color="0.85", linewidth=1)
        axes.plot(epochs[seen], losses[seen], line, color=color, linewidth=1.6, label=name)
    axes.axhline(GUESSING, color="0.4", linewidth=1, linestyle=":")
    axes.set(xlabel="epoch", ylabel="training loss", yscale="log", ylim=(0.03, TOP))
    axes.set_yticks([0.1, 0.2, 0.5, 1, GUESSING, TOP], ["0.1", "0.2", "0.5", "1", "ln 10", "4"])
    axes.set_yticks([], minor=True)


def curves(**runs):
    """Return a figure of one or two trainings: losses left, wrong validation images right."""
    figure = Figure(figsize=(7.2, 2.6))
    left, right = figure.subplots(1, 2, gridspec_kw=APART)
    runs = {name.replace("_", " "): records for name, records in runs.items()}
    draw_losses(left, runs)
    left.legend(loc="lower left")
    lowest = 5  # percent
    for name, records in runs.items():
        color, line, marker = STYLES[name]
        ends = [record for record in records if record.val_accuracy is not None]
        wrong = [100 * (1 - record.val_accuracy) for record in ends]
        epochs = [record.epoch for record in ends]
        right.plot(epochs, wrong, line, color=color, marker=marker, markersize=4, label=name)
        lowest = min(lowest, 0.9 * min(wrong))
    right.set(xlabel="epoch", ylabel="validation, wrong (%)", yscale="log", ylim=(lowest, 100))
    right.set_yticks([5, 10, 20, 50, 90], [5, 10, 20, 50, 90])
    right.set_yticks([], minor=True)
    return figure


PARTS = ["Linear 1", "ReLU 1", "Linear 2", "ReLU 2", "Linear 3", "loss"]
RIGHT, WRONG = "#0072B2", "#B84A00"  # blue, and a vermillion dark enough for text


def draw_error_map(axes, wrong, bugs, parts=PARTS):
    """Draw the parts of a network with the way back, the `bugs` in some of them, and which
    parameters' gradients are `wrong`."""
    before = None
    for x, part in enumerate(parts):
        box = {"facecolor": "white", "edgecolor": "k", "boxstyle": "round,pad=0.45"}
        if part in bugs:
            box |= {"edgecolor": WRONG, "linewidth": 2.5, "linestyle": "--"}
            axes.text(x, 0.55, "bug", color=WRONG, ha="center", weight="bold")
        text = axes.text(x, 0, part, ha="center", va="center", bbox=box, fontsize=10.5)
        if x:
            arrow = {"arrowstyle": "-|>", "color": "k", "shrinkA": 3, "shrinkB": 3}
            arrow |= {"patchA": text.get_bbox_patch(), "patchB": before}
            axes.annotate("", (x - 1, 0), (x, 0), arrowprops=arrow)
        before = text.get_bbox_patch()
        for line, name in enumerate(
            [f"W{part[-1]}", f"b{part[-1]}"] if part[-1] in "12345" and "ReLU" not in part else []
        ):
            mark, color = ("wrong", WRONG) if name in wrong else ("right", RIGHT)
            weight = "bold" if name in wrong else "normal"
            axes.text(x, -0.75 - 0.4 * line, f"{name} {mark}", ha="center", color=color,
                      weight=weight, fontsize=10.5)  # fmt: skip
    axes.annotate("", (0.02, 1.1), (5, 1.1), arrowprops={"arrowstyle": "->", "linewidth": 1.5})
    axes.text(2.5, 1.18, "backward runs this way", ha="center", va="bottom", fontsize=10.5)
    axes.set(xlim=(-0.5, 5.4), ylim=(-1.3, 1.6))
    axes.set_axis_off()


def error_map(wrong, bugs, parts=PARTS):
    """Return a figure of a gradient check as a map: where the bugs sit, and what they spoil."""
    figure = Figure(figsize=(7.2, 2.1))
    draw_error_map(figure.subplots(), wrong, bugs, parts)
    return figure


def skip_block():
    """Return a figure of a block with a skip connection: the signal above, the gradient below."""
    figure = Figure(figsize=(7.2, 3))
    rows = figure.subplots(2, 1)
    box = {"facecolor": "0.95", "edgecolor": "k", "boxstyle": "round"}
    for axes, title, arrow, line, labels in [
        (rows[0], "forward", "-|>", "-", ["x", "x", "", "", "y", "x, around"]),
        (rows[1], "backward", "<|-", "--", ["dx", "", "", "dy", "dy", "the same dy, around"]),
    ]:
        props = {"arrowstyle": arrow, "linestyle": line, "color": "k", "linewidth": 1.4}
        for i, name in enumerate(["Fork", "Linear", "ReLU", "Join"]):
            axes.text(2 * i + 1, 0, name, ha="center", va="center", bbox=box)
        for i, label in enumerate(labels[:5]):
            axes.annotate("", (2 * i + 0.55, 0), (2 * i - 0.55, 0), arrowprops=props)
            axes.text(2 * i, 0.12, label, ha="center", va="bottom", fontsize=10)
        way = props | {"connectionstyle": "arc,angleA=90,angleB=90,armA=26,armB=26,rad=8"}
        axes.annotate("", (7, 0.35), (1, 0.35), arrowprops=way)
        axes.text(4, 1.05, labels[5], ha="center", va="top", fontsize=10)
        axes.set(xlim=(-0.8, 8.8), ylim=(-0.4, 1.5))
        axes.set_title(title, loc="left")
        axes.set_axis_off()
    return figure


def masks(right, broken):
    """Return a figure of two ReLU masks, (images, neurons) of booleans; black lets through."""
    figure = Figure(figsize=(7.2, 3.2))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, title, mask in zip(panels, ["z > 0", "a >= 0"], [right, broken], strict=True):
        axes.imshow(mask, vmin=0, vmax=1, aspect="auto")
        axes.set(title=f"{title}: {mask.mean():.0%} pass", xlabel="neuron")
        axes.grid(False)
    panels[0].set_ylabel("image")
    return figure


def draw_errors(axes, errors):
    """Draw the relative errors {parameter: error} of a gradient check as bars."""
    heights = np.maximum(list(errors.values()), 1e-12)
    axes.bar(list(errors), heights, 0.6, bottom=1e-12, hatch="////", edgecolor="w", color=BROKEN[0])
    for limit, text, va in [(1e-2, "above: wrong", "bottom"), (1e-6, "below: right", "top")]:
        axes.axhline(limit, color="k", linewidth=1, linestyle=":")
        axes.text(1.0, limit, text, va=va, ha="right", fontsize=8,
                  bbox={"facecolor": "w", "edgecolor": "none", "pad": 1},
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.tick_params(axis="x", labelsize=9)
    axes.set(yscale="log", ylim=(1e-12, 10), ylabel="error of the gradient check")


def case(broken, mended, errors, epoch=None, title=""):
    """Return a figure of one case: the losses up to `epoch`, and the broken one's errors."""
    figure = Figure(figsize=(7.2, 3.3))
    left, right = figure.subplots(1, 2, gridspec_kw=APART)
    draw_losses(left, {"broken": broken, "mended": mended}, epoch)
    left.set_title(title)
    draw_errors(right, errors)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    return figure
