"""The pictures of lesson 07. Nothing here is needed to understand how a network is trained."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

LOOKS = {  # colour, line, marker: the same for a recipe in every figure
    "plain SGD": ("C0", "-", "o"),
    "momentum": ("C1", "--", "s"),
    "momentum, falling": ("C2", (0, (8, 2)), "^"),
    "plain SGD, tuned": ("C4", (0, (4, 1, 1, 1)), "D"),
}


def recipes(runs, shown=None):
    """Return a figure of {name: Trainings}: curves on the left, the end of each on the right.

    A band reaches from the worst to the best seed. Of the recipes not named in `shown`, the
    curves are left out, so that the picture stays clear.
    """
    figure = Figure(figsize=(7.2, 3.6))
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    for name in shown or runs:
        colour, line, _ = LOOKS[name]
        percent = 100 * runs[name].accuracies
        epochs = range(1, percent.shape[1] + 1)
        left.plot(epochs, percent.mean(axis=0), linestyle=line, color=colour, label=name, lw=1.6)
        left.fill_between(epochs, percent.min(axis=0), percent.max(axis=0), color=colour, alpha=0.2)
    finals = [100 * trainings.accuracies[:, -1] for trainings in runs.values()]
    left.set(title="Validation images right", xlabel="epoch", ylabel="%")
    left.set_ylim(max(80, np.min(finals) - 8), max(98.5, np.max(finals) + 0.5))
    left.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    figure.legend(loc="outside lower left", ncols=3)  # inside it would hide a curve that falls
    ends(right, runs)
    return figure


def ends(axes, runs):
    """Draw where each seed of each recipe ended, and write mean and spread beside it."""
    for row, (name, trainings) in enumerate(runs.items()):
        colour, _, marker = LOOKS[name]
        percent = 100 * trainings.accuracies[:, -1]
        axes.plot(percent, [row] * len(percent), marker, color=colour, alpha=0.7, linestyle="none")
        axes.plot([percent.mean()] * 2, [row - 0.18, row + 0.18], color="k", linewidth=1.5)
        text = f"{name}: {percent.mean():.2f} ± {percent.std(ddof=1):.2f}"
        axes.text(0.0, row - 0.32, text, fontsize=9, transform=axes.get_yaxis_transform())
    axes.set(title="At the end, three seeds", xlabel="%", yticks=[], ylim=(len(runs) - 0.5, -0.7))
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.3, max(high, low + 3.3))  # else a tiny spread would look large
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.spines["left"].set_visible(False)


def luck(chance, runs):
    """Return a figure of contests of `chance`, a histogram, and where those of `runs` lie in it.

    Each is the difference of two means of three seeds, in larger spreads.
    """
    figure = Figure(figsize=(7.2, 3.6))
    axes = figure.subplots()
    axes.hist(chance, bins=np.linspace(0, 6, 61), color="0.8")
    axes.axvline(2, color="k", linewidth=0.8)
    axes.text(2.05, 0.92, "beyond 2: a finding", transform=axes.get_xaxis_transform())
    rivals = [
        ("momentum", "plain SGD", "C1", "--"),
        ("momentum, falling", "momentum", "C2", "-."),
        ("momentum, falling", "plain SGD", "C0", "-"),
        ("momentum, falling", "plain SGD, tuned", "C4", (0, (4, 1, 1, 1))),
    ]
    rivals = [rival for rival in rivals if rival[1] in runs]
    for row, (new, old, colour, line) in enumerate(rivals):
        finals = [runs[name].accuracies[:, -1] for name in (new, old)]
        larger = max(final.std(ddof=1) for final in finals) or 1e-9
        distance = abs(finals[0].mean() - finals[1].mean()) / larger
        text = f"{new} against {old}: by luck {(chance > distance).mean():.1%} are further apart"
        height = 0.75 - 0.1 * row  # two at the same place are both seen
        axes.axvline(min(distance, 5.95), 0, height, color=colour, ls=line, lw=2, label=text)
    axes.set(title="10,000 contests of chance, and ours", xlim=(0, 6), yticks=[])
    axes.set_xlabel("difference of the means, in larger spreads")
    figure.legend(loc="outside lower left")
    return figure


SLOPES = np.array([0.01, 1.0])  # of the valley: nearly flat along, steep across
NOISE = 0.25 * SLOPES**0.5


def draw_walk(axes, places):
    """Draw a walk, places (steps + 1, 2), in the valley from above; the cross is its bottom."""
    x, y = np.meshgrid(np.linspace(-10, 6, 200), np.linspace(-4, 4, 100))
    height = (SLOPES[0] * x**2 + SLOPES[1] * y**2) / 2
    axes.contour(
        x, y, height, [0.02, 0.1, 0.3, 0.7, 1.3, 2.2, 3.5, 5, 7], colors="0.8", linewidths=0.8
    )
    places = np.clip(places, -1e3, 1e3)  # farther away nothing is seen
    axes.plot(*places.T, color="C0", linewidth=1.2)
    axes.plot(*places[0], "o", color="C0", mfc="w", ms=8)
    axes.plot(*places[-1], "o", color="C1", ms=9)
    axes.plot(0, 0, "+", color="k", ms=12, mew=1.5)
    axes.set(xticks=[], yticks=[], xlim=(-10, 6), ylim=(-4, 4))
    axes.grid(False)


def valley(places):
    """Return a figure of a walk; its title says how far from the bottom it ends."""
    figure = Figure(figsize=(5.4, 3))
    axes = figure.subplots()
    draw_walk(axes, places)
    turn = np.linspace(0, 2 * np.pi, 100)
    axes.plot(np.cos(turn), np.sin(turn), color="k", linewidth=0.8)  # a scale: 1 from the cross
    end = np.hypot(*places[-1])
    axes.set_title(f"ends {end:.3g} from the cross" + (": flown out" if end > 12 else ""))
    return figure
