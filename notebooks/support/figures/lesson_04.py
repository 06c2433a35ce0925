"""The figures of lesson 04: how a slope is measured, and how well, for nudges of every size."""

import matplotlib.pyplot as plt
import numpy as np


def draw_chord(nudges, losses, eps, slope, kink):
    """Draw `losses` over `nudges`, the line of the true `slope`, and the chord from -eps to eps.

    `kink` is the nudge where the curve has a corner.
    """
    _, ax = plt.subplots(figsize=(7.2, 3.2))
    ax.plot(nudges, losses, label="the loss: a curve")
    here, ends = np.interp(0, nudges, losses), np.interp([-eps, eps], nudges, losses)
    ax.plot(nudges, here + slope * nudges, "--", label="true slope here, 9/4")
    chord = (ends[1] - ends[0]) / (2 * eps)
    ax.plot([-eps, eps], ends, "o-", label=f"line between two nudges, {chord:.2f}")
    ax.plot(0, here, "ko")
    ax.axvline(kink, color="0.5", linewidth=0.8, linestyle=":")
    corner = kink, np.interp(kink, nudges, losses)
    style = {"ha": "right", "textcoords": "offset points", "arrowprops": {"arrowstyle": "->"}}
    ax.annotate("kink: a ReLU shuts", corner, (-62, -22), **style)
    ax.set(ylim=(losses.min() - 0.9, losses.max() + 0.3))
    ax.set(xlabel="nudge of W1[0, 1]", ylabel="loss", title="A large nudge measures another slope")
    ax.legend()
    near = ax.inset_axes([0.05, 0.5, 0.26, 0.42], xlim=(kink - 0.1, kink + 0.1))
    near.plot(nudges, losses)
    near.axvline(kink, color="0.5", linewidth=0.8, linestyle=":")
    near.set(ylim=(corner[1] - 0.05, corner[1] + 0.15), xticks=[kink], yticks=[])
    near.set_xticklabels([f"{kink:.2f}"])
    near.set_title("the kink from near by", fontsize="small")
    plt.show()


def draw_errors(sizes, errors):
    """Draw the error of a measured slope over the size of the nudge, {name: errors}."""
    _, ax = plt.subplots()
    for (name, values), style in zip(errors.items(), ["o-", "s--"], strict=True):
        ax.loglog(sizes, values, style, markersize=4, label=name)
    ax.axvline(1e-5, color="0.5", linewidth=1, label="1e-5")
    ax.set(xlabel="size of the nudge, eps", ylabel="error, as a share of 9/4")
    ax.set_title("Too large is inexact, too small is rounded")
    ax.set_xticks(10.0 ** np.arange(-12, 0, 2))
    ax.legend()
    plt.show()
