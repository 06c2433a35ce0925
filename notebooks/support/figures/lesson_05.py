"""The pictures of lesson 05. Nothing here is needed to understand how a network is trained."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from support.figures.digits import show_digits

MARKERS = ["o", "^", "v"]


def smooth(losses, points=100):
    """Return (steps, means), at most `points` of each: mini-batch losses are noisy."""
    chunks = np.array_split(np.asarray(losses, float), min(points, len(losses)))
    return np.cumsum([len(chunk) for chunk in chunks]), np.array([c.mean() for c in chunks])


def loss_svg(losses, steps, top=2.5):
    """Return the loss curve so far as an SVG string, for an `HTML` widget.

    `losses` are those of the steps done, `steps` is how many there will be; the curve is cut off
    at the loss `top`. Text takes a millisecond, where a matplotlib picture takes 50.
    """
    done, means = smooth(losses)
    left, right, bottom, height = 45, 640, 190, 170
    x = left + (right - left) * done / steps
    y = bottom - height * np.minimum(means, top) / top
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    lines = ""
    for value in np.arange(0, top + 0.1, 0.5):
        at = bottom - height * value / top
        lines += f'<line x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}" stroke="#8886"/>'
        lines += f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{value:.1f}</text>'
    return (
        f'<svg viewBox="0 0 660 225" width="660" font-family="sans-serif" font-size="12"'
        f' fill="currentColor">{lines}'
        f'<polyline points="{points}" fill="none" stroke="#0072B2" stroke-width="2"/>'
        f'<text x="{left}" y="215">training loss {means[-1]:.3f} at step {len(losses):,} '
        f"of {steps:,}</text></svg>"
    )


def shuffling(runs):
    """Return a figure of {name: (losses, answers)}: the losses, and how often each answer came."""
    figure = Figure(figsize=(7.2, 3.4))
    left, right = figure.subplots(1, 2)
    for i, (name, (losses, answers)) in enumerate(runs.items()):
        share = np.bincount(answers, minlength=10) / len(answers)
        left.plot(range(1, len(losses) + 1), losses, ["-", "--"][i], linewidth=1.3, label=name)
        hatch = ["", "////"][i]
        right.bar(np.arange(10) + 0.4 * i - 0.2, share, 0.4, hatch=hatch, edgecolor="w", label=name)
    left.set(title="Sorted: the loss leaps", xlabel="step", ylabel="loss of the mini-batch")
    right.set(
        title="Sorted: 9 only; shuffled: all ten",
        xlabel="answer",
        ylabel="share of validation images",
    )
    right.set_xticks(range(10))
    left.legend()
    return figure


def slice_steps(rates, slice_losses, steps):
    """Return a figure of the slice, and of `steps` on it, {rate: (loss before, loss after)}.

    `slice_losses` are the losses after one step with each of `rates`.
    """
    begin = next(iter(steps.values()))[0]
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.subplots()
    axes.plot([0, *rates], [begin, *slice_losses], color="0.6")
    for i, (rate, (_, landed)) in enumerate(steps.items()):
        axes.annotate(
            "", (rate, landed), (0, begin), arrowprops={"arrowstyle": "->", "color": f"C{i}"}
        )
        label = f"{rate:.2g}: from {begin:.2f} to {landed:.2f}"
        axes.plot(rate, landed, MARKERS[i], color=f"C{i}", markersize=8, label=label)
    axes.plot(0, begin, "s", color="k", markersize=7)
    axes.axhline(begin, color="0.4", linewidth=1, linestyle=":")
    axes.set(xlabel="learning rate of the step", ylabel="loss of 500 images")
    axes.set_title("One step from the black square")
    axes.legend(loc="upper left", bbox_to_anchor=(0.05, 1))
    return figure


def walks(walks):
    """Return a figure of the losses along a walk for each of {rate: losses}."""
    figure = Figure(figsize=(7.2, 2.9))
    axes = figure.subplots()
    for i, (rate, losses) in enumerate(walks.items()):
        line = ["-", "--", "-."][i] + MARKERS[i]
        axes.plot(losses, line, color=f"C{i}", markersize=4, label=f"learning rate {rate:.2g}")
    ticks = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
    axes.set(xlabel="steps", ylabel="loss of 500 images", yscale="log")
    axes.set_yticks(ticks, ticks)
    axes.set_yticks([], minor=True)
    axes.set_ylim(0.8 * min(map(min, walks.values())), 1.2 * max(map(max, walks.values())))
    axes.set_xticks(range(0, len(losses), 5))
    axes.set_title("Twenty steps")
    axes.legend()
    return figure


def training(records):
    """Return a figure of a finished training: losses, and validation accuracy, by epoch."""
    ends = [record for record in records if record.val_loss is not None]
    epochs = [record.epoch for record in ends]
    steps, means = smooth([record.loss for record in records])
    figure = Figure(figsize=(7.2, 3.4))
    left, right = figure.subplots(1, 2)
    left.plot(steps * ends[-1].epoch / len(records), means, linewidth=1.3, label="training")
    left.plot(epochs, [r.val_loss for r in ends], "o--", markersize=4, label="validation")
    left.set(title="The loss falls", xlabel="epoch", ylabel="loss", ylim=(0, None))
    left.legend()
    right.plot(epochs, [100 * r.val_accuracy for r in ends], "o--", markersize=4, color="C1")
    right.set(title="The accuracy rises", xlabel="epoch", ylabel="validation images right (%)")
    return figure


def loss_curves(runs):
    """Return a figure with a panel for each of {title: (train_loss, val_loss)}."""
    figure = Figure(figsize=(7.2, 3.4))
    panels = figure.subplots(1, len(runs), sharey=True)
    for axes, (title, (train_loss, val_loss)) in zip(panels, runs.items(), strict=True):
        epochs = range(1, len(train_loss) + 1)
        axes.plot(epochs, train_loss, label="training")
        axes.plot(epochs, val_loss, "--", label="validation")
        axes.set(xlabel="epoch", ylim=(0, 2.4))
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.set_title(title, fontsize=11)
    panels[0].set_ylabel("loss")
    panels[-1].legend()
    return figure


def first_layer(before, after, count=8):
    """Return a figure of columns of W1 (784, n) as images, those that changed most."""
    change = after - before
    most = np.argsort(-np.abs(change).sum(axis=0))[:count]
    figure = Figure(figsize=(7.2, 3.1))
    panels = figure.subplots(3, count)
    rows = {"before": before, "after": after, "change": change}
    for row, (title, W1) in zip(panels, rows.items(), strict=True):
        for axes, column in zip(row, W1.T[most], strict=True):
            image = axes.imshow(column.reshape(28, 28), cmap="PuOr", vmin=-0.25, vmax=0.25)
            axes.set(xticks=[], yticks=[])
            axes.grid(False)
            axes.spines[:].set_visible(False)
        row[0].set_ylabel(title)
    figure.colorbar(image, ax=panels, label="weight", ticks=[-0.2, 0, 0.2], pad=0.02)
    return figure


def confusion_matrix(confusion):
    """Return a figure of a confusion matrix (10, 10); only mistakes are coloured."""
    mistakes = confusion - np.diag(np.diag(confusion))
    figure = Figure(figsize=(5.6, 4.8))
    axes = figure.subplots()
    image = axes.imshow(mistakes, cmap="Oranges", vmax=1.4 * mistakes.max())  # text stays legible
    for (i, j), count in np.ndenumerate(confusion):
        weight, text = ("bold", count) if i == j else ("normal", count or "·")
        axes.text(j, i, text, ha="center", va="center", fontsize=9, weight=weight)
    axes.set(title="Which digit is taken for which", xlabel="answer", ylabel="true digit")
    axes.set(xticks=range(10), yticks=range(10))
    axes.grid(False)
    figure.colorbar(image, label="mistakes").ax.set_ylim(0, mistakes.max())
    return figure


def mistakes(images, labels, answers, p):
    """Return a figure of wrongly read digits (n, 784), with true label, answer and probability."""
    titles = [
        f"{label} → {answer}  {'> 99.99%' if chance > 0.9999 else f'{chance:.2%}'}"
        for label, answer, chance in zip(labels, answers, p, strict=True)
    ]
    return show_digits(images, titles, columns=5, size=1.2)
