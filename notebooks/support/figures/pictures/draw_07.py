"""Draw the picture at the head of lesson 07: three walks down one valley.

usage: python notebooks/support/figures/pictures/draw_07.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
STEEP = np.array([0.06, 1.0])  # of the valley: gentle along, steep across
STEPS, NOISE = 90, 0.55


def walk(momentum, falls, rate=0.5, seed=4):
    """Return the places (STEPS + 1, 2) of a walk with noisy gradients, as mini-batches give."""
    rng, place, velocity = np.random.default_rng(seed), np.array([-9.0, 1.6]), np.zeros(2)
    places = [place]
    for step in range(STEPS):
        gradient = STEEP * place + NOISE * STEEP**0.5 * rng.standard_normal(2)
        velocity = momentum * velocity + gradient
        place = place - rate * (1 - step / STEPS if falls else 1) * velocity
        places.append(place)
    return np.array(places)


def draw():
    """Return a figure: the same valley three times, seen from above, with a walk in each."""
    figure = Figure(figsize=(9, 2.7))
    walks = {
        "plain SGD: slow": walk(0.0, False),
        "momentum: fast, no rest": walk(0.8, False),
        "a falling rate: at rest": walk(0.8, True),
    }
    x, y = np.meshgrid(np.linspace(-10, 6, 200), np.linspace(-4, 4, 100))
    loss = (STEEP[0] * x**2 + STEEP[1] * y**2) / 2
    for axes, (title, places) in zip(figure.subplots(1, 3), walks.items(), strict=True):
        levels = np.array([0.02, 0.1, 0.3, 0.7, 1.3, 2.2, 3.5, 5, 7])
        axes.contour(x, y, loss, levels, colors="0.8", linewidths=0.8)
        axes.plot(*places.T, color="C0", linewidth=1.2)
        axes.plot(*places[0], "o", color="C0", mfc="w", ms=8)
        axes.plot(*places[-1], "o", color="C1", ms=9)
        axes.plot(0, 0, "+", color="k", ms=12, mew=1.5)
        axes.set(title=title, xticks=[], yticks=[], xlim=(-10, 6), ylim=(-4, 4))
        axes.grid(False)
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    draw().savefig(FOLDER / "07_better_training.png")
